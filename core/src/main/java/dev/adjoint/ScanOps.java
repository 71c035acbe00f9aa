package dev.adjoint;

import dev.adjoint.ops.Scans;

/**
 * Running folds along an axis: each element of the result folds all elements up to it. Negative axes count from the end.
 *
 * <p>The error of a running sum of n elements grows with log(n), and its bits are the same on every device, see {@link
 * dev.adjoint.kernel.Kernel.Scan}.
 */
public sealed interface ScanOps permits Tensor {
  /** The running sums along an axis; those of integers and bool are i64. */
  default Tensor cumsum(int axis) {
    return Scans.cumsum((Tensor) this, axis);
  }

  /** The running products along an axis; those of integers and bool are i64. */
  default Tensor cumprod(int axis) {
    return Scans.cumprod((Tensor) this, axis);
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
    return diff(1, -1);
  }

  /** The differences of neighbours along an axis, taken n times. */
  default Tensor diff(int n, int axis) {
    return Scans.diff((Tensor) this, n, axis);
  }
}
