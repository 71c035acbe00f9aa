package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;

/** Rows of a table in bags, each of which becomes one row. */
public final class Embeddings {
  private Embeddings() {}

  /** Each row of a matrix of positions is a bag. */
  public static Tensor bags(Tensor table, Tensor positions, String mode) {
    Operands.requireFloat("embeddingBag", table);
    if (positions.rank() != 2) {
      throw OpError.of(
          "embeddingBag",
          "positions of shape " + positions.shape() + " without offsets must be a matrix");
    }
    requireMode(mode);
    Tensor rows = table.embedding(positions);
    if (positions.dim(1) == 0) {
      return zeros(table, positions.dim(0));
    }
    return switch (mode) {
      case "sum" -> rows.sum(1);
      case "mean" -> rows.mean(1);
      default -> rows.amax(1);
    };
  }

  /** Bags that begin at offsets of a vector of positions. */
  public static Tensor bags(Tensor table, Tensor positions, Tensor offsets, String mode) {
    Operands.requireFloat("embeddingBag", table);
    requireMode(mode);
    Tensor bag = bagOfEach(positions, offsets);
    Tensor rows = table.embedding(positions);
    Tensor zeros = zeros(table, offsets.dim(0));
    return switch (mode) {
      case "sum" -> zeros.indexAdd(0, bag, rows);
      case "mean" -> mean(zeros, bag, rows);
      default ->
          zeros.scatterReduce(0, Indexing.along("embeddingBag", rows, 0, bag), rows, "amax", false);
    };
  }

  /** Sums of rows, each times its weight. */
  public static Tensor weighted(
      Tensor table, Tensor positions, Tensor offsets, String mode, Tensor weights) {
    Operands.requireFloat("embeddingBag", table);
    if (!mode.equals("sum") || !weights.shape().equals(positions.shape())) {
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
    Tensor bag = bagOfEach(positions, offsets);
    Tensor rows = table.embedding(positions).mul(weights.unsqueeze(-1));
    return zeros(table, offsets.dim(0)).indexAdd(0, bag, rows.to(table.dtype()));
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
