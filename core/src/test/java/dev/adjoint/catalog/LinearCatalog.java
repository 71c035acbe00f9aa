package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Rows of {@link dev.adjoint.LinearOps} and of the functions of {@link Tensors} that join and multiply. */
final class LinearCatalog {
  /** As many products as the samples sum, or more. */
  private static final int DEPTH = 600;

  private LinearCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : products()) {
      rows.add(
          row.dtypes(OpSpec.NUMBERS).tolerance(Tolerance.sum(DEPTH)).gradient(Gradient.SECOND));
    }
    for (Precision precision : Precision.values()) {
      rows.add(
          row(
                  "matmul(Tensor)",
                  (x, y) -> Scope.withPrecision(precision, () -> x.matmul(y)),
                  "[5, 7] [7, 3]",
                  "[3, 5, 7] [7, 2]",
                  "[4, 3, 5] [4, 5, 2]",
                  "[200, 300] [300, 150]",
                  "[1100, 4] [4, 500]")
              .variant("in " + precision)
              .tolerance(Tolerance.sum(DEPTH, precision))
              .gradient(Gradient.SECOND));
    }
    return rows;
  }

  private static OpSpec row(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1))).shapes(shapes);
  }

  private static List<OpSpec> products() {
    return List.of(
        row(
                "matmul(Tensor)",
                Tensor::matmul,
                "[5, 7] [7, 3]",
                "[2, 3, 4, 5] [3, 5, 6]",
                "[7] [7]",
                "[5, 7] [7]",
                "[7] [7, 3]",
                "[1, 1] [1, 1]",
                "[65, 33] [33, 129]",
                "[3, 0] [0, 4]",
                "[0, 3] [3, 4]",
                "[40, 530] [530, 24]",
                "[3, 5, 7] [7, 2]",
                "[200, 300] [300, 150]")
            .error(
                () -> Tensors.ones(2, 3).matmul(Tensors.ones(4, 5)),
                "matmul: inner sizes differ: [2, 3] x [4, 5]")
            .error(
                () -> Tensors.ones(2, 2).matmul(Tensors.ones(2, 2).toInt()),
                "matmul: left is f32, right is i32")
            .error(
                () -> Tensors.of(true, false).matmul(Tensors.of(true, false)),
                "matmul: defined for numbers, not bool: call toInt()"),
        row("bmm(Tensor)", Tensor::bmm, "[4, 3, 5] [4, 5, 2]", "[2, 17, 9] [2, 9, 33]")
            .error(
                () -> Tensors.ones(2, 3).bmm(Tensors.ones(3, 2)),
                "bmm: needs [b, m, k] x [b, k, n]"),
        row("dot(Tensor)", Tensor::dot, "[7] [7]", "[513] [513]", "[0] [0]")
            .error(
                () -> Tensors.ones(2).dot(Tensors.ones(3)), "dot: needs two vectors of equal size"),
        row("inner(Tensor)", Tensor::inner, "[3, 5] [2, 4, 5]", "[5] [5]", "[] [3]"),
        row("tensordot(Tensor)", Tensor::tensordot, "[2, 3, 4] [3, 4, 5]").shorthand(),
        row("tensordot(Tensor,int)", (x, y) -> x.tensordot(y, 2), "[2, 3, 4] [3, 4, 5]")
            .error(
                () -> Tensors.ones(2, 3).tensordot(Tensors.ones(2), 2),
                "tensordot: [2, 3] and [2] do not both have 2 axes"),
        row(
                "tensordot(Tensor,int[],int[])",
                (x, y) -> x.tensordot(y, new int[] {2, 0}, new int[] {-1, 1}),
                "[2, 3, 4] [5, 2, 4]")
            .error(
                () ->
                    Tensors.ones(2, 3)
                        .tensordot(Tensors.ones(2, 3), new int[] {0, 1}, new int[] {1, 0}),
                "tensordot: axes [0, 1] of [2, 3] and [1, 0] of [2, 3] have different sizes")
            .error(
                () ->
                    Tensors.ones(2, 2)
                        .tensordot(Tensors.ones(2, 2), new int[] {1, -1}, new int[] {0, 1}),
                "tensordot: axes [1, -1] of [2, 2] are not distinct")
            .error(
                () -> Tensors.ones(2).tensordot(Tensors.ones(2).toInt(), 1),
                "tensordot: left is f32, right is i32"),
        row("outer(Tensor)", Tensor::outer, "[5] [7]", "[33] [65]")
            .error(() -> Tensors.ones(2, 2).outer(Tensors.ones(2)), "outer: needs two vectors"),
        of("addmm(Tensor,Tensor)", 3, x -> x.get(0).addmm(x.get(1), x.get(2)))
            .shapes("[5, 3] [5, 7] [7, 3]", "[3] [4, 9] [9, 3]"),
        of("addmm(Tensor,Tensor,Number,Number)", 3, x -> x.get(0).addmm(x.get(1), x.get(2), 3, 2))
            .shapes("[5, 3] [5, 7] [7, 3]", "[] [4, 9] [9, 3]")
            .error(
                () -> {
                  Tensor x = Tensors.ones(2, 2).toInt();
                  return x.addmm(x, x, 0.5, 1);
                },
                "addmm: beta 0.5 and alpha 1 must be integers as the product is of i32"),
        row("linear(Tensor)", Tensor::linear, "[5, 7] [3, 7]", "[2, 5, 7] [3, 7]", "[7] [3, 7]")
            .error(
                () -> Tensors.ones(2, 3).linear(Tensors.ones(4, 5)),
                "linear: input [2, 3] does not fit weights [4, 5]"),
        of("linear(Tensor,Tensor)", 3, x -> x.get(0).linear(x.get(1), x.get(2)))
            .shapes("[5, 7] [3, 7] [3]", "[2, 65] [33, 65] [33]"),
        row(
            "Tensors.einsum(String,Tensor[])",
            (x, y) -> Tensors.einsum("bij,bjk->bik", x, y),
            "[4, 3, 5] [4, 5, 2]"),
        row(
                "Tensors.einsum(String,Tensor[])",
                (x, y) -> Tensors.einsum("ij,kj->ki", x, y),
                "[3, 5] [4, 5]")
            .variant("turned"),
        of("Tensors.einsum(String,Tensor[])", 1, x -> Tensors.einsum("iji->j", x.get(0)))
            .variant("of a diagonal")
            .shapes("[3, 4, 3]"),
        of(
                "Tensors.einsum(String,Tensor[])",
                3,
                x -> Tensors.einsum("ij,jk,k->i", x.get(0), x.get(1), x.get(2)))
            .variant("of three")
            .shapes("[3, 5] [5, 4] [4]"),
        row(
                "Tensors.einsum(String,Tensor[])",
                (x, y) -> Tensors.einsum("bhqd,bkhd->bhkq", x, y),
                "[2, 3, 2, 5] [2, 2, 3, 5]")
            .variant("with two batch axes"),
        row(
                "Tensors.einsum(String,Tensor[])",
                (x, y) -> Tensors.einsum("...ij,jk...->...ki", x, y),
                "[2, 1, 3, 4] [4, 2, 5]",
                "[3, 4] [4, 2]")
            .variant("with an ellipsis")
            .error(
                () -> Tensors.einsum("...i,...i", Tensors.ones(2, 3), Tensors.ones(3, 3)),
                "einsum: an axis of the ellipsis has sizes 2 and 3")
            .error(
                () -> Tensors.einsum("i..j->ij", Tensors.ones(2, 3)),
                "einsum: '.' in 'i..j->ij' is no letter")
            .error(
                () -> Tensors.einsum("ii->i", Tensors.ones(1, 3)),
                "einsum: axis i has sizes 1 and 3"));
  }
}
