package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.List;
import java.util.function.Supplier;

/** The gradients of matrix factors and of triangular systems, in terms of the results. */
final class FactorizationRules {
  private FactorizationRules() {}

  static Tensor gradient(Factorization f, Tensor y, Tensor g) {
    return switch (f) {
      case CHOLESKY -> cholesky(y, g.tril());
      case LU -> lu(y, g);
      case QR -> qr(y, g);
    };
  }

  /** {@code L^-T S L^-1}, where S is symmetric and {@code tril(L^T g)}, but half of the diagonal, is twice its lower triangle. */
  private static Tensor cholesky(Tensor l, Tensor g) {
    Tensor product = transposed(l).matmul(g);
    Tensor symmetric = product.tril().add(transposed(product.tril(-1))).mul(0.5);
    return l.solveTriangular(transposed(l).solveTriangular(symmetric, true), false, false, false);
  }

  /**
   * With the first k rows and columns, as many as there are pivots, in front: {@code L1^-T M U1^-T}, where M has the lower
   * triangle of {@code L1^T gL1 - gU2 U2^T} and the upper one of {@code gU1 U1^T - L2^T gL2}; behind it {@code L1^-T gU2}, or
   * below it {@code gL2 U1^-T}. The rows then go back to where they were.
   */
  private static Tensor lu(Tensor packed, Tensor g) {
    int m = packed.dim(-2);
    int n = packed.dim(-1) - 1;
    int k = Math.min(m, n);
    Tensor lower = part(packed, 0, k, 0, k);
    Tensor upper = withoutZeros(lower);
    Tensor gradient = part(g, 0, k, 0, k);
    Tensor gradientOfL = gradient.tril(-1);
    Tensor below = gradientOfL.add(transposed(lower.tril(-1)).matmul(gradientOfL));
    Tensor above = gradient.triu().matmul(transposed(upper.triu()));
    Tensor rest = null;
    if (n > k) {
      rest = part(g, 0, k, k, n);
      below = below.sub(rest.matmul(transposed(part(packed, 0, k, k, n))));
    } else if (m > k) {
      rest = part(g, k, m, 0, k);
      above = above.sub(transposed(part(packed, k, m, 0, k)).matmul(rest));
    }
    Tensor rows = underL(lower, underU(upper, below.tril(-1).add(above.triu())));
    if (rest != null) {
      rows =
          n > k
              ? Tensors.cat(-1, rows, underL(lower, rest))
              : Tensors.cat(-2, rows, underU(upper, rest));
    }
    Tensor order = packed.detach().select(-1, n).to(DType.I32);
    Node back = Graph.broadcast(order.argsort().unsqueeze(-1).node(), rows.shape());
    return new Tensor(Graph.gather(rows.node(), back, rows.rank() - 2));
  }

  /** {@code L^-T x}. */
  private static Tensor underL(Tensor l, Tensor x) {
    return transposed(l).solveTriangular(x, true, true, true);
  }

  /** {@code x U^-T}. */
  private static Tensor underU(Tensor u, Tensor x) {
    return transposed(u).solveTriangular(x, false, false, false);
  }

  /** A pivot of 0 stands for one so small that the determinant's gradient does not change; it cancels out. */
  private static Tensor withoutZeros(Tensor u) {
    Tensor diagonal = Tensors.eye(u.dim(-1)).to(u.device()).ne(0);
    return diagonal.logicalAnd(u.eq(0)).where(u.dtype().epsilon(), u);
  }

  /** {@code (gQ + Q S) R^-T}, where S is symmetric with the lower triangle of {@code R gR^T - gQ^T Q}. */
  private static Tensor qr(Tensor both, Tensor g) {
    int n = both.dim(-1);
    int m = both.dim(-2) - n;
    Tensor q = both.narrow(-2, 0, m);
    Tensor r = both.narrow(-2, m, n);
    Tensor ofQ = g.narrow(-2, 0, m);
    Tensor ofR = g.narrow(-2, m, n).triu();
    Tensor difference = r.matmul(transposed(ofR)).sub(transposed(ofQ).matmul(q));
    Tensor symmetric = difference.tril().add(transposed(difference.tril(-1)));
    return underU(r, ofQ.add(q.matmul(symmetric)));
  }

  /** The gradients of A and B of a solution X. */
  static List<Supplier<Tensor>> solveTriangular(
      boolean upper, boolean unit, Tensor a, Tensor x, Tensor g) {
    Tensor ofB = transposed(a).solveTriangular(g, !upper, true, unit);
    int outside = unit ? 1 : 0;
    return List.of(
        () -> {
          Tensor product = ofB.matmul(transposed(x)).neg();
          return upper ? product.triu(outside) : product.tril(-outside);
        },
        () -> ofB);
  }

  private static Tensor part(Tensor x, int top, int bottom, int left, int right) {
    return x.narrow(-2, top, bottom - top).narrow(-1, left, right - left);
  }

  private static Tensor transposed(Tensor x) {
    return x.transpose(-2, -1);
  }
}
