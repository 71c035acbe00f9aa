package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.LogDeterminant;
import dev.adjoint.LuFactors;
import dev.adjoint.LuMatrices;
import dev.adjoint.QrMatrices;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Rows of {@link dev.adjoint.LinearAlgebraOps}. Matrices are made well-conditioned, so that the tolerance needs no condition
 * number: largest elements stand on the diagonal, or on the other one, so that rows are exchanged.
 */
final class LinearAlgebraCatalog {
  private LinearAlgebraCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(factors());
    rows.addAll(systems());
    for (OpSpec row : rows) {
      row.range(-0.5, 0.5)
          .dtypes(Set.of(DType.F32, DType.F64))
          .tolerance(Tolerance.composed())
          .gradient(Gradient.SECOND)
          .withoutSpecials();
    }
    return rows;
  }

  private static OpSpec square(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(exchanged(x.get(0))))
        .shapes("[2, 4, 4]", "[40, 40]", "[1, 1]", "[2, 0, 0]");
  }

  private static OpSpec system(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(exchanged(x.get(0)), x.get(1))).shapes(shapes);
  }

  /** Matrices whose largest elements stand on the diagonal from the lower left. */
  private static Tensor exchanged(Tensor x) {
    return x.add(units(x).mul(3).flip(-2));
  }

  private static Tensor definite(Tensor x) {
    return x.matmul(x.transpose(-2, -1)).add(units(x));
  }

  private static Tensor units(Tensor x) {
    return Tensors.eye(x.dim(-2), x.dim(-1)).to(x.dtype());
  }

  private static Tensor both(Tensor a, Tensor b) {
    return Tensors.cat(0, a.flatten(), b.flatten());
  }

  private static Tensor parts(LuMatrices m) {
    return both(m.p(), both(m.l(), m.u()));
  }

  private static Tensor parts(QrMatrices m) {
    return both(m.q(), m.r());
  }

  private static Tensor parts(LuFactors f) {
    return both(f.lu(), f.permutation().to(f.lu().dtype()));
  }

  private static Tensor parts(LogDeterminant d) {
    return both(d.sign(), d.logAbsDet());
  }

  private static List<OpSpec> factors() {
    return List.of(
        square("cholesky()", x -> definite(x).cholesky())
            .error(
                () -> Tensors.ones(2, 3).cholesky(),
                "cholesky: needs square matrices, not shape [2, 3]")
            .error(
                () -> Tensors.ones(2, 2).toHalf().cholesky(),
                "cholesky: defined for f32 and f64, not f16"),
        square("cholesky(boolean)", x -> definite(x).cholesky(true)).shapes("[2, 4, 4]"),
        square("luFactor()", x -> parts(x.luFactor()))
            .shapes("[2, 4, 4]", "[5, 3]", "[3, 5]", "[3, 0]")
            .error(
                () -> Tensors.ones(2).luFactor().lu(), "luFactor: needs matrices, not shape [2]"),
        square("lu()", x -> parts(x.lu())).shapes("[2, 4, 4]", "[2, 5, 3]", "[3, 5]"),
        square("qr()", x -> parts(x.qr()))
            .shapes("[2, 4, 4]", "[2, 6, 3]", "[3, 5]", "[40, 30]", "[3, 0]"),
        square("det()", Tensor::det)
            .shapes("[2, 4, 4]", "[1, 1]", "[2, 0, 0]")
            .error(() -> Tensors.ones(2, 3).det(), "det: needs square matrices"),
        square("slogdet()", x -> parts(x.slogdet()))
            .error(() -> Tensors.ones(2, 3).slogdet().sign(), "slogdet: needs square matrices"));
  }

  private static List<OpSpec> systems() {
    return List.of(
        square("inv()", Tensor::inv)
            .error(() -> Tensors.ones(2, 3).inv(), "inv: needs square matrices"),
        square("matrixPower(int)", x -> x.matrixPower(-3))
            .variant("of the inverse")
            .shapes("[2, 4, 4]"),
        system(
                "solve(Tensor)",
                Tensor::solve,
                "[2, 4, 4] [2, 4, 3]",
                "[3, 3] [2, 3, 2]",
                "[2, 3, 3] [3]",
                "[2, 3, 3] [2, 3]",
                "[40, 40] [40, 70]",
                "[2, 0, 0] [2, 0, 3]")
            .error(
                () -> Tensors.ones(3, 3).solve(Tensors.ones(2, 2)),
                "solve: matrices [3, 3] do not fit right sides [2, 2]")
            .error(
                () -> Tensors.ones(3, 3).solve(Tensors.ones(3, 2).to(DType.F64)),
                "solve: left is f32, right is f64"),
        system("solve(Tensor,boolean)", (a, b) -> a.solve(b, false), "[2, 4, 4] [2, 3, 4]")
            .error(
                () -> Tensors.ones(3, 3).solve(Tensors.ones(3, 2), false),
                "solve: matrices [3, 3] do not fit right sides [3, 2] from the right"),
        system("luSolve(LuFactors)", (x, b) -> b.luSolve(x.luFactor()), "[4, 4] [2, 4, 3]")
            .error(
                () ->
                    Tensors.ones(3, 2).luSolve(new LuFactors(Tensors.ones(3, 3), Tensors.of(0, 1))),
                "luSolve: permutation [2] does not fit factors [3, 3]"),
        system(
            "solveTriangular(Tensor,boolean)",
            (x, b) -> x.flip(-2).solveTriangular(b, true),
            "[2, 4, 4] [2, 4, 3]",
            "[40, 40] [40, 70]"),
        system(
                "solveTriangular(Tensor,boolean,boolean,boolean)",
                (x, b) -> x.flip(-2).solveTriangular(b, false, false, false),
                "[4, 4] [2, 3, 4]")
            .error(
                () -> Tensors.ones(3, 3).solveTriangular(Tensors.ones(3, 2), true, false, true),
                "solveTriangular: matrices [3, 3] do not fit right sides [3, 2] from the right"),
        system(
                "solveTriangular(Tensor,boolean,boolean,boolean)",
                (x, b) -> x.flip(-2).solveTriangular(b, true, true, true),
                "[2, 4, 4] [2, 4, 3]")
            .variant("with ones"),
        system(
            "choleskySolve(Tensor)",
            (x, b) -> b.choleskySolve(definite(x).cholesky()),
            "[2, 4, 4] [2, 4, 3]"),
        system(
            "choleskySolve(Tensor,boolean)",
            (x, b) -> b.choleskySolve(x.flip(-2), true),
            "[4, 4] [2, 4, 3]"));
  }
}
