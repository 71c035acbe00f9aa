package dev.adjoint;

import dev.adjoint.ops.Distinct;
import dev.adjoint.ops.Indexing;
import dev.adjoint.ops.Searching;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where elements are, and which ones there are. Where the number of results depends on values, these are read at the call.
 *
 * <p>Positions are i64 and have no gradient.
 */
public sealed interface SearchOps permits Tensor {
  /**
   * The elements where a mask (bool) is true, in row-major order, as a vector; this and the mask are broadcast to one shape. How
   * many there are is read at the call.
   */
  default Tensor maskedSelect(Tensor mask) {
    return Indexing.select((Tensor) this, mask);
  }

  /**
   * The positions of the elements that are not 0, in row-major order: one row for each, with a column for each axis. How many
   * there are is read at the call.
   */
  default Tensor nonzero() {
    return Indexing.argwhere((Tensor) this);
  }

  /** {@link #nonzero} by its other name. */
  default Tensor argwhere() {
    return Indexing.argwhere((Tensor) this);
  }

  /**
   * The positions of the elements that are not 0, as a vector for each axis, see {@link #nonzero}: what {@link
   * ScatterOps#indexPut(List, Tensor)} takes. A scalar counts as a vector of one element.
   */
  default List<Tensor> where() {
    Tensor x = (Tensor) this;
    return Indexing.nonzero(x.rank() == 0 ? x.reshape(1) : x);
  }

  /** The positions (i64) of values in this sorted sequence, in front of equal elements, see the full form. */
  default Tensor searchsorted(Tensor values) {
    return searchsorted(values, false, false);
  }

  /** The positions of values in this sorted sequence, see the full form. */
  default Tensor searchsorted(Tensor values, boolean outInt32, boolean right) {
    return searchsorted(values, outInt32, right, null, null);
  }

  /**
   * For each value the position in this sorted sequence (ascending along the last axis) at which it would keep the order: in
   * front of equal elements, or behind them if {@code right}. A vector serves values of any shape; otherwise all axes but the
   * last are those of the values. NaN belongs behind all numbers. The result has the shape of the values.
   *
   * @param outInt32 whether positions are i32 instead of i64
   * @param side {@code "left"} or {@code "right"}, which says the same as {@code right}, or null
   * @param sorter the positions in ascending order of a sequence that is not sorted, as {@code argsort} gives them, or null
   * @throws IllegalArgumentException if this is a scalar, axes differ, or the side is neither or contradicts {@code right}
   */
  default Tensor searchsorted(
      Tensor values,
      boolean outInt32,
      boolean right,
      @Nullable String side,
      @Nullable Tensor sorter) {
    return Searching.sorted((Tensor) this, values, outInt32, right, side, sorter);
  }

  /** The number (i64) of the bucket of each element, with boundaries that belong to the bucket in front of them. */
  default Tensor bucketize(Tensor boundaries) {
    return bucketize(boundaries, false, false);
  }

  /**
   * For each element the number of its bucket among those between ascending boundaries: {@code boundaries[i - 1] < x <=
   * boundaries[i]}, or {@code boundaries[i - 1] <= x < boundaries[i]} if {@code right}. NaN is in the last bucket.
   *
   * @param outInt32 whether numbers are i32 instead of i64
   * @throws IllegalArgumentException if the boundaries are no vector
   */
  default Tensor bucketize(Tensor boundaries, boolean outInt32, boolean right) {
    return Searching.buckets((Tensor) this, boundaries, outInt32, right);
  }

  /** Whether each element (bool) equals any of a tensor; NaN equals nothing. */
  default Tensor isIn(Tensor elements) {
    return Searching.contained((Tensor) this, elements);
  }

  /**
   * Whether each element (bool) equals any of a tensor, or equals none if {@code invert}.
   *
   * @param assumeUnique whether no element is there twice, which makes no difference here
   */
  default Tensor isIn(Tensor elements, boolean assumeUnique, boolean invert) {
    Tensor found = isIn(elements);
    return invert ? found.logicalNot() : found;
  }

  /** How often each number from 0 to the largest occurs in a vector of integers, see {@link #bincount(int)}. */
  default Tensor bincount() {
    return bincount(0);
  }

  /**
   * How often (i64) each number from 0 to the largest occurs in a vector of integers, for at least {@code minlength} numbers. The
   * largest is read at the call.
   *
   * @throws IllegalArgumentException if this is no vector of integers, or any is negative
   */
  default Tensor bincount(int minlength) {
    return Searching.bincount((Tensor) this, minlength);
  }

  /** {@link #bincount(Tensor, int)} for as many numbers as occur. */
  default Tensor bincount(Tensor weights) {
    return bincount(weights, 0);
  }

  /**
   * The sum of the weights of each number from 0 to the largest in a vector of integers, see {@link #bincount(int)}: f32 for
   * weights of f32, else f64.
   */
  default Tensor bincount(Tensor weights, int minlength) {
    return Searching.bincount((Tensor) this, weights, minlength);
  }

  /**
   * The distinct elements in ascending order, without a gradient; NaN equals nothing, so each is kept. How many there are is read
   * at the call.
   */
  default Tensor unique() {
    return uniqueAll().values();
  }

  /** The distinct slices along an axis, in lexicographic order, see {@link #unique()}. */
  default Tensor unique(int axis) {
    return uniqueAll(axis).values();
  }

  /** The distinct elements in ascending order, with where and how often they occur; see {@link #unique()}. */
  default UniqueElements uniqueAll() {
    return Distinct.sorted((Tensor) this);
  }

  /**
   * The distinct slices along an axis, in lexicographic order, with where and how often they occur: numbers are those of slices.
   *
   * @throws IllegalArgumentException if slices have no elements
   */
  default UniqueElements uniqueAll(int axis) {
    return Distinct.sorted((Tensor) this, axis);
  }

  /** The first of each run of equal elements in row-major order, without a gradient. How many there are is read at the call. */
  default Tensor uniqueConsecutive() {
    return uniqueConsecutiveAll().values();
  }

  /** The first of each run of equal slices along an axis, without a gradient. How many there are is read at the call. */
  default Tensor uniqueConsecutive(int axis) {
    return uniqueConsecutiveAll(axis).values();
  }

  /** The first of each run of equal elements in row-major order, with where it begins and how long it is. */
  default UniqueElements uniqueConsecutiveAll() {
    return Distinct.consecutive((Tensor) this);
  }

  /**
   * The first of each run of equal slices along an axis, with where it begins and how long it is.
   *
   * @throws IllegalArgumentException if slices have no elements
   */
  default UniqueElements uniqueConsecutiveAll(int axis) {
    return Distinct.consecutive((Tensor) this, axis);
  }
}
