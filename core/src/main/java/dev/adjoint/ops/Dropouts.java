package dev.adjoint.ops;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Random removal of elements, or of all that is behind some first axes. */
public final class Dropouts {
  private Dropouts() {}

  public static Tensor dropout(String op, Tensor x, double p, boolean training, int drawn) {
    require(op, x, p, drawn);
    if (!training || p == 0) {
      return x;
    }
    if (p == 1) {
      return x.mul(0);
    }
    return kept(x, p, drawn).where(x.mul(1 / (1 - p)), 0);
  }

  /** Which elements stay, by a draw for each index of the first axes. */
  private static Tensor kept(Tensor x, double p, int drawn) {
    Shape shape = x.shape();
    for (int axis = drawn; axis < x.rank(); axis++) {
      shape = shape.with(axis, 1);
    }
    return Random.standard().mask(1 - p, shape, x.device());
  }

  /** Dropped elements become the least value of selu, so kept ones and dropped ones have different factors and terms. */
  public static Tensor alpha(String op, Tensor x, double p, boolean training, int drawn) {
    require(op, x, p, drawn);
    if (!training || p == 0) {
      return x;
    }
    if (p == 1) {
      return x.mul(0);
    }
    double limit = -1.7580993408473766;
    double scale = 1 / Math.sqrt((1 - p) * (1 + p * limit * limit));
    double shift = -scale * limit * p;
    Tensor wide = x.to(x.dtype().register());
    return kept(x, p, drawn).where(wide.mul(scale).add(shift), limit * scale + shift).to(x.dtype());
  }

  private static void require(String op, Tensor x, double p, int drawn) {
    Operands.requireFloat(op, x);
    if (x.rank() < drawn) {
      throw OpError.of(op, "needs [n, channels, ...], not " + x.shape());
    }
    if (!(p >= 0 && p <= 1)) {
      throw OpError.of(op, "the probability must be in [0, 1], it is " + p);
    }
  }
}
