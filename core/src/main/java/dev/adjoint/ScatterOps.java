package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Scatters;
import dev.adjoint.ops.Selection;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor with other elements at some of its positions, which are tensors of i32 or i64.
 *
 * <p>Where one position occurs several times, elements are handled in row-major order of the index: so of those that replace an
 * element the last one stays, and results have the same bits on every device. A position that is out of range throws an {@link
 * IndexOutOfBoundsException} when the value is computed.
 */
public sealed interface ScatterOps permits Tensor {
  /**
   * This with the elements of a source at positions along an axis: {@code out[index[i][j]][j] = source[i][j]} for axis 0. All
   * have one rank; the index is no longer than the source, and no longer than this along other axes. Elements that are replaced
   * get no gradient.
   */
  default Tensor scatter(int axis, Tensor index, Tensor source) {
    return Scatters.scatter("scatter", ScatterOp.PUT, (Tensor) this, axis, index, source);
  }

  /** This with a number at positions along an axis, see {@link #scatter(int, Tensor, Tensor)}. */
  default Tensor scatter(int axis, Tensor index, Number value) {
    return Scatters.scatter((Tensor) this, axis, index, value);
  }

  /**
   * This with a source added at positions along an axis: {@code out[index[i][j]][j] += source[i][j]} for axis 0. Shapes are as
   * for {@link #scatter(int, Tensor, Tensor)}.
   */
  default Tensor scatterAdd(int axis, Tensor index, Tensor source) {
    return Scatters.scatter("scatterAdd", ScatterOp.ADD, (Tensor) this, axis, index, source);
  }

  /** {@link #scatterReduce(int, Tensor, Tensor, String, boolean)}, elements of this included. */
  default Tensor scatterReduce(int axis, Tensor index, Tensor source, String reduce) {
    return scatterReduce(axis, index, source, reduce, true);
  }

  /**
   * This with the elements of a source folded at positions along an axis: {@code out[index[i][j]][j]} is the {@code "sum"},
   * {@code "prod"}, {@code "mean"}, {@code "amax"} or {@code "amin"} of all {@code source[i][j]} for axis 0, and of the element
   * of this if {@code includeSelf}. Elements that no position names stay as they are. Shapes are as for {@link #scatter(int,
   * Tensor, Tensor)}.
   *
   * <p>Means of integers are rounded down, those of f16 and bf16 only once. Equal extrema share the gradient equally.
   *
   * @throws IllegalArgumentException if shapes or types do not fit, or there is no such fold
   */
  default Tensor scatterReduce(
      int axis, Tensor index, Tensor source, String reduce, boolean includeSelf) {
    return Scatters.reduce((Tensor) this, axis, index, source, reduce, includeSelf);
  }

  /** This with the slices of a source added at the positions of a vector along an axis. */
  default Tensor indexAdd(int axis, Tensor index, Tensor source) {
    return Scatters.slices("indexAdd", ScatterOp.ADD, (Tensor) this, axis, index, source);
  }

  /** This with the slices of a source times a number added at the positions of a vector along an axis. */
  default Tensor indexAdd(int axis, Tensor index, Tensor source, Number alpha) {
    return indexAdd(axis, index, source.mul(alpha));
  }

  /** This with the slices of a source at the positions of a vector along an axis. */
  default Tensor indexCopy(int axis, Tensor index, Tensor source) {
    return Scatters.slices("indexCopy", ScatterOp.PUT, (Tensor) this, axis, index, source);
  }

  /** This with a number in the slices at the positions of a vector along an axis; a negative position counts from the end. */
  default Tensor indexFill(int axis, Tensor index, Number value) {
    Tensor x = (Tensor) this;
    return x.maskedFill(Scatters.named("indexFill", x, axis, index), value);
  }

  /** This with a scalar tensor in the slices at the positions of a vector along an axis. */
  default Tensor indexFill(int axis, Tensor index, Tensor value) {
    Tensor x = (Tensor) this;
    return x.maskedFill(Scatters.named("indexFill", x, axis, index), value);
  }

  /**
   * This with a value in the part that {@link IndexingOps#get(Index...)} reads, as {@code x[i, ...] = value} of Python would
   * leave it: the value takes the type of this and is broadcast to the part. Elements that are replaced get no gradient.
   *
   * @throws IllegalArgumentException if indices do not fit, or the value does not broadcast to the part
   * @throws IndexOutOfBoundsException if a position is known to be out of range; others throw it when the value is computed
   */
  default Tensor with(Tensor value, Index... indices) {
    return Selection.with((Tensor) this, value, indices);
  }

  /** This with a number in the part that indices describe, see {@link #with(Tensor, Index...)}. */
  default Tensor with(Number value, Index... indices) {
    return with(constant(value), indices);
  }

  /** This with a value in the part at positions of the first axes, see {@link #with(Tensor, Index...)}. */
  default Tensor with(Tensor value, int... positions) {
    return with(value, Arrays.stream(positions).mapToObj(Index::at).toArray(Index[]::new));
  }

  /** This with a number in the part at positions of the first axes, see {@link #with(Tensor, Index...)}. */
  default Tensor with(Number value, int... positions) {
    return with(constant(value), positions);
  }

  private Tensor constant(Number value) {
    Tensor x = (Tensor) this;
    long bits = Operands.bits("with", value, x.dtype());
    return new Tensor(Graph.constant(x.dtype(), bits, x.device()));
  }

  /** {@link #indexPut(List, Tensor, boolean)}, where values replace elements. */
  default Tensor indexPut(List<Tensor> indices, Tensor values) {
    return indexPut(indices, values, false);
  }

  /**
   * This with values at positions of the first axes: {@code out[i[k], j[k]] = values[k]} for indices i and j, or {@code +=} if
   * they accumulate, as {@code x[i, j] = values} of Python. Indices are broadcast to one shape, and values to that shape followed
   * by the remaining axes of this. A negative position counts from the end. A mask (bool) stands for the positions along its axes
   * where it is true, which are read at the call.
   *
   * @throws IllegalArgumentException if shapes or types do not fit
   * @throws IndexOutOfBoundsException if a position is known to be out of range; others throw it when the value is computed
   */
  default Tensor indexPut(List<Tensor> indices, Tensor values, boolean accumulate) {
    return Selection.put((Tensor) this, indices, values, accumulate);
  }

  /** {@link #put(Tensor, Tensor, boolean)}, where elements of the source replace others. */
  default Tensor put(Tensor index, Tensor source) {
    return put(index, source, false);
  }

  /**
   * This with the elements of a source at positions in row-major order, or added there if they accumulate; a negative position
   * counts from the end. The source has as many elements as the index.
   */
  default Tensor put(Tensor index, Tensor source, boolean accumulate) {
    return Scatters.put((Tensor) this, index, source, accumulate);
  }

  /**
   * This with the elements of a source, in row-major order, wherever a mask (bool) is true; this and the mask are broadcast to
   * one shape.
   *
   * @throws IndexOutOfBoundsException when the value is computed, if the source has too few elements
   */
  default Tensor maskedScatter(Tensor mask, Tensor source) {
    return Scatters.masked((Tensor) this, mask, source);
  }

  /** This with a source in the place of its first slices along the first axis. */
  default Tensor sliceScatter(Tensor source) {
    return sliceScatter(source, 0, 0, Integer.MAX_VALUE, 1);
  }

  /** This with a source in the place of a slice, see {@link #sliceScatter(Tensor, int, int, int, int)}. */
  default Tensor sliceScatter(Tensor source, int axis, int start, int stop) {
    return sliceScatter(source, axis, start, stop, 1);
  }

  /**
   * This with a source in the place of {@code x.slice(axis, start, stop, step)}, whose shape it has.
   *
   * @throws IllegalArgumentException if the shapes or types differ, or the step is not positive
   */
  default Tensor sliceScatter(Tensor source, int axis, int start, int stop, int step) {
    return Scatters.slice((Tensor) this, source, axis, start, stop, step);
  }

  /** This with a source in the place of {@code x.select(axis, index)}, whose shape it has. */
  default Tensor selectScatter(Tensor source, int axis, int index) {
    return Scatters.select((Tensor) this, source, axis, index);
  }
}
