package dev.adjoint;

import dev.adjoint.ops.Distinct;
import dev.adjoint.ops.Indexing;
import dev.adjoint.ops.Searching;
import java.util.List;

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

  /** {@link #searchsorted(Tensor, boolean)} in front of equal elements. */
  default Tensor searchsorted(Tensor values) {
    return searchsorted(values, false);
  }

  /**
   * For each value the position in this sorted sequence (ascending along the last axis) at which it would keep the order: in
   * front of equal elements, or behind them if {@code right}. A vector serves values of any shape; otherwise all axes but the
   * last are those of the values. NaN belongs behind all numbers. The result has the shape of the values.
   *
   * @throws IllegalArgumentException if this is a scalar, or axes differ
   */
  default Tensor searchsorted(Tensor values, boolean right) {
    return Searching.sorted("searchsorted", (Tensor) this, values, right);
  }

  /** {@link #bucketize(Tensor, boolean)} with boundaries that belong to the bucket in front of them. */
  default Tensor bucketize(Tensor boundaries) {
    return bucketize(boundaries, false);
  }

  /**
   * For each element the number of its bucket among those between ascending boundaries: {@code boundaries[i - 1] < x <=
   * boundaries[i]}, or {@code boundaries[i - 1] <= x < boundaries[i]} if {@code right}. NaN is in the last bucket.
   *
   * @throws IllegalArgumentException if the boundaries are no vector
   */
  default Tensor bucketize(Tensor boundaries, boolean right) {
    return Searching.buckets((Tensor) this, boundaries, right);
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

  /** The distinct elements in ascending order, with where and how often they occur; see {@link #unique}. */
  default UniqueElements uniqueAll() {
    return Distinct.sorted((Tensor) this);
  }

  /** The first of each run of equal elements in row-major order, without a gradient. How many there are is read at the call. */
  default Tensor uniqueConsecutive() {
    return uniqueConsecutiveAll().values();
  }

  /** The first of each run of equal elements in row-major order, with where it begins and how long it is. */
  default UniqueElements uniqueConsecutiveAll() {
    return Distinct.consecutive((Tensor) this);
  }
}
