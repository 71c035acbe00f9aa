package dev.adjoint.ops;

import static dev.adjoint.ops.MatrixFactors.over;
import static dev.adjoint.ops.MatrixFactors.transposed;

import dev.adjoint.LuFactors;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Systems of linear equations. */
public final class LinearSystems {
  private LinearSystems() {}

  public static Tensor solveTriangular(
      Tensor a, Tensor b, boolean upper, boolean left, boolean unit) {
    Shape batch = check("solveTriangular", a, b, left);
    return left
        ? triangular(batch, a, b, upper, unit)
        : transposed(triangular(batch, transposed(a), transposed(b), !upper, unit));
  }

  public static Tensor choleskySolve(Tensor b, Tensor factor, boolean upper) {
    Shape batch = check("choleskySolve", factor, b, true);
    Tensor l = upper ? transposed(factor) : factor;
    Tensor half = triangular(batch, l, b, false, false);
    return triangular(batch, transposed(l), half, true, false);
  }

  public static Tensor luSolve(LuFactors factors, Tensor b) {
    Tensor lu = factors.lu();
    Tensor order = factors.permutation();
    Shape batch = check("luSolve", lu, b, true);
    if (!order.shape().equals(withoutLast(lu))) {
      throw OpError.of(
          "luSolve", "permutation " + order.shape() + " does not fit factors " + lu.shape());
    }
    return solved(batch, lu, order, b, false);
  }

  public static Tensor inverse(String op, Tensor x) {
    MatrixFactors.requireSquare(op, x);
    Tensor ones = Sequences.diagonal(x.dim(-1), x.dim(-1), x.device()).to(x.dtype());
    return solve(op, x, ones.broadcastTo(x.shape()));
  }

  public static Tensor solve(String op, Tensor a, Tensor b) {
    MatrixFactors.requireSquare(op, a);
    boolean vector =
        b.rank() == 1 || (b.rank() == a.rank() - 1 && b.shape().equals(withoutLast(a)));
    Tensor right = vector ? b.unsqueeze(-1) : b;
    Shape batch = check(op, a, right, true);
    Tensor packed = MatrixFactors.packed(a.detach());
    Tensor x =
        solved(
            new Tensor(over(batch, a)),
            new Tensor(over(batch, packed)),
            new Tensor(over(batch, right)),
            false);
    int n = a.dim(-1);
    if (n > 0) {
      Tensor number = new Tensor(Graph.iota(n, a.device())).add(1);
      Tensor zero = packed.diagonal(0, -2, -1).eq(0);
      Tensor last = zero.where(number, 0).amax(-1, true).unsqueeze(-1);
      String rule = op + ": a matrix is singular: element %d of the diagonal of its U is 0";
      x = new Tensor(RangeCheck.unless(rule, last.node(), x.node()));
    }
    return vector ? x.squeeze(-1) : x;
  }

  public static Tensor solve(Tensor a, Tensor b, boolean left) {
    if (left) {
      return solve("solve", a, b);
    }
    check("solve", a, b, false);
    return transposed(solve("solve", transposed(a), transposed(b)));
  }

  private static Shape withoutLast(Tensor x) {
    return Shape.of(Arrays.copyOf(x.shape().dims(), x.rank() - 1));
  }

  /** The shape of the batch of two operands that fit. */
  private static Shape check(String op, Tensor a, Tensor b, boolean left) {
    MatrixProducts.checkTypes(op, a, b);
    MatrixFactors.requireSquare(op, a);
    MatrixFactors.requireMatrices(op, b);
    if (a.dim(-1) != b.dim(left ? -2 : -1)) {
      throw OpError.of(
          op,
          "matrices "
              + a.shape()
              + " do not fit right sides "
              + b.shape()
              + (left ? "" : " from the right"));
    }
    return Shape.broadcast(MatrixProducts.leading(a), MatrixProducts.leading(b), op);
  }

  private static Tensor triangular(Shape batch, Tensor a, Tensor b, boolean upper, boolean unit) {
    return new Tensor(Graph.solveTriangular(over(batch, a), over(batch, b), upper, unit));
  }

  /** The X of {@code P L U X = B}, or of {@code (P L U)^T X = B}. */
  private static Tensor solved(Shape batch, Tensor lu, Tensor order, Tensor b, boolean transposed) {
    if (transposed) {
      Tensor half = triangular(batch, transposed(lu), b, false, false);
      Tensor rows = triangular(batch, transposed(lu), half, true, true);
      return rowsAt(rows, order.argsort());
    }
    Tensor rows = rowsAt(new Tensor(over(batch, b)), order);
    return triangular(batch, lu, triangular(batch, lu, rows, false, true), true, false);
  }

  /** The rows of matrices at positions [..., m]. */
  private static Tensor rowsAt(Tensor x, Tensor positions) {
    Node index = Graph.broadcast(positions.unsqueeze(-1).node(), x.shape());
    return new Tensor(Graph.gather(x.node(), index, x.rank() - 2));
  }

  /** The X of {@code A X = B}, or of {@code A^T X = B}, by packed factors of A, with the gradients that follow from A alone. */
  private static Tensor solved(Tensor a, Tensor packed, Tensor b, boolean transposed) {
    Tensor lu = packed.narrow(-1, 0, a.dim(-1));
    Tensor x =
        solved(
            MatrixProducts.leading(a), lu, MatrixFactors.order(packed), untracked(b), transposed);
    return new Tensor(
        Graph.custom(new Rule(transposed), List.of(x.node(), a.node(), b.node(), packed.node())));
  }

  /** A node of its own even if the tensor is untracked: a copy of the graph may have tracked inputs. */
  private static Tensor untracked(Tensor x) {
    return new Tensor(Node.of(new Op.Detach(), List.of(x.node()), x.shape(), x.dtype(), false));
  }

  /** Of {@code X = A^-1 B} the gradient of B is {@code A^-T g}, and that of A is the product of this with {@code -X^T}. */
  private record Rule(boolean turned) implements GradientRule {
    @Override
    public String name() {
      return "solve";
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      Tensor x = new Tensor(node);
      Tensor g =
          solved(
              new Tensor(node.input(1)), new Tensor(node.input(3)), new Tensor(gradient), !turned);
      return List.of(
          () ->
              (turned
                      ? MatrixProducts.matmul(x, transposed(g))
                      : MatrixProducts.matmul(g, transposed(x)))
                  .neg()
                  .node(),
          g::node);
    }
  }
}
