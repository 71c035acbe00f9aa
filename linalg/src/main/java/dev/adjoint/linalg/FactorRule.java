package dev.adjoint.linalg;

import dev.adjoint.Tensor;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.List;
import java.util.function.Supplier;

/** The gradients of what is computed on the host, in terms of the results and, for the pseudoinverse, the matrices. */
enum FactorRule implements GradientRule {
  /** Of {@code A = V diag(w) V^T}: {@code V (diag(gw) + (V^T gV) / (w_j - w_i)) V^T}. */
  EIGH {
    @Override
    Tensor gradient(Tensor x, Tensor y, Tensor g) {
      int n = y.dim(-1);
      Tensor v = y.narrow(-2, 1, n);
      Tensor w = y.narrow(-2, 0, 1);
      Tensor inner = transposed(v).matmul(g.narrow(-2, 1, n));
      Tensor off = over(withoutDiagonal(inner), w.sub(transposed(w)));
      Tensor whole = off.add(g.select(-2, 0).diagEmbed());
      return v.matmul(whole).matmul(transposed(v));
    }
  },

  /**
   * Of {@code A = U diag(s) V^T}: {@code U (diag(gs) + (P s_j + s_i Q) / (s_j^2 - s_i^2)) V^T} with P the skew part
   * {@code U^T gU - gU^T U} and Q that of V; and the parts of gU and gV outside of the columns of U and V, over s.
   */
  SVD {
    @Override
    Tensor gradient(Tensor x, Tensor y, Tensor g) {
      int m = x.dim(-2);
      int n = x.dim(-1);
      Tensor s = y.narrow(-2, 0, 1);
      Tensor u = y.narrow(-2, 1, m);
      Tensor v = y.narrow(-2, 1 + m, n);
      Tensor ofU = g.narrow(-2, 1, m);
      Tensor ofV = g.narrow(-2, 1 + m, n);
      Tensor distances = s.sub(transposed(s)).mul(s.add(transposed(s)));
      Tensor whole =
          over(skew(u, ofU), distances)
              .mul(s)
              .add(over(skew(v, ofV), distances).mul(transposed(s)))
              .add(g.select(-2, 0).diagEmbed());
      Tensor gradient = u.matmul(whole).matmul(transposed(v));
      if (m > n) {
        gradient = gradient.add(over(outside(u, ofU), s).matmul(transposed(v)));
      } else if (n > m) {
        gradient = gradient.add(u.matmul(transposed(over(outside(v, ofV), s))));
      }
      return gradient;
    }
  },

  /** Of {@code P = A^+}: {@code -P^T g P^T + (1 - A P) g^T P P^T + P^T P g^T (1 - P A)}. */
  PINV {
    @Override
    Tensor gradient(Tensor a, Tensor p, Tensor g) {
      Tensor pt = transposed(p);
      Tensor gt = transposed(g);
      Tensor left = gt.sub(a.matmul(p.matmul(gt))).matmul(p).matmul(pt);
      Tensor right = pt.matmul(p).matmul(gt.sub(gt.matmul(p).matmul(a)));
      return left.add(right).sub(pt.matmul(g).matmul(pt));
    }
  };

  /** The gradient of the matrices x, given that of the result y. */
  abstract Tensor gradient(Tensor x, Tensor y, Tensor g);

  /** A result of matrices, with the gradient of this rule. */
  Tensor of(Tensor value, Tensor x) {
    return new Tensor(Graph.custom(this, List.of(value.node(), x.node())));
  }

  @Override
  public List<Supplier<Node>> gradients(Node node, Node gradient) {
    return List.of(
        () -> gradient(new Tensor(node.input(1)), new Tensor(node), new Tensor(gradient)).node());
  }

  private static Tensor transposed(Tensor x) {
    return x.transpose(-2, -1);
  }

  private static Tensor skew(Tensor u, Tensor g) {
    Tensor product = transposed(u).matmul(g);
    return product.sub(transposed(product));
  }

  private static Tensor outside(Tensor u, Tensor g) {
    return g.sub(u.matmul(transposed(u).matmul(g)));
  }

  private static Tensor withoutDiagonal(Tensor x) {
    return x.triu(1).add(x.tril(-1));
  }

  /** A quotient that is 0 where the dividend is, such as the gradient of values alone, whatever is divided by. */
  private static Tensor over(Tensor x, Tensor divisor) {
    Tensor zero = x.eq(0);
    return zero.where(0, x.div(zero.where(1, divisor)));
  }
}
