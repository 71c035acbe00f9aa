package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Operands;

/** Activations that shrink, cut or gate. Integers are converted to {@link Scope#dtype()} where nothing else is said. */
public sealed interface ShrinkageOps permits Tensor {
  /** {@code x} above 0, {@code exp(x) - 1} elsewhere. */
  default Tensor celu() {
    return celu(1);
  }

  /**
   * {@code x} above 0, {@code alpha * (exp(x / alpha) - 1)} elsewhere.
   *
   * @throws IllegalArgumentException if alpha is 0
   */
  default Tensor celu(double alpha) {
    if (alpha == 0) {
      throw OpError.of("celu", "alpha must not be 0");
    }
    Tensor x = floating();
    Tensor positive = x.gt(0);
    // The branch that is not taken must stay finite, or its gradient would be 0 * infinity.
    return positive.where(x, positive.where(0, x).div(alpha).expm1().mul(alpha));
  }

  /** The value, but 0 in [-0.5, 0.5]. */
  default Tensor hardshrink() {
    return hardshrink(0.5);
  }

  /** The value, but 0 in [-lambd, lambd]. */
  default Tensor hardshrink(double lambd) {
    Tensor x = floating();
    return x.ge(-lambd).logicalAnd(x.le(lambd)).where(0, x);
  }

  /** The value moved towards 0 by 0.5, or 0 if it does not get that far. */
  default Tensor softshrink() {
    return softshrink(0.5);
  }

  /**
   * The value moved towards 0 by a distance, or 0 if it does not get that far.
   *
   * @throws IllegalArgumentException if the distance is negative
   */
  default Tensor softshrink(double lambd) {
    if (!(lambd >= 0)) {
      throw OpError.of("softshrink", "lambd must not be negative, it is " + lambd);
    }
    Tensor x = floating();
    Tensor cut = x.abs().le(lambd);
    return cut.where(0, x.gt(0).where(x.sub(lambd), x.add(lambd)));
  }

  /** {@code x - tanh(x)}. */
  default Tensor tanhshrink() {
    Tensor x = floating();
    return x.sub(x.tanh());
  }

  /** The value above a threshold, another value elsewhere; NaN stays, and so do integer types. */
  default Tensor threshold(Number threshold, Number value) {
    Tensor x = (Tensor) this;
    return x.le(threshold).where(Operands.like("threshold", value, x.dtype(), x), x);
  }

  /** The softmax of the negative values along an axis. */
  default Tensor softmin(int axis) {
    return floating().neg().softmax(axis);
  }

  /** The {@link #softmin(int)} in a type, to which elements are converted first. */
  default Tensor softmin(int axis, DType dtype) {
    return ((Tensor) this).to(dtype).softmin(axis);
  }

  /** The gated linear unit along the last axis, see {@link #glu(int)}. */
  default Tensor glu() {
    return glu(-1);
  }

  /**
   * The gated linear unit: the first half of an axis times the logistic function of the second half.
   *
   * @throws IllegalArgumentException if the axis has an odd number of elements
   */
  default Tensor glu(int axis) {
    Tensor x = floating();
    int a = x.shape().axis(axis, "glu");
    int half = x.dim(a) / 2;
    if (x.dim(a) != 2 * half) {
      throw OpError.of(
          "glu", "axis " + axis + " of shape " + x.shape() + " has an odd number of elements");
    }
    return x.narrow(a, 0, half).mul(x.narrow(a, half, half).sigmoid());
  }

  private Tensor floating() {
    return Operands.floating((Tensor) this);
  }
}
