package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Rows of {@link dev.adjoint.ProductOps} and {@link dev.adjoint.AttentionOps}. */
final class ProductCatalog {
  private static final String ATTENTION = "scaledDotProductAttention(Tensor,Tensor";

  private ProductCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(products());
    rows.addAll(attention());
    rows.replaceAll(row -> row.gradient(Gradient.SECOND));
    return rows;
  }

  private static OpSpec row(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1))).shapes(shapes);
  }

  private static List<OpSpec> products() {
    return List.of(
        of("baddbmm(Tensor,Tensor)", 3, x -> x.get(0).baddbmm(x.get(1), x.get(2)))
            .shapes("[2, 3, 4] [2, 3, 5] [2, 5, 4]", "[4] [2, 3, 0] [2, 0, 4]")
            .dtypes(OpSpec.NUMBERS)
            .tolerance(Tolerance.sum(16))
            .error(
                () -> Tensors.ones(3).baddbmm(Tensors.ones(2, 3, 4), Tensors.ones(2, 4, 5)),
                "baddbmm: shape [3] does not broadcast to that of the product, [2, 3, 5]")
            .error(
                () -> Tensors.ones(3).baddbmm(Tensors.ones(2, 3), Tensors.ones(3, 2)),
                "baddbmm: needs [b, m, k] x [b, k, n], not [2, 3] x [3, 2]"),
        of(
                "baddbmm(Tensor,Tensor,Number,Number)",
                3,
                x -> x.get(0).baddbmm(x.get(1), x.get(2), 3, 2))
            .shapes("[2, 3, 4] [2, 3, 5] [2, 5, 4]", "[] [2, 1, 3] [2, 3, 1]")
            .dtypes(OpSpec.NUMBERS)
            .tolerance(Tolerance.sum(16)),
        of(
                "Tensors.multiDot(Tensor[])",
                4,
                x -> Tensors.multiDot(x.get(0), x.get(1), x.get(2), x.get(3)))
            .shapes("[3] [3, 7] [7, 2] [2, 5]", "[2, 3] [3, 0] [0, 4] [4]")
            .tolerance(Tolerance.sum(64))
            .error(
                () -> Tensors.multiDot(Tensors.ones(2, 3), Tensors.ones(2, 3)),
                "multiDot: inner sizes differ: [2, 3] x [2, 3]")
            .error(
                () -> Tensors.multiDot(Tensors.ones(3), Tensors.ones(3), Tensors.ones(3)),
                "multiDot: tensor 1 of shape [3] must be a matrix"),
        of("vander()", 1, x -> x.get(0).vander()).shapes("[4]").tolerance(Tolerance.units(8)),
        of("vander(int)", 1, x -> x.get(0).vander(3))
            .shapes("[4]")
            .tolerance(Tolerance.units(8))
            .shorthand(),
        of("vander(int,boolean)", 1, x -> x.get(0).vander(3, true))
            .shapes("[5]", "[0]")
            .dtypes(NUMBERS)
            .tolerance(Tolerance.units(8))
            .error(
                () -> Tensors.ones(2, 2).vander(3, true),
                "vander: no 3 powers of shape [2, 2]: needs a vector"),
        row("kron(Tensor)", Tensor::kron, "[2, 3] [4, 2]", "[3] [2, 2]", "[] [2]", "[0, 2] [3]")
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed()),
        row("cross(Tensor)", Tensor::cross, "[3, 4] [3, 4]", "[2, 3, 1] [1, 3, 2]", "[3, 0] [3, 0]")
            .tolerance(Tolerance.composed())
            .error(
                () -> Tensors.ones(2, 4).cross(Tensors.ones(2, 4)),
                "cross: no axis of size 3 in shape [2, 4]"),
        row("cross(Tensor,int)", (x, y) -> x.cross(y, -1), "[4, 3] [4, 3]", "[3] [3]")
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .error(
                () -> Tensors.ones(3).cross(Tensors.ones(1, 3), -1),
                "cross: needs tensors of equal rank with 3 elements along axis -1, not [3] and [1,"),
        of("matrixPower(int)", 1, x -> x.get(0).matrixPower(3))
            .shapes("[2, 4, 4]", "[1, 1]", "[0, 3, 3]")
            .range(-1, 1)
            .tolerance(Tolerance.sum(64))
            .error(
                () -> Tensors.ones(2, 3).matrixPower(2),
                "matrixPower: needs square matrices, not [2, 3]")
            .error(
                () -> Tensors.eye(2).toLong().matrixPower(2),
                "matrixPower: defined for floats, not i64")
            .error(
                () -> Tensors.eye(2).toHalf().matrixPower(-1),
                "matrixPower: defined for f32 and f64, not f16"),
        of("matrixPower(int)", 1, x -> x.get(0).matrixPower(0)).variant("of 0").shapes("[2, 3, 3]"),
        of("bilinear(Tensor,Tensor)", 3, x -> x.get(0).bilinear(x.get(1), x.get(2)))
            .shapes("[2, 4, 3] [2, 4, 5] [2, 3, 5]", "[3] [2] [4, 3, 2]")
            .tolerance(Tolerance.sum(64))
            .error(
                () -> Tensors.ones(2, 3).bilinear(Tensors.ones(2, 4), Tensors.ones(5, 4, 3)),
                "bilinear: inputs [2, 3] and [2, 4] do not fit weights [5, 4, 3] of [out, in1, in2]"),
        of(
                "bilinear(Tensor,Tensor,Tensor)",
                4,
                x -> x.get(0).bilinear(x.get(1), x.get(2), x.get(3)))
            .shapes("[4, 3] [4, 2] [5, 3, 2] [5]")
            .tolerance(Tolerance.sum(64))
            .error(
                () ->
                    Tensors.ones(2, 3)
                        .bilinear(Tensors.ones(2, 4), Tensors.ones(5, 3, 4), Tensors.ones(4)),
                "bilinear: bias of shape [4] does not fit weights of shape [5, 3, 4]"));
  }

  private static List<OpSpec> attention() {
    return List.of(
        of(ATTENTION + ")", 3, x -> x.get(0).scaledDotProductAttention(x.get(1), x.get(2)))
            .shapes(
                "[2, 3, 4] [2, 5, 4] [2, 5, 3]",
                "[2, 1, 3, 2] [3, 4, 2] [4, 2]",
                "[2, 0] [3, 0] [3, 1]",
                "[2, 70, 3] [2, 270, 3] [2, 270, 5]")
            .tolerance(Tolerance.composed())
            .error(
                () -> {
                  Tensor x = Tensors.ones(2, 3, 4);
                  return x.scaledDotProductAttention(x, Tensors.ones(2, 2, 4));
                },
                "needs [..., l, e], [..., s, e] and [..., s, v], not [2, 3, 4], [2, 3, 4] and [2, 2, 4]"),
        of(
                ATTENTION + ",Tensor)",
                4,
                x -> x.get(0).scaledDotProductAttention(x.get(1), x.get(2), x.get(3)))
            .domain(3, Domain.truth())
            .shapes(
                "[2, 3, 4] [2, 5, 4] [2, 5, 3] [3, 5]",
                "[4, 2] [3, 2] [3, 2] [4, 1]",
                "[2, 66, 2] [2, 131, 2] [2, 131, 3] [66, 131]",
                "[3, 2] [131, 2] [131, 1] [131]")
            .tolerance(Tolerance.composed())
            .error(
                () -> {
                  Tensor x = Tensors.ones(3, 4);
                  return x.scaledDotProductAttention(x, x, Tensors.ones(3, 4));
                },
                "scaledDotProductAttention: a mask of shape [3, 4] does not fit scores [3, 3]"),
        of(
                ATTENTION + ",Tensor)",
                4,
                x -> x.get(0).scaledDotProductAttention(x.get(1), x.get(2), x.get(3)))
            .variant("with a bias")
            .shapes(
                "[2, 3, 4] [2, 5, 4] [2, 5, 3] [2, 1, 5]",
                "[2, 3, 2] [1, 131, 2] [2, 131, 1] [2, 3, 131]")
            .tolerance(Tolerance.composed()),
        of(
                ATTENTION + ",Tensor,double,boolean)",
                3,
                x -> x.get(0).scaledDotProductAttention(x.get(1), x.get(2), null, 0, true))
            .shapes(
                "[2, 4, 3] [2, 4, 3] [2, 4, 3]",
                "[2, 3] [4, 3] [4, 2]",
                "[2, 270, 3] [2, 270, 3] [2, 270, 2]",
                "[70, 2] [135, 2] [135, 1]",
                "[135, 2] [70, 2] [70, 1]")
            .tolerance(Tolerance.composed())
            // A weight of 0 times an infinite key or value is NaN, unless its whole block is left
            // out.
            .withoutSpecials()
            .error(
                () -> {
                  Tensor x = Tensors.ones(3, 4);
                  return x.scaledDotProductAttention(x, x, Tensors.ones(3, 3), 0, true);
                },
                "scaledDotProductAttention: a mask and isCausal exclude each other"),
        of(
                ATTENTION + ",Tensor,double,boolean,Double,boolean)",
                3,
                x ->
                    x.get(0)
                        .scaledDotProductAttention(x.get(1), x.get(2), null, 0, false, 0.3, true))
            .shapes(
                "[2, 4, 3, 2] [2, 2, 5, 2] [2, 2, 5, 3]",
                "[6, 1, 2] [1, 3, 2] [3, 3, 2]",
                "[4, 67, 2] [2, 129, 2] [2, 129, 3]")
            .tolerance(Tolerance.composed())
            .error(
                () -> {
                  Tensor x = Tensors.ones(4, 3, 2);
                  Tensor y = Tensors.ones(3, 3, 2);
                  return x.scaledDotProductAttention(y, y, null, 0, false, null, true);
                },
                "scaledDotProductAttention: the heads on axis -3 do not divide those of the queries"));
  }
}
