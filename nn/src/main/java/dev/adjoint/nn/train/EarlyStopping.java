package dev.adjoint.nn.train;

import org.jspecify.annotations.Nullable;

/**
 * Ends a training when a value has not become better for some epochs, and gives the model back the parameters of the best epoch.
 */
public final class EarlyStopping implements Callback {
  private final int patience;
  private final Monitor monitor = new Monitor("early stopping");
  private boolean restore = true;
  private @Nullable Snapshot weights;

  /**
   * Early stopping by the smallest {@code val_loss}.
   *
   * @param patience after how many epochs without improvement the training ends
   */
  public EarlyStopping(int patience) {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "early stopping: the patience must be at least 1, not " + patience);
    }
    this.patience = patience;
  }

  /** Looks at another value, of which smaller is better. */
  public EarlyStopping smallest(String name) {
    monitor.watch(name, false);
    return this;
  }

  /** Looks at another value, of which larger is better. */
  public EarlyStopping largest(String name) {
    monitor.watch(name, true);
    return this;
  }

  /** Sets by how much a value must be better to count as better; 0 by default. */
  public EarlyStopping minDelta(double delta) {
    monitor.minDelta(delta);
    return this;
  }

  /** Sets whether the model gets the parameters of the best epoch back; it does by default. */
  public EarlyStopping restoreBest(boolean on) {
    restore = on;
    return this;
  }

  /** The number of the epoch with the best value so far, from 1 on; 0 before the first. */
  public int bestEpoch() {
    return monitor.bestEpoch();
  }

  /** The best value so far; NaN before the first. */
  public double best() {
    return monitor.best();
  }

  @Override
  public void onTrainBegin(Trainer trainer) {
    monitor.reset();
    weights = null;
  }

  @Override
  public void onEpochEnd(Trainer trainer, EpochResult result) {
    if (monitor.improves(result)) {
      weights = restore ? Snapshot.of(trainer.model()) : null;
    } else if (result.epoch() - monitor.bestEpoch() >= patience) {
      trainer.stop();
    }
  }

  @Override
  public void onTrainEnd(Trainer trainer) {
    if (weights != null) {
      weights.restore();
      weights = null;
    }
  }
}
