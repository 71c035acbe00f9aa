package dev.adjoint;

import dev.adjoint.graph.ReduceOp;
import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Reductions;
import dev.adjoint.ops.Statistics;

/**
 * Folds over all elements or along axes; negative axes count from the end.
 *
 * <p>Sums and products of integers and bool are i64. The mean of integers is of {@link Scope#dtype()}. NaN propagates
 * into every result, also into max and min; the position of the extreme value is then that of the first NaN.
 */
public sealed interface ReductionOps permits Tensor {
  /** The sum of all elements. */
  default Tensor sum() {
    return Reductions.fold(ReduceOp.SUM, Autocast.wide((Tensor) this), new int[0], false);
  }

  /** The sum along axes, which are dropped; no axes means all. */
  default Tensor sum(int... axes) {
    return Reductions.fold(ReduceOp.SUM, Autocast.wide((Tensor) this), axes, false);
  }

  /** The sum along an axis, which is kept with size 1 or dropped. */
  default Tensor sum(int axis, boolean keepDim) {
    return Reductions.fold(ReduceOp.SUM, Autocast.wide((Tensor) this), new int[] {axis}, keepDim);
  }

  /** The sum along axes, which are kept with size 1 or dropped. */
  default Tensor sum(int[] axes, boolean keepDim) {
    return Reductions.fold(ReduceOp.SUM, Autocast.wide((Tensor) this), axes, keepDim);
  }

  /** The sum of all elements in a type, to which they are converted first. */
  default Tensor sum(DType dtype) {
    return sum(new int[0], false, dtype);
  }

  /** The sum along an axis in a type, to which elements are converted first; the axis is kept with size 1 or dropped. */
  default Tensor sum(int axis, boolean keepDim, DType dtype) {
    return sum(new int[] {axis}, keepDim, dtype);
  }

  /** The sum along axes in a type, to which elements are converted first; the axes are kept with size 1 or dropped. */
  default Tensor sum(int[] axes, boolean keepDim, DType dtype) {
    return Reductions.fold(ReduceOp.SUM, ((Tensor) this).to(dtype), axes, keepDim).to(dtype);
  }

  /** The mean of all elements. */
  default Tensor mean() {
    return Statistics.mean((Tensor) this, new int[0], false);
  }

  /** The mean along axes, which are dropped; no axes means all. */
  default Tensor mean(int... axes) {
    return Statistics.mean((Tensor) this, axes, false);
  }

  /** The mean along an axis, which is kept with size 1 or dropped. */
  default Tensor mean(int axis, boolean keepDim) {
    return Statistics.mean((Tensor) this, new int[] {axis}, keepDim);
  }

  /** The mean along axes, which are kept with size 1 or dropped. */
  default Tensor mean(int[] axes, boolean keepDim) {
    return Statistics.mean((Tensor) this, axes, keepDim);
  }

  /** The mean of all elements in a type, to which they are converted first. */
  default Tensor mean(DType dtype) {
    return mean(new int[0], false, dtype);
  }

  /** The mean along an axis in a type, to which elements are converted first; the axis is kept with size 1 or dropped. */
  default Tensor mean(int axis, boolean keepDim, DType dtype) {
    return mean(new int[] {axis}, keepDim, dtype);
  }

  /**
   * The mean along axes in a type, to which elements are converted first; the axes are kept with size 1 or dropped.
   *
   * @throws IllegalArgumentException if the type is no float
   */
  default Tensor mean(int[] axes, boolean keepDim, DType dtype) {
    return Statistics.mean((Tensor) this, axes, keepDim, dtype);
  }

  /** The product of all elements. */
  default Tensor prod() {
    return Reductions.fold(ReduceOp.PROD, Autocast.wide((Tensor) this), new int[0], false);
  }

  /** The product along axes, which are dropped; no axes means all. */
  default Tensor prod(int... axes) {
    return Reductions.fold(ReduceOp.PROD, Autocast.wide((Tensor) this), axes, false);
  }

  /** The product along an axis, which is kept with size 1 or dropped. */
  default Tensor prod(int axis, boolean keepDim) {
    return Reductions.fold(ReduceOp.PROD, Autocast.wide((Tensor) this), new int[] {axis}, keepDim);
  }

  /** The product along axes, which are kept with size 1 or dropped. */
  default Tensor prod(int[] axes, boolean keepDim) {
    return Reductions.fold(ReduceOp.PROD, Autocast.wide((Tensor) this), axes, keepDim);
  }

  /** The product of all elements in a type, to which they are converted first. */
  default Tensor prod(DType dtype) {
    return prod(new int[0], false, dtype);
  }

  /** The product along an axis in a type, to which elements are converted first; the axis is kept with size 1 or dropped. */
  default Tensor prod(int axis, boolean keepDim, DType dtype) {
    return prod(new int[] {axis}, keepDim, dtype);
  }

  /** The product along axes in a type, to which elements are converted first; the axes are kept with size 1 or dropped. */
  default Tensor prod(int[] axes, boolean keepDim, DType dtype) {
    return Reductions.fold(ReduceOp.PROD, ((Tensor) this).to(dtype), axes, keepDim).to(dtype);
  }

  /** The largest value of all elements. */
  default Tensor max() {
    return Reductions.extreme(ReduceOp.MAX, (Tensor) this, new int[0], false);
  }

  /** The largest value along an axis, which is dropped, and where it is, see {@link #max(int, boolean)}. */
  default ValuesAndIndices max(int axis) {
    return max(axis, false);
  }

  /**
   * The largest value along an axis, which is kept with size 1 or dropped, and where it is: the first of equal ones, which has
   * all of the gradient.
   */
  default ValuesAndIndices max(int axis, boolean keepDim) {
    return Reductions.located(ReduceOp.MAX, (Tensor) this, axis, keepDim);
  }

  /** The smallest value of all elements. */
  default Tensor min() {
    return Reductions.extreme(ReduceOp.MIN, (Tensor) this, new int[0], false);
  }

  /** The smallest value along an axis, which is dropped, and where it is, see {@link #min(int, boolean)}. */
  default ValuesAndIndices min(int axis) {
    return min(axis, false);
  }

  /**
   * The smallest value along an axis, which is kept with size 1 or dropped, and where it is: the first of equal ones, which has
   * all of the gradient.
   */
  default ValuesAndIndices min(int axis, boolean keepDim) {
    return Reductions.located(ReduceOp.MIN, (Tensor) this, axis, keepDim);
  }

  /** The largest value along axes, which are dropped; no axes means all. Equal ones share the gradient equally. */
  default Tensor amax(int... axes) {
    return amax(axes, false);
  }

  /** The largest value along an axis, which is kept with size 1 or dropped, see {@link #amax(int...)}. */
  default Tensor amax(int axis, boolean keepDim) {
    return amax(new int[] {axis}, keepDim);
  }

  /** The largest value along axes, which are kept with size 1 or dropped, see {@link #amax(int...)}. */
  default Tensor amax(int[] axes, boolean keepDim) {
    return Reductions.extreme(ReduceOp.MAX, (Tensor) this, axes, keepDim);
  }

  /** The smallest value along axes, which are dropped; no axes means all. Equal ones share the gradient equally. */
  default Tensor amin(int... axes) {
    return amin(axes, false);
  }

  /** The smallest value along an axis, which is kept with size 1 or dropped, see {@link #amin(int...)}. */
  default Tensor amin(int axis, boolean keepDim) {
    return amin(new int[] {axis}, keepDim);
  }

  /** The smallest value along axes, which are kept with size 1 or dropped, see {@link #amin(int...)}. */
  default Tensor amin(int[] axes, boolean keepDim) {
    return Reductions.extreme(ReduceOp.MIN, (Tensor) this, axes, keepDim);
  }

  /** The position (i64) of the first largest value among all elements in row-major order. */
  default Tensor argmax() {
    return ((Tensor) this).flatten().argmax(0);
  }

  /** The position (i64) of the first largest value along an axis, which is dropped. */
  default Tensor argmax(int axis) {
    return argmax(axis, false);
  }

  /** The position (i64) of the first largest value along an axis, which is kept with size 1 or dropped. */
  default Tensor argmax(int axis, boolean keepDim) {
    return Reductions.argument("argmax", ReduceOp.MAX, (Tensor) this, axis, keepDim);
  }

  /** The position (i64) of the first smallest value among all elements in row-major order. */
  default Tensor argmin() {
    return ((Tensor) this).flatten().argmin(0);
  }

  /** The position (i64) of the first smallest value along an axis, which is dropped. */
  default Tensor argmin(int axis) {
    return argmin(axis, false);
  }

  /** The position (i64) of the first smallest value along an axis, which is kept with size 1 or dropped. */
  default Tensor argmin(int axis, boolean keepDim) {
    return Reductions.argument("argmin", ReduceOp.MIN, (Tensor) this, axis, keepDim);
  }
}
