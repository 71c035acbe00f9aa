package dev.adjoint;

import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Scans;
import org.jspecify.annotations.Nullable;

/**
 * Running folds along an axis: each element of the result folds all elements up to it. Negative axes count from the end.
 *
 * <p>The error of a running sum of n elements grows with log(n), and its bits are the same on every device, see {@link
 * dev.adjoint.kernel.Kernel.Scan}.
 */
public sealed interface ScanOps permits Tensor {
  /** The running sums along an axis; those of integers and bool are i64. */
  default Tensor cumsum(int axis) {
    return Scans.cumsum(Autocast.wide((Tensor) this), axis);
  }

  /** The running sums along an axis in a type, to which elements are converted first. */
  default Tensor cumsum(int axis, DType dtype) {
    return Scans.cumsum(((Tensor) this).to(dtype), axis).to(dtype);
  }

  /** The running products along an axis; those of integers and bool are i64. */
  default Tensor cumprod(int axis) {
    return Scans.cumprod(Autocast.wide((Tensor) this), axis);
  }

  /** The running products along an axis in a type, to which elements are converted first. */
  default Tensor cumprod(int axis, DType dtype) {
    return Scans.cumprod(((Tensor) this).to(dtype), axis).to(dtype);
  }

  /**
   * The largest values so far along an axis, and where they are: the last of equal ones. NaN counts as the largest. Of a value
   * that was the largest several times, the gradient goes to the last place.
   */
  default ValuesAndIndices cummax(int axis) {
    return Scans.cummax((Tensor) this, axis);
  }

  /** The smallest values so far along an axis, and where they are: the last of equal ones. NaN counts as the smallest. */
  default ValuesAndIndices cummin(int axis) {
    return Scans.cummin((Tensor) this, axis);
  }

  /** The logarithms of the running sums of exponentials along an axis, without overflow. */
  default Tensor logcumsumexp(int axis) {
    return Scans.logcumsumexp((Tensor) this, axis);
  }

  /** The differences of neighbours along the last axis. */
  default Tensor diff() {
    return diff(1);
  }

  /** The differences of neighbours along the last axis, taken n times. */
  default Tensor diff(int n) {
    return diff(n, -1);
  }

  /** The differences of neighbours along an axis, taken n times. */
  default Tensor diff(int n, int axis) {
    return diff(n, axis, null, null);
  }

  /**
   * The differences of neighbours along an axis, taken n times, after elements were put in front of this and behind it; those of
   * bool say where neighbours differ. With n 0 it is this alone.
   *
   * @param prepend what comes in front along the axis, or null; other sizes are those of this, and types are promoted
   * @param append what comes behind, or null
   * @throws IllegalArgumentException if n is negative, or shapes do not fit
   */
  default Tensor diff(int n, int axis, @Nullable Tensor prepend, @Nullable Tensor append) {
    return Scans.diff((Tensor) this, n, axis, prepend, append);
  }
}
