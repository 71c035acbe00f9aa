package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Matrices with given diagonals. */
public final class Diagonals {
  private Diagonals() {}

  public static Tensor embed(Tensor x, int offset, int rows, int columns) {
    if (x.rank() == 0) {
      throw OpError.of("diagEmbed", "needs one axis or more, not a scalar");
    }
    int last = x.rank();
    Shape result = ShapeMath.insert(x.shape(), last, 1);
    int r = result.axis(rows, "diagEmbed");
    int c = result.axis(columns, "diagEmbed");
    if (r == c) {
      throw OpError.of(
          "diagEmbed",
          "the axes " + rows + " and " + columns + " of the result " + result + " are the same");
    }
    long size = (long) x.dim(-1) + Math.abs((long) offset);
    int n = ShapeMath.size("diagEmbed", size);
    Tensor padded = x.pad(0, Math.abs(offset));
    Tensor along = padded.unsqueeze(offset >= 0 ? -1 : -2);
    Tensor on =
        Sequences.band(n, n, true, offset, x.device())
            .logicalAnd(Sequences.band(n, n, false, offset, x.device()));
    Tensor matrices = on.where(along, Operands.like("diagEmbed", 0, x.dtype(), along));
    int[] order = new int[last + 1];
    int next = 0;
    for (int i = 0; i <= last; i++) {
      order[i] = i == r ? last - 1 : i == c ? last : next++;
    }
    return matrices.permute(order);
  }
}
