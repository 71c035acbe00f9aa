package dev.adjoint.nn.train;

import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends a training when a value has not become better for some epochs, and gives the model back the parameters of the best epoch.
 *
 * <p>As a part of a {@link dev.adjoint.nn.io.Checkpoint}, {@code checkpoint.with("stopping", stopping)}, it goes on where it was
 * when a training is resumed; the parameters of the best epoch are in the file too.
 */
public final class EarlyStopping implements Callback, Stateful {
  private static final String WEIGHTS = "weights.";

  private final int patience;
  private final Monitor monitor = new Monitor("early stopping");
  private boolean restore = true;
  private @Nullable Snapshot weights;
  private Map<String, Tensor> loadedWeights = Map.of();

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

  /**
   * Begins, or goes on with what was loaded.
   *
   * @throws IllegalArgumentException if the parameters that were loaded are of another model
   */
  @Override
  public void onTrainBegin(Trainer trainer) {
    weights = loadedWeights.isEmpty() ? null : Snapshot.of(trainer.model(), loadedWeights);
    loadedWeights = Map.of();
    monitor.begin();
  }

  @Override
  public void onEpochEnd(Trainer trainer, EpochResult result) {
    if (monitor.improves(result)) {
      weights = restore ? Snapshot.of(trainer.model()) : null;
    } else if (monitor.waited() >= patience) {
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

  /** The best value so far and when it was, and the parameters of that epoch if they are to be restored. */
  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<>(monitor.state());
    if (weights != null) {
      weights.values().forEach((name, value) -> state.put(WEIGHTS + name, value));
    }
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    var numbers = new LinkedHashMap<String, Tensor>();
    var parameters = new LinkedHashMap<String, Tensor>();
    saved.forEach(
        (name, value) -> {
          if (name.startsWith(WEIGHTS)) {
            parameters.put(name.substring(WEIGHTS.length()), value);
          } else {
            numbers.put(name, value);
          }
        });
    monitor.load(numbers);
    loadedWeights = parameters;
  }
}
