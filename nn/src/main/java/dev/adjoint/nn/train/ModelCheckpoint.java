package dev.adjoint.nn.train;

import dev.adjoint.Tensor;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.io.Checkpoints;
import dev.adjoint.nn.optim.Stateful;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Saves the state of a training after epochs.
 *
 * {@snippet :
 * var state = new Checkpoint(model, optimizer, loader);
 * trainer.callbacks(
 *     ModelCheckpoint.every(5, state, new Checkpoints(Path.of("run"), 3)),
 *     ModelCheckpoint.best(state, Path.of("run", "best.safetensors")).largest("val_accuracy"));
 * }
 *
 * <p>One that saves the best can be a part of what it saves, {@code state.with("best", best)}: a training that is resumed then
 * saves only what is better than before.
 */
public final class ModelCheckpoint implements Callback, Stateful {
  private final int epochs;
  private final Action save;
  private final Monitor monitor = new Monitor("model checkpoint");
  private final boolean bestOnly;

  /** Writes a file. */
  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private ModelCheckpoint(int epochs, boolean bestOnly, Action save) {
    this.epochs = epochs;
    this.bestOnly = bestOnly;
    this.save = save;
  }

  /**
   * Saves after each epoch whose number the given one divides.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public static ModelCheckpoint every(int epochs, Checkpoint state, Checkpoints folder) {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "model checkpoint: the number of epochs must be at least 1, not " + epochs);
    }
    return new ModelCheckpoint(epochs, false, () -> folder.save(state));
  }

  /** Saves after each epoch; the file has the last one. */
  public static ModelCheckpoint last(Checkpoint state, Path file) {
    return new ModelCheckpoint(1, false, () -> state.save(file));
  }

  /** Saves after each epoch with the smallest {@code val_loss} so far; the file has the best one. */
  public static ModelCheckpoint best(Checkpoint state, Path file) {
    return new ModelCheckpoint(1, true, () -> state.save(file));
  }

  /**
   * Looks at another value for the best epoch, of which smaller is better.
   *
   * @throws IllegalStateException if this does not save the best alone
   */
  public ModelCheckpoint smallest(String name) {
    requireBest();
    monitor.watch(name, false);
    return this;
  }

  /**
   * Looks at another value for the best epoch, of which larger is better.
   *
   * @throws IllegalStateException if this does not save the best alone
   */
  public ModelCheckpoint largest(String name) {
    requireBest();
    monitor.watch(name, true);
    return this;
  }

  private void requireBest() {
    if (!bestOnly) {
      throw new IllegalStateException("model checkpoint: only one of the best looks at a value");
    }
  }

  @Override
  public void onTrainBegin(Trainer trainer) {
    monitor.begin();
  }

  /**
   * Saves if it is the turn of this epoch.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void onEpochEnd(Trainer trainer, EpochResult result) {
    if (bestOnly ? !monitor.improves(result) : result.epoch() % epochs != 0) {
      return;
    }
    try {
      save.run();
    } catch (IOException e) {
      throw new UncheckedIOException("model checkpoint: epoch " + result.epoch(), e);
    }
  }

  @Override
  public Map<String, Tensor> state() {
    return monitor.state();
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    monitor.load(saved);
  }
}
