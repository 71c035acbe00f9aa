package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** A number that tells how good a model's outputs are, collected batch by batch. */
public interface Metric {
  /** What tables and logs call it, such as {@code accuracy}. */
  String name();

  /**
   * Counts one batch.
   *
   * @param output what the model gave
   * @param target what it should have given
   * @throws IllegalArgumentException if the shapes do not fit
   */
  void update(Tensor output, Tensor target);

  /** The number for all batches since the last reset; NaN if there were none. */
  double value();

  /** Forgets all batches. */
  void reset();
}
