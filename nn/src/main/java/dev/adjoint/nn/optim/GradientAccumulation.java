package dev.adjoint.nn.optim;

import dev.adjoint.Gradients;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Steps by the mean of the gradients of several batches, as if they were one: for batches that do not fit in memory.
 *
 * {@snippet :
 * var accumulation = new GradientAccumulation(optimizer, 4);
 * for (Batch batch : loader) {
 *   accumulation.add(Losses.mse(model.apply(batch.x()), batch.y()).backward());
 * }
 * accumulation.step();   // what the last batches left
 * }
 */
public final class GradientAccumulation {
  private final Consumer<Gradients> step;
  private final int every;
  private @Nullable Gradients sum;
  private int count;

  /**
   * An accumulation of nothing.
   *
   * @param every the number of batches per step, at least 1
   */
  public GradientAccumulation(Optimizer optimizer, int every) {
    this(optimizer::step, every);
  }

  /**
   * An accumulation of nothing, with a step of one's own: {@code mean -> optimizer.step(Clipping.byGlobalNorm(mean, 1))}.
   *
   * @param step takes the mean of the gradients
   * @param every the number of batches per step, at least 1
   */
  public GradientAccumulation(Consumer<Gradients> step, int every) {
    this.step = step;
    this.every = (int) Hyper.positive("the number of batches per step", every);
  }

  /**
   * Adds the gradients of a batch, which are computed now, and takes a step if there are enough.
   *
   * @return whether a step was taken
   */
  public boolean add(Gradients gradients) {
    Gradients before = sum == null ? new Gradients(Map.of()) : sum;
    sum = before.plus(gradients);
    count++;
    return count == every && step();
  }

  /**
   * Takes a step by the mean of what was added since the last one.
   *
   * @return whether there was anything
   */
  public boolean step() {
    if (sum == null) {
      return false;
    }
    double part = 1.0 / count;
    step.accept(sum.map(gradient -> gradient.mul(part)));
    sum = null;
    count = 0;
    return true;
  }
}
