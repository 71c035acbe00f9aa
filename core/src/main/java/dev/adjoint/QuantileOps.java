package dev.adjoint;

import dev.adjoint.ops.Quantiles;

/**
 * Quantiles: the values below which given shares of the elements lie; negative axes count from the end.
 *
 * <p>The share q of n elements in ascending order is at the rank {@code q (n - 1)}. If that is no whole number, the interpolation
 * says what is taken:
 *
 * <ul>
 *   <li>{@code "linear"}, the default: what is on the line between the two neighbours;
 *   <li>{@code "lower"} or {@code "higher"}: that neighbour;
 *   <li>{@code "nearest"}: the nearer neighbour, of two equally near ones that of even rank;
 *   <li>{@code "midpoint"}: the mean of both.
 * </ul>
 *
 * <p>Shares are a number, or a tensor of the type of the elements: a scalar, or a vector, whose axis is then the first one of the
 * result. Integers are converted to {@link Scope#dtype()}. All throw {@link IllegalArgumentException} if a number is not from 0
 * to 1, there are no elements, or there is no such interpolation; a share in a tensor that is not from 0 to 1 is an {@link
 * ArithmeticException} when the value is computed.
 */
public sealed interface QuantileOps permits Tensor {
  /** The quantile of all elements. */
  default Tensor quantile(double q) {
    return ((Tensor) this).flatten().quantile(q, 0);
  }

  /** The quantile along an axis, which is dropped. */
  default Tensor quantile(double q, int axis) {
    return quantile(q, axis, false);
  }

  /** The quantile along an axis, which is kept with size 1 or dropped. */
  default Tensor quantile(double q, int axis, boolean keepDim) {
    return quantile(q, axis, keepDim, "linear");
  }

  /** The quantile along an axis, which is kept with size 1 or dropped, by an interpolation. It is NaN if an element is. */
  default Tensor quantile(double q, int axis, boolean keepDim, String interpolation) {
    return Quantiles.quantile((Tensor) this, q, axis, keepDim, interpolation);
  }

  /** The quantiles of all elements for a tensor of shares. */
  default Tensor quantile(Tensor q) {
    return ((Tensor) this).flatten().quantile(q, 0);
  }

  /** The quantiles along an axis, which is dropped, for a tensor of shares. */
  default Tensor quantile(Tensor q, int axis) {
    return quantile(q, axis, false);
  }

  /** The quantiles along an axis, which is kept with size 1 or dropped, for a tensor of shares. */
  default Tensor quantile(Tensor q, int axis, boolean keepDim) {
    return quantile(q, axis, keepDim, "linear");
  }

  /** The quantiles along an axis, which is kept with size 1 or dropped, for a tensor of shares and by an interpolation. */
  default Tensor quantile(Tensor q, int axis, boolean keepDim, String interpolation) {
    return Quantiles.quantile((Tensor) this, q, axis, keepDim, interpolation);
  }

  /** The quantile of those that are no NaN of all elements. */
  default Tensor nanquantile(double q) {
    return ((Tensor) this).flatten().nanquantile(q, 0);
  }

  /** The quantile of those that are no NaN along an axis, which is dropped. */
  default Tensor nanquantile(double q, int axis) {
    return nanquantile(q, axis, false);
  }

  /** The quantile of those that are no NaN along an axis, which is kept with size 1 or dropped. */
  default Tensor nanquantile(double q, int axis, boolean keepDim) {
    return nanquantile(q, axis, keepDim, "linear");
  }

  /**
   * The quantile of those that are no NaN along an axis, which is kept with size 1 or dropped, by an interpolation. It is NaN
   * where all are.
   */
  default Tensor nanquantile(double q, int axis, boolean keepDim, String interpolation) {
    return Quantiles.nanquantile((Tensor) this, q, axis, keepDim, interpolation);
  }

  /** The quantiles of those that are no NaN of all elements for a tensor of shares. */
  default Tensor nanquantile(Tensor q) {
    return ((Tensor) this).flatten().nanquantile(q, 0);
  }

  /** The quantiles of those that are no NaN along an axis, which is dropped, for a tensor of shares. */
  default Tensor nanquantile(Tensor q, int axis) {
    return nanquantile(q, axis, false);
  }

  /** The quantiles of those that are no NaN along an axis, which is kept with size 1 or dropped, for a tensor of shares. */
  default Tensor nanquantile(Tensor q, int axis, boolean keepDim) {
    return nanquantile(q, axis, keepDim, "linear");
  }

  /**
   * The quantiles of those that are no NaN along an axis, which is kept with size 1 or dropped, for a tensor of shares and by an
   * interpolation.
   */
  default Tensor nanquantile(Tensor q, int axis, boolean keepDim, String interpolation) {
    return Quantiles.nanquantile((Tensor) this, q, axis, keepDim, interpolation);
  }
}
