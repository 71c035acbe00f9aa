package dev.adjoint.nn.train;

import org.jspecify.annotations.Nullable;

/**
 * Ends a training when a value has not become better for some epochs, and gives the model back the parameters of the best epoch.
 */
public final class EarlyStopping implements Callback {
  private final int patience;
  private String monitored = "val_loss";
  private boolean larger;
  private double minDelta;
  private boolean restore = true;
  private double best;
  private int bestEpoch;
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
    monitored = name;
    larger = false;
    return this;
  }

  /** Looks at another value, of which larger is better. */
  public EarlyStopping largest(String name) {
    monitored = name;
    larger = true;
    return this;
  }

  /** Sets by how much a value must be better to count as better; 0 by default. */
  public EarlyStopping minDelta(double delta) {
    if (!(delta >= 0)) {
      throw new IllegalArgumentException(
          "early stopping: the smallest difference cannot be " + delta);
    }
    minDelta = delta;
    return this;
  }

  /** Sets whether the model gets the parameters of the best epoch back; it does by default. */
  public EarlyStopping restoreBest(boolean on) {
    restore = on;
    return this;
  }

  /** The number of the epoch with the best value so far, from 1 on; 0 before the first. */
  public int bestEpoch() {
    return bestEpoch;
  }

  /** The best value so far; NaN before the first. */
  public double best() {
    return bestEpoch == 0 ? Double.NaN : best;
  }

  @Override
  public void onTrainBegin(Trainer trainer) {
    bestEpoch = 0;
    weights = null;
  }

  @Override
  public void onEpochEnd(Trainer trainer, EpochResult result) {
    double value = result.get(monitored);
    if (isBetter(value)) {
      best = value;
      bestEpoch = result.epoch();
      weights = restore ? Snapshot.of(trainer.model()) : null;
    } else if (result.epoch() - bestEpoch >= patience) {
      trainer.stop();
    }
  }

  // NaN is never better.
  private boolean isBetter(double value) {
    if (bestEpoch == 0) {
      return !Double.isNaN(value);
    }
    return larger ? value > best + minDelta : value < best - minDelta;
  }

  @Override
  public void onTrainEnd(Trainer trainer) {
    if (weights != null) {
      weights.restore();
      weights = null;
    }
  }
}
