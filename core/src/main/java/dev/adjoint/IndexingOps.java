package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import dev.adjoint.ops.Embeddings;
import dev.adjoint.ops.Indexing;
import dev.adjoint.ops.Searching;
import dev.adjoint.ops.Selection;
import dev.adjoint.ops.Sequences;
import dev.adjoint.ops.ShapeMath;
import org.jspecify.annotations.Nullable;

/** Elements at positions that are themselves tensors (i32 or i64). Positions are checked when the value is computed. */
public sealed interface IndexingOps permits Tensor {
  /**
   * The part that indices describe, axis by axis, as {@code x[i, ...]} of Python; missing ones mean whole axes.
   *
   * <p>Tensors of positions are broadcast to one shape, whose axes take the place of those that they index, or are the first ones
   * if there are other axes in between. A negative position counts from the end. A mask (bool) stands for the positions along its
   * axes where it is true, which are read at the call.
   *
   * @throws IllegalArgumentException if there are more indices than axes, or a mask does not have the sizes of its axes
   * @throws IndexOutOfBoundsException if a position is known to be out of range; others throw it when the value is computed
   */
  default Tensor get(Index... indices) {
    return Selection.get((Tensor) this, indices);
  }

  /** The part at positions of the first axes, which are dropped. */
  default Tensor get(int... positions) {
    Tensor x = (Tensor) this;
    if (positions.length > x.rank()) {
      throw OpError.of("get", positions.length + " positions for shape " + x.shape());
    }
    for (int position : positions) {
      x = x.select(0, position);
    }
    return x;
  }

  /**
   * The elements at positions along an axis: {@code out[i][j] = x[index[i][j]][j]} for axis 0. The index has the rank
   * of this and is no longer along other axes.
   */
  default Tensor gather(int axis, Tensor index) {
    Tensor x = (Tensor) this;
    return new Tensor(Graph.gather(x.node(), index.node(), x.shape().axis(axis, "gather")));
  }

  /** The slices at the positions of a vector along an axis. */
  default Tensor indexSelect(int axis, Tensor index) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "indexSelect");
    return x.gather(a, Indexing.along("indexSelect", x, a, index));
  }

  /**
   * The elements at positions in row-major order, where a negative position counts from the end; the result has the shape of
   * the index.
   */
  default Tensor take(Tensor index) {
    Tensor flat = ((Tensor) this).flatten();
    return flat.gather(0, Indexing.fromEnd(index.flatten(), flat.dim(0))).reshape(index.shape());
  }

  /** The elements at positions in row-major order, as a vector; a negative position counts from the end. */
  default Tensor takeAlongDim(Tensor index) {
    return take(index.flatten());
  }

  /** As {@link #gather}, with other axes of both broadcast; a negative position counts from the end. */
  default Tensor takeAlongDim(Tensor index, int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "takeAlongDim");
    if (index.rank() != x.rank()) {
      throw OpError.of(
          "takeAlongDim", "index " + index.shape() + " does not have the rank of " + x.shape());
    }
    Shape others = Shape.broadcast(x.shape().with(a, 1), index.shape().with(a, 1), "takeAlongDim");
    return x.broadcastTo(others.with(a, x.dim(a)))
        .gather(a, Indexing.fromEnd(index, x.dim(a)).broadcastTo(others.with(a, index.dim(a))));
  }

  /**
   * This matrix's rows at positions: the result has the shape of the positions and one more axis.
   *
   * @throws IndexOutOfBoundsException if a position is known to be no row; others throw it when the value is computed
   */
  default Tensor embedding(Tensor positions) {
    Tensor x = (Tensor) this;
    if (x.rank() != 2) {
      throw OpError.of("embedding", "the table must be a matrix, not of shape " + x.shape());
    }
    Shape shape = ShapeMath.insert(positions.shape(), positions.rank(), x.dim(1));
    Tensor index = Indexing.along("embedding", x, 0, positions.flatten());
    String rule = "embedding: index %d is out of range for a table of %d rows";
    return new Tensor(RangeCheck.rows(rule, x.node(), index.node())).reshape(shape);
  }

  /**
   * This matrix's rows at positions, of which one row, that of the padding, has no gradient.
   *
   * @param paddingIdx the number of that row; a negative one counts from the end
   * @throws IllegalArgumentException if there is no such row
   */
  default Tensor embedding(Tensor positions, int paddingIdx) {
    Tensor rows = embedding(positions);
    int padding = ShapeMath.index("embedding", (Tensor) this, 0, paddingIdx);
    return positions.eq(padding).unsqueeze(-1).where(rows.detach(), rows);
  }

  /** The means of this matrix's rows in bags, see {@link #embeddingBag(Tensor, String)}. */
  default Tensor embeddingBag(Tensor positions) {
    return embeddingBag(positions, "mean");
  }

  /**
   * The {@code "sum"}, {@code "mean"} or {@code "max"} of this matrix's rows in bags: each row of a matrix of positions is a bag.
   *
   * @throws IllegalArgumentException if this is no matrix of floats, the positions are no matrix, or there is no such mode
   */
  default Tensor embeddingBag(Tensor positions, String mode) {
    return embeddingBag(positions, null, mode, null);
  }

  /** The means of this matrix's rows in bags, see {@link #embeddingBag(Tensor, Tensor, String)}. */
  default Tensor embeddingBag(Tensor positions, Tensor offsets) {
    return embeddingBag(positions, offsets, "mean");
  }

  /**
   * The {@code "sum"}, {@code "mean"} or {@code "max"} of this matrix's rows in bags that begin at offsets, see the full form.
   */
  default Tensor embeddingBag(Tensor positions, Tensor offsets, String mode) {
    return embeddingBag(positions, offsets, mode, null);
  }

  /** As the full form, where the last bag ends where the positions do, and no row is padding. */
  default Tensor embeddingBag(
      Tensor positions, @Nullable Tensor offsets, String mode, @Nullable Tensor perSampleWeights) {
    return embeddingBag(positions, offsets, mode, perSampleWeights, false, null);
  }

  /**
   * The {@code "sum"}, {@code "mean"} or {@code "max"} of this matrix's rows in bags. Each row of a matrix of positions is a bag;
   * or each begins at an offset of a vector of positions and ends where the next one begins, where the first offset is 0, and
   * offsets ascend. An empty bag has zeros. Equal maxima share the gradient equally.
   *
   * @param offsets where bags begin, or null for a matrix of positions
   * @param perSampleWeights what the row of each position is multiplied by, or null; the mode must be {@code "sum"}
   * @param includeLastOffset whether the last offset begins no bag, but ends the last one
   * @param paddingIdx the number of a row that counts in no bag, or null; a negative one counts from the end
   * @throws IllegalArgumentException if this is no matrix of floats, shapes do not fit, or there is no such mode or row
   */
  default Tensor embeddingBag(
      Tensor positions,
      @Nullable Tensor offsets,
      String mode,
      @Nullable Tensor perSampleWeights,
      boolean includeLastOffset,
      @Nullable Integer paddingIdx) {
    return Embeddings.bags(
        (Tensor) this, positions, offsets, mode, perSampleWeights, includeLastOffset, paddingIdx);
  }

  /**
   * These class numbers as i64 vectors of as many classes as the largest number asks for, which is read at the call, see {@link
   * #oneHot(int)}.
   *
   * @throws IllegalArgumentException if these are no integers, there are none, or one is negative
   */
  default Tensor oneHot() {
    Tensor x = (Tensor) this;
    if (!x.dtype().isInteger() || x.size() == 0) {
      throw OpError.of(
          "oneHot",
          "needs integers to know the classes, not " + x.dtype() + " of shape " + x.shape());
    }
    return oneHot(Searching.above("oneHot", x));
  }

  /**
   * These class numbers as i64 vectors along a new last axis, 1 at the class and 0 elsewhere.
   *
   * @throws IndexOutOfBoundsException if a number is known to be no class; others throw it when the value is computed
   */
  default Tensor oneHot(int classes) {
    Tensor x = (Tensor) this;
    if (!x.dtype().isInteger()) {
      throw OpError.of("oneHot", "class numbers must be integers, not " + x.dtype());
    }
    Tensor numbers =
        new Tensor(
            RangeCheck.checked(
                "oneHot: class %d is out of range for %d classes", x.node(), classes));
    Shape shape = ShapeMath.insert(x.shape(), x.rank(), classes);
    return numbers.unsqueeze(-1).eq(Sequences.indices(shape, x.rank(), x.device())).to(DType.I64);
  }
}
