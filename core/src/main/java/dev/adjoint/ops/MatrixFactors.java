package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.LogDeterminant;
import dev.adjoint.LuFactors;
import dev.adjoint.LuMatrices;
import dev.adjoint.QrMatrices;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;

/** Factors of matrices, and determinants, which follow from these. */
public final class MatrixFactors {
  private MatrixFactors() {}

  public static Tensor cholesky(Tensor x, boolean upper) {
    requireSquare("cholesky", x);
    Tensor l = factorized(Factorization.CHOLESKY, upper ? transposed(x) : x);
    int n = x.dim(-1);
    if (n > 0) {
      Tensor bad = l.diagonal(0, -2, -1).isNan().to(DType.I32).sum(-1, true).unsqueeze(-1);
      Tensor minor = bad.eq(0).where(0, bad.rsub(n + 1)).to(DType.I32);
      String rule =
          "cholesky: a matrix is not positive definite: its leading minor of order %d is not positive";
      l = new Tensor(RangeCheck.unless(rule, minor.node(), l.node()));
    }
    return upper ? transposed(l) : l;
  }

  public static LuFactors luFactor(Tensor x) {
    requireMatrices("luFactor", x);
    Tensor packed = packed(x);
    return new LuFactors(packed.narrow(-1, 0, x.dim(-1)), order(packed));
  }

  public static LuMatrices lu(Tensor x) {
    requireMatrices("lu", x);
    Tensor packed = packed(x);
    int m = x.dim(-2);
    int n = x.dim(-1);
    int k = Math.min(m, n);
    Tensor rows = new Tensor(Graph.iota(m, x.device())).unsqueeze(-1);
    Tensor p = rows.eq(order(packed).unsqueeze(-2)).to(x.dtype());
    Tensor ones = Sequences.diagonal(m, k, x.device());
    Tensor l = ones.where(1, packed.narrow(-1, 0, k).tril(-1));
    return new LuMatrices(p, l, packed.narrow(-2, 0, k).narrow(-1, 0, n).triu());
  }

  public static QrMatrices qr(Tensor x) {
    requireMatrices("qr", x);
    int m = x.dim(-2);
    int n = x.dim(-1);
    if (m < n) {
      QrMatrices first = qr(x.narrow(-1, 0, m));
      Tensor others = MatrixProducts.matmul(transposed(first.q()), x.narrow(-1, m, n - m));
      return new QrMatrices(first.q(), Tensors.cat(-1, first.r(), others));
    }
    Tensor both = factorized(Factorization.QR, x);
    return new QrMatrices(both.narrow(-2, 0, m), both.narrow(-2, m, n));
  }

  public static Tensor determinant(Tensor x) {
    requireSquare("det", x);
    Tensor packed = packed(x);
    return packed.diagonal(0, -2, -1).prod(-1).mul(parity(packed));
  }

  public static LogDeterminant logDeterminant(Tensor x) {
    requireSquare("slogdet", x);
    Tensor packed = packed(x);
    Tensor pivots = packed.diagonal(0, -2, -1);
    return new LogDeterminant(
        pivots.sign().prod(-1).mul(parity(packed)), pivots.abs().log().sum(-1));
  }

  /** L and U of matrices [..., m, n], and in one more column the row of the matrix that each row is. */
  static Tensor packed(Tensor x) {
    if (x.dim(-1) == 0) {
      Tensor rows = new Tensor(Graph.iota(x.dim(-2), x.device())).to(x.dtype()).unsqueeze(-1);
      return rows.broadcastTo(x.shape().with(x.rank() - 1, 1));
    }
    return factorized(Factorization.LU, x);
  }

  /** The rows that the packed factors tell (i32), [..., m]. */
  static Tensor order(Tensor packed) {
    return packed.detach().select(-1, packed.dim(-1) - 1).to(DType.I32);
  }

  /** 1, or -1 where an odd number of pairs of rows are in the wrong order. */
  private static Tensor parity(Tensor packed) {
    Tensor order = order(packed);
    Tensor wrong = order.unsqueeze(-1).gt(order.unsqueeze(-2)).triu().to(DType.I32);
    return wrong.sum(-1).sum(-1).bitwiseAnd(1).mul(-2).add(1).to(packed.dtype());
  }

  private static Tensor factorized(Factorization f, Tensor x) {
    return new Tensor(Graph.factorize(f, x.node()));
  }

  static Tensor transposed(Tensor x) {
    return x.transpose(-2, -1);
  }

  static void requireMatrices(String op, Tensor x) {
    if (x.dtype() != DType.F32 && x.dtype() != DType.F64) {
      throw OpError.of(op, "defined for f32 and f64, not " + x.dtype() + ": call toFloat()");
    }
    if (x.rank() < 2) {
      throw OpError.of(op, "needs matrices, not shape " + x.shape());
    }
  }

  static void requireSquare(String op, Tensor x) {
    requireMatrices(op, x);
    if (x.dim(-1) != x.dim(-2)) {
      throw OpError.of(op, "needs square matrices, not shape " + x.shape());
    }
  }

  /** Matrices along the axes of a batch. */
  static Node over(Shape batch, Tensor x) {
    return Graph.broadcast(x.node(), MatrixProducts.matrix(batch, x.dim(-2), x.dim(-1)));
  }
}
