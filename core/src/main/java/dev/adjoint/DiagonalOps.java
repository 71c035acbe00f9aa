package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Diagonals;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Sequences;
import dev.adjoint.ops.ShapeMath;

/** Diagonals and triangles of matrices. */
public sealed interface DiagonalOps permits Tensor {
  /** The main diagonal of the first two axes, which becomes the last axis. */
  default Tensor diagonal() {
    return diagonal(0, 0, 1);
  }

  /** A diagonal of the first two axes, which becomes the last axis; an offset above 0 is above the main diagonal. */
  default Tensor diagonal(int offset) {
    return diagonal(offset, 0, 1);
  }

  /** The diagonal of two axes, which becomes the last axis; an offset above 0 is above the main diagonal. */
  default Tensor diagonal(int offset, int rows, int columns) {
    Tensor x = (Tensor) this;
    int r = x.shape().axis(rows, "diagonal");
    int c = x.shape().axis(columns, "diagonal");
    if (r == c) {
      throw OpError.of(
          "diagonal",
          "the axes " + rows + " and " + columns + " of shape " + x.shape() + " are the same");
    }
    Tensor matrices = x.movedim(r, -1).movedim(c > r ? c - 1 : c, -1);
    int m = x.dim(r);
    int n = x.dim(c);
    int count = Math.max(0, offset >= 0 ? Math.min(m, n - offset) : Math.min(m + offset, n));
    Tensor flat = matrices.flatten(-2);
    return ShapeMath.slice(flat, flat.rank() - 1, offset >= 0 ? offset : -offset * n, n + 1, count);
  }

  /** The main diagonal of a matrix, or the matrix with a vector on it, see {@link #diag(int)}. */
  default Tensor diag() {
    return diag(0);
  }

  /**
   * A diagonal of a matrix, or the matrix with a vector on a diagonal and zeros elsewhere; an offset above 0 is above the main
   * diagonal.
   */
  default Tensor diag(int offset) {
    Tensor x = (Tensor) this;
    if (x.rank() != 1 && x.rank() != 2) {
      throw OpError.of("diag", "needs a vector or a matrix, not shape " + x.shape());
    }
    return x.rank() == 2 ? diagonal(offset, 0, 1) : diagEmbed(offset, 0, 1);
  }

  /** Matrices with the vectors of the last axis on their diagonals and zeros elsewhere. */
  default Tensor diagEmbed() {
    return diagEmbed(0, -2, -1);
  }

  /** Matrices with the vectors of the last axis on a diagonal and zeros elsewhere. */
  default Tensor diagEmbed(int offset) {
    return diagEmbed(offset, -2, -1);
  }

  /**
   * Matrices with the vectors of the last axis on a diagonal and zeros elsewhere: an offset above 0 is above the main diagonal,
   * and the result has its rows and columns along two given axes.
   *
   * @throws IllegalArgumentException if this is a scalar, or both axes are the same
   */
  default Tensor diagEmbed(int offset, int rows, int columns) {
    return Diagonals.embed((Tensor) this, offset, rows, columns);
  }

  /** The sum of the diagonal of a matrix. */
  default Tensor trace() {
    Tensor x = (Tensor) this;
    if (x.rank() != 2) {
      throw OpError.of("trace", "needs a matrix, not shape " + x.shape());
    }
    return diagonal().sum();
  }

  /** The last two axes with zeros above the main diagonal. */
  default Tensor tril() {
    return tril(0);
  }

  /** The last two axes with zeros above a diagonal. */
  default Tensor tril(int diagonal) {
    return triangle("tril", true, diagonal);
  }

  /** The last two axes with zeros below the main diagonal. */
  default Tensor triu() {
    return triu(0);
  }

  /** The last two axes with zeros below a diagonal. */
  default Tensor triu(int diagonal) {
    return triangle("triu", false, diagonal);
  }

  private Tensor triangle(String op, boolean lower, int diagonal) {
    Tensor x = (Tensor) this;
    if (x.rank() < 2) {
      throw OpError.of(op, "needs at least 2 axes, not shape " + x.shape());
    }
    return band(x.dim(-2), x.dim(-1), lower, diagonal).where(x, Operands.like(op, 0, x.dtype(), x));
  }

  private Tensor band(int rows, int columns, boolean lower, int diagonal) {
    return Sequences.band(rows, columns, lower, diagonal, ((Tensor) this).device());
  }
}
