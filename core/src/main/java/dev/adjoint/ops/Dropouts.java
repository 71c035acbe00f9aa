package dev.adjoint.ops;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Random removal of elements, or of all that is behind some first axes. */
public final class Dropouts {
  private Dropouts() {}

  public static Tensor dropout(String op, Tensor x, double p, boolean training, int drawn) {
    Operands.requireFloat(op, x);
    if (!(p >= 0 && p <= 1)) {
      throw OpError.of(op, "the probability must be in [0, 1], it is " + p);
    }
    if (x.rank() < drawn) {
      throw OpError.of(op, "needs [n, channels, ...], not " + x.shape());
    }
    if (!training || p == 0) {
      return x;
    }
    if (p == 1) {
      return x.mul(0);
    }
    Shape shape = x.shape();
    for (int axis = drawn; axis < x.rank(); axis++) {
      shape = shape.with(axis, 1);
    }
    return Random.standard().mask(1 - p, shape, x.device()).where(x.mul(1 / (1 - p)), 0);
  }
}
