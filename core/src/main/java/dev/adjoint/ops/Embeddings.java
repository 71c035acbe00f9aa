package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/** Rows of a table in bags, each of which becomes one row. */
public final class Embeddings {
  private Embeddings() {}

  public static Tensor bags(
      Tensor table,
      Tensor positions,
      @Nullable Tensor offsets,
      String mode,
      @Nullable Tensor weights,
      boolean includeLastOffset,
      @Nullable Integer paddingIdx) {
    Operands.requireFloat("embeddingBag", table);
    requireMode(mode);
    if (weights != null && (!mode.equals("sum") || !weights.shape().equals(positions.shape()))) {
      throw OpError.of(
          "embeddingBag",
          "weights "
              + weights.shape()
              + " of positions "
              + positions.shape()
              + " with mode '"
              + mode
              + "': shapes must be equal, and the mode 'sum'");
    }
    if (offsets == null && (positions.rank() != 2 || includeLastOffset)) {
      throw OpError.of(
          "embeddingBag",
          "positions of shape "
              + positions.shape()
              + " without offsets must be a matrix, and have no last offset");
    }
    if (offsets == null && weights == null && paddingIdx == null && positions.dim(1) > 0) {
      return ofRows(table.embedding(positions), mode);
    }
    Tensor bag = offsets == null ? rowOfEach(positions) : bagOfEach(positions, offsets);
    int count = offsets == null ? positions.dim(0) : offsets.dim(0) - (includeLastOffset ? 1 : 0);
    if (count < 0) {
      throw OpError.of("embeddingBag", "there is no last offset: there are none");
    }
    Tensor index = positions.flatten();
    // What belongs to no bag is put into one more, which is dropped.
    int bags = includeLastOffset || paddingIdx != null ? count + 1 : count;
    if (paddingIdx != null) {
      bag = index.eq(ShapeMath.index("embeddingBag", table, 0, paddingIdx)).where(count, bag);
    }
    Tensor rows = table.embedding(index);
    if (weights != null) {
      rows = rows.mul(weights.flatten().unsqueeze(-1)).to(table.dtype());
    }
    return folded(zeros(table, bags), bag, rows, mode).narrow(0, 0, count);
  }

  private static Tensor ofRows(Tensor rows, String mode) {
    return switch (mode) {
      case "sum" -> rows.sum(1);
      case "mean" -> rows.mean(1);
      default -> rows.amax(1);
    };
  }

  private static Tensor folded(Tensor zeros, Tensor bag, Tensor rows, String mode) {
    return switch (mode) {
      case "sum" -> zeros.indexAdd(0, bag, rows);
      case "mean" -> mean(zeros, bag, rows);
      default ->
          zeros.scatterReduce(0, Indexing.along("embeddingBag", rows, 0, bag), rows, "amax", false);
    };
  }

  /** Sums and counts, rounded once. */
  private static Tensor mean(Tensor zeros, Tensor bag, Tensor rows) {
    DType wide = rows.dtype().folded();
    Tensor sums = zeros.to(wide).indexAdd(0, bag, rows.to(wide));
    Tensor none = new Tensor(Graph.full(DType.I32, 0, Shape.of(zeros.dim(0)), bag.device()));
    Tensor ones = new Tensor(Graph.full(DType.I32, 1, bag.shape(), bag.device()));
    Tensor counts = none.scatterAdd(0, bag, ones).clampMin(1);
    return sums.div(counts.unsqueeze(1)).to(rows.dtype());
  }

  /** The number of the row of a matrix that each position is in. */
  private static Tensor rowOfEach(Tensor positions) {
    return Sequences.indices(positions.shape(), 0, positions.device()).flatten();
  }

  /** The number of the bag that each position is in: the last one that begins there or before. */
  private static Tensor bagOfEach(Tensor positions, Tensor offsets) {
    if (positions.rank() != 1 || offsets.rank() != 1 || !offsets.dtype().isInteger()) {
      throw OpError.of(
          "embeddingBag",
          "positions of shape "
              + positions.shape()
              + " and offsets "
              + offsets.dtype()
              + offsets.shape()
              + " must be vectors of integers");
    }
    Tensor counter = Sequences.indices(positions.shape(), 0, positions.device());
    return Searching.sorted("embeddingBag", offsets, counter, true).sub(1);
  }

  private static Tensor zeros(Tensor table, int bags) {
    return new Tensor(Graph.full(table.dtype(), 0, Shape.of(bags, table.dim(1)), table.device()));
  }

  private static void requireMode(String mode) {
    switch (mode) {
      case "sum", "mean", "max" -> {}
      default ->
          throw OpError.of("embeddingBag", "mode is '" + mode + "', it must be sum, mean or max");
    }
  }
}
