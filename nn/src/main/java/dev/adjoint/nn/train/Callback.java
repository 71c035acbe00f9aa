package dev.adjoint.nn.train;

import java.util.function.Consumer;

/** Code that a {@link Trainer} calls while it trains. */
public interface Callback {
  /** Called before the first epoch. */
  default void onTrainBegin(Trainer trainer) {}

  /** Called after each training step, with its number within the epoch from 0 on and its loss. */
  default void onStep(Trainer trainer, int epoch, int step, double loss) {}

  /** Called after each epoch, when its validation is done; {@link Trainer#stop} makes it the last one. */
  default void onEpochEnd(Trainer trainer, EpochResult result) {}

  /** Called when the training is over, also if it has failed. */
  default void onTrainEnd(Trainer trainer) {}

  /** An action after each training step, such as a step of a scheduler: {@code Callback.afterStep(scheduler::step)}. */
  static Callback afterStep(Runnable action) {
    return new Callback() {
      @Override
      public void onStep(Trainer trainer, int epoch, int step, double loss) {
        action.run();
      }
    };
  }

  /** An action after each epoch, such as a step of a scheduler: {@code Callback.afterEpoch(result -> scheduler.step())}. */
  static Callback afterEpoch(Consumer<EpochResult> action) {
    return new Callback() {
      @Override
      public void onEpochEnd(Trainer trainer, EpochResult result) {
        action.accept(result);
      }
    };
  }
}
