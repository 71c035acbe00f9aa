package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Stateful;

/**
 * A map of numbers that is fitted to the training data and then changes all data alike. What it has learned is a state, which
 * {@link dev.adjoint.nn.io.Checkpoint#with} saves beside a model.
 */
public interface Preprocessor extends Stateful {
  /**
   * Learns from samples [n, ...]; returns this.
   *
   * @throws IllegalArgumentException if there is none, they are no floats, or a feature has no value in any of them
   */
  Preprocessor fit(Tensor x);

  /**
   * Samples [n, ...] as they are to be, in their own type and on their own device.
   *
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if the samples do not have the shape of those that were learned from
   */
  Tensor transform(Tensor x);

  /**
   * The samples of which {@link #transform} made these.
   *
   * @throws IllegalStateException if nothing was learned yet, or what was changed is not known any more
   * @throws IllegalArgumentException if the shape does not fit
   */
  Tensor inverseTransform(Tensor y);

  /** What {@link #transform} makes of the samples after {@link #fit} has learned from them. */
  default Tensor fitTransform(Tensor x) {
    return fit(x).transform(x);
  }
}
