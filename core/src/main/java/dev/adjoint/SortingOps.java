package dev.adjoint;

import dev.adjoint.ops.Quantiles;
import dev.adjoint.ops.Sorting;

/**
 * Sorting along an axis, and what follows from it; negative axes count from the end.
 *
 * <p>Sorting is stable: equal elements keep their order, also if the order is descending. NaN is above all numbers.
 */
public sealed interface SortingOps permits Tensor {
  /** The elements along the last axis in ascending order, and where they were. */
  default ValuesAndIndices sort() {
    return sort(-1);
  }

  /** The elements along an axis in ascending order, and where they were. */
  default ValuesAndIndices sort(int axis) {
    return sort(axis, false);
  }

  /** The elements along an axis in ascending or descending order, and where they were. */
  default ValuesAndIndices sort(int axis, boolean descending) {
    return Sorting.sort((Tensor) this, axis, descending);
  }

  /** {@link #sort(int, boolean)}, which is stable already, so it is also what may be in any order. */
  default ValuesAndIndices sort(int axis, boolean descending, boolean stable) {
    return sort(axis, descending);
  }

  /** The positions (i64) along the last axis in ascending order of the elements. */
  default Tensor argsort() {
    return argsort(-1);
  }

  /** The positions (i64) along an axis in ascending order of the elements. */
  default Tensor argsort(int axis) {
    return argsort(axis, false);
  }

  /** The positions (i64) along an axis in ascending or descending order of the elements. */
  default Tensor argsort(int axis, boolean descending) {
    return sort(axis, descending).indices();
  }

  /** {@link #argsort(int, boolean)}, which is stable already, so it is also what may be in any order. */
  default Tensor argsort(int axis, boolean descending, boolean stable) {
    return argsort(axis, descending);
  }

  /** The elements along the first axis in ascending order. */
  default Tensor msort() {
    return sort(0).values();
  }

  /** The k largest elements along the last axis in descending order, and where they were. */
  default ValuesAndIndices topk(int k) {
    return topk(k, -1);
  }

  /** The k largest elements along an axis in descending order, and where they were. */
  default ValuesAndIndices topk(int k, int axis) {
    return topk(k, axis, true);
  }

  /** The k largest elements along an axis in descending order, or the k smallest in ascending order, and where they were. */
  default ValuesAndIndices topk(int k, int axis, boolean largest) {
    return Sorting.topk((Tensor) this, k, axis, largest);
  }

  /** {@link #topk(int, int, boolean)}, which is sorted already, so it is also what may be in any order. */
  default ValuesAndIndices topk(int k, int axis, boolean largest, boolean sorted) {
    return topk(k, axis, largest);
  }

  /** The k-th smallest element along the last axis, which is dropped, and where it was; the smallest is the first. */
  default ValuesAndIndices kthvalue(int k) {
    return kthvalue(k, -1);
  }

  /** The k-th smallest element along an axis, which is dropped, and where it was. */
  default ValuesAndIndices kthvalue(int k, int axis) {
    return kthvalue(k, axis, false);
  }

  /** The k-th smallest element along an axis, which is kept with size 1 or dropped, and where it was. */
  default ValuesAndIndices kthvalue(int k, int axis, boolean keepDim) {
    return Sorting.kthvalue((Tensor) this, k, axis, keepDim);
  }

  /** The median of all elements, see {@link #median(int, boolean)}. */
  default Tensor median() {
    return ((Tensor) this).flatten().median(0).values();
  }

  /** The median along an axis, which is dropped, and where it is. */
  default ValuesAndIndices median(int axis) {
    return median(axis, false);
  }

  /**
   * The median along an axis, which is kept with size 1 or dropped, and where it is: the lower one of the two in the middle of an
   * even number, or the first NaN if there is one.
   */
  default ValuesAndIndices median(int axis, boolean keepDim) {
    return Quantiles.median((Tensor) this, axis, keepDim);
  }

  /** The median of the elements that are no NaN. */
  default Tensor nanmedian() {
    return ((Tensor) this).flatten().nanmedian(0).values();
  }

  /** The median of the elements along an axis that are no NaN, and where it is; the axis is dropped. */
  default ValuesAndIndices nanmedian(int axis) {
    return nanmedian(axis, false);
  }

  /** The median of the elements along an axis that are no NaN, and where it is; the axis is kept with size 1 or dropped. */
  default ValuesAndIndices nanmedian(int axis, boolean keepDim) {
    return Quantiles.nanmedian((Tensor) this, axis, keepDim);
  }
}
