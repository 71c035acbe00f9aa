package dev.adjoint;

import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Distances;

/** Norms of vectors and matrices, of floats, and what is made of them. */
public sealed interface DistanceOps permits Tensor {
  /** The 2-norm of all elements. */
  default Tensor vectorNorm() {
    return vectorNorm(2);
  }

  /** The p-norm of all elements as one vector, see {@link #vectorNorm(double, int[], boolean)}. */
  default Tensor vectorNorm(double ord) {
    return vectorNorm(ord, new int[0], false);
  }

  /** The p-norms of vectors along axes, which are dropped, see {@link #vectorNorm(double, int[], boolean)}. */
  default Tensor vectorNorm(double ord, int... axes) {
    return vectorNorm(ord, axes, false);
  }

  /**
   * The p-norms {@code (sum |x|^p)^(1/p)} along axes, which are kept with size 1 or dropped; no axes means all. The order may be
   * infinite, which gives the largest or smallest absolute value, and 0 counts what is not zero. Where a norm is 0, its gradient
   * is too.
   *
   * @throws IllegalArgumentException if the type is no float type
   */
  default Tensor vectorNorm(double ord, int[] axes, boolean keepDim) {
    return Distances.vectorNorm(Autocast.wide((Tensor) this), ord, axes, keepDim);
  }

  /** The Frobenius norms of the matrices along the last two axes: the square root of the sum of all squares. */
  default Tensor matrixNorm() {
    return matrixNorm("fro");
  }

  /** The norms of a name, {@code "fro"}, of the matrices along the last two axes. */
  default Tensor matrixNorm(String ord) {
    return matrixNorm(ord, new int[] {-2, -1}, false);
  }

  /**
   * The norms of a name of the matrices along two axes, which are kept with size 1 or dropped. {@code "fro"} is the square root
   * of the sum of all squares.
   *
   * @throws IllegalArgumentException if the name is another one, there are not two axes, or the type is no float type
   */
  default Tensor matrixNorm(String ord, int[] axes, boolean keepDim) {
    return Distances.matrixNorm(Autocast.wide((Tensor) this), ord, axes, keepDim);
  }

  /** The norms of the matrices along the last two axes, see {@link #matrixNorm(double, int[], boolean)}. */
  default Tensor matrixNorm(double ord) {
    return matrixNorm(ord, new int[] {-2, -1}, false);
  }

  /**
   * The norms of the matrices along two axes, first that of rows, which are kept with size 1 or dropped: of order 1 the largest
   * sum of absolute values of a column, of infinite order the largest sum of a row, and of their negatives the smallest sums.
   *
   * @throws IllegalArgumentException if the order is another one, there are not two axes, or the type is no float type
   */
  default Tensor matrixNorm(double ord, int[] axes, boolean keepDim) {
    return Distances.matrixNorm(Autocast.wide((Tensor) this), ord, axes, keepDim);
  }

  /** The cosines of the angles between vectors along axis 1, see {@link #cosineSimilarity(Tensor, int, double)}. */
  default Tensor cosineSimilarity(Tensor other) {
    return cosineSimilarity(other, 1);
  }

  /** The cosines of the angles between vectors along an axis, see {@link #cosineSimilarity(Tensor, int, double)}. */
  default Tensor cosineSimilarity(Tensor other, int axis) {
    return cosineSimilarity(other, axis, 1e-8);
  }

  /**
   * The cosines of the angles between vectors along an axis, which is dropped: {@code sum a b / (max(|a|, eps) max(|b|, eps))}.
   * Both are broadcast, and integers converted to {@link Scope#dtype()}.
   */
  default Tensor cosineSimilarity(Tensor other, int axis, double eps) {
    return Distances.cosineSimilarity(
        Autocast.wide((Tensor) this), Autocast.wide(other), axis, eps);
  }

  /** The distances of all pairs of points, see {@link #cdist(Tensor, double)}. */
  default Tensor cdist(Tensor other) {
    return cdist(other, 2);
  }

  /** The distances of all pairs of points, see {@link #cdist(Tensor, double, String)}. */
  default Tensor cdist(Tensor other, double p) {
    return cdist(other, p, "use_mm_for_euclid_dist_if_necessary");
  }

  /**
   * The distances [..., n, r] of all pairs of points of [..., n, m] and [..., r, m]: the p-norms of their differences; p may be
   * infinite, and 0 counts the coordinates that differ. Leading axes are broadcast. Where a distance is 0 its gradient is too.
   *
   * <p>With p = 2 the mode says when distances are roots of {@code |x|^2 + |y|^2 - 2 x y}, with a matrix product, which is much
   * faster: {@code "use_mm_for_euclid_dist"} always, {@code "donot_use_mm_for_euclid_dist"} never, and
   * {@code "use_mm_for_euclid_dist_if_necessary"} if n or r is above 25. With an e of rounding, 6e-8 for f32, the error of a
   * square is some {@code e (|x| + |y|)^2} then, so distances that are smaller than {@code sqrt(e) (|x| + |y|)} may come out as 0
   * or as large as that.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit, p is negative, the mode is another one, or the type
   *     is no float type
   */
  default Tensor cdist(Tensor other, double p, String computeMode) {
    return Distances.cdist(Autocast.wide((Tensor) this), Autocast.wide(other), p, computeMode);
  }

  /** The 2-norm of the difference to another tensor. */
  default Tensor dist(Tensor other) {
    return dist(other, 2);
  }

  /** The p-norm of the difference to another tensor; shapes are broadcast, see {@link #vectorNorm(double)}. */
  default Tensor dist(Tensor other, double p) {
    return Distances.dist(Autocast.wide((Tensor) this), Autocast.wide(other), p);
  }

  /**
   * This with each slice along an axis whose p-norm is above a largest one scaled down to it.
   *
   * @throws IllegalArgumentException if p or the norm is not positive, or the type is no float type
   */
  default Tensor renorm(double p, int axis, double maxNorm) {
    return Distances.renorm(Autocast.wide((Tensor) this), p, axis, maxNorm);
  }
}
