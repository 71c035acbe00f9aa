package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.DistanceOps}. */
final class DistanceCatalog {
  private DistanceCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(vectors());
    rows.addAll(matrices());
    rows.addAll(pairs());
    rows.replaceAll(row -> row.gradient(Gradient.SECOND).tolerance(Tolerance.composed()));
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0))).kinks(0).shapes(shapes);
  }

  private static OpSpec pair(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1))).shapes(shapes);
  }

  private static List<OpSpec> vectors() {
    return List.of(
        row("vectorNorm()", Tensor::vectorNorm, "[4, 5]", "[]", "[0]")
            .error(
                () -> Tensors.of(1, 2).vectorNorm(),
                "vectorNorm: defined for floats, not i32: call toFloat()"),
        row("vectorNorm(double)", x -> x.vectorNorm(0.5), "[4, 5]"),
        row("vectorNorm(double)", x -> x.vectorNorm(-1), "[7]").variant("of order -1"),
        row("vectorNorm(double,int[])", x -> x.vectorNorm(3, 1), "[4, 5, 6]", "[2, 0]"),
        row(
            "vectorNorm(double,int[],boolean)",
            x -> x.vectorNorm(Double.POSITIVE_INFINITY, new int[] {-1}, true),
            "[4, 5]"));
  }

  private static List<OpSpec> matrices() {
    return List.of(
        row("matrixNorm()", Tensor::matrixNorm, "[2, 3, 4]")
            .error(
                () -> Tensors.ones(3).matrixNorm(),
                "matrixNorm: needs two axes, not [-2, -1] of shape [3]"),
        row("matrixNorm(String)", x -> x.matrixNorm("fro"), "[3, 4]")
            .error(
                () -> Tensors.eye(2).matrixNorm("frob"),
                "matrixNorm: no norm \"frob\": it must be \"fro\""),
        row(
            "matrixNorm(String,int[],boolean)",
            x -> x.matrixNorm("fro", new int[] {0, 2}, true),
            "[2, 3, 4]"),
        row("matrixNorm(double)", x -> x.matrixNorm(1), "[2, 3, 4]", "[1, 1]")
            .error(
                () -> Tensors.eye(2).matrixNorm(3),
                "matrixNorm: no norm of order 3.0: it must be 1, -1 or infinite, or \"fro\""),
        row(
            "matrixNorm(double,int[],boolean)",
            x -> x.matrixNorm(Double.NEGATIVE_INFINITY, new int[] {2, 0}, true),
            "[2, 3, 4]"));
  }

  private static List<OpSpec> pairs() {
    return List.of(
        pair("cosineSimilarity(Tensor)", Tensor::cosineSimilarity, "[3, 5] [3, 5]")
            .error(
                () -> Tensors.ones(3).cosineSimilarity(Tensors.ones(3)),
                "cosineSimilarity: axis 1 is out of range for shape [3]"),
        pair(
            "cosineSimilarity(Tensor,int)",
            (x, y) -> x.cosineSimilarity(y, -1),
            "[3, 5] [5]",
            "[2, 0] [2, 0]"),
        pair(
            "cosineSimilarity(Tensor,int,double)",
            (x, y) -> x.cosineSimilarity(y, 0, 0.5),
            "[4, 3] [4, 3]"),
        pair("dist(Tensor)", Tensor::dist, "[4, 5] [5]")
            .error(
                () -> Tensors.of(1, 2).dist(Tensors.of(1, 2)),
                "dist: defined for floats, not i32: call toFloat()"),
        pair("dist(Tensor,double)", (x, y) -> x.dist(y, 1), "[4, 5] [4, 5]"),
        row("renorm(double,int,double)", x -> x.renorm(2, 0, 3), "[4, 2, 3]")
            .error(
                () -> Tensors.ones(3).renorm(2, 0, 1),
                "renorm: needs p > 0, a norm of 0 or more and two axes or more, not 2.0, 1.0 and shape [3]"),
        pair(
                "cdist(Tensor)",
                Tensor::cdist,
                "[2, 3, 4] [2, 5, 4]",
                "[3, 2] [2, 1, 2]",
                "[2, 0] [3, 0]")
            .error(
                () -> Tensors.ones(2, 3).cdist(Tensors.ones(3, 2)),
                "cdist: needs [..., n, m] and [..., r, m], not [2, 3] and [3, 2]"),
        pair("cdist(Tensor,double)", (x, y) -> x.cdist(y, 1), "[3, 4] [5, 4]", "[0, 4] [5, 4]")
            .error(
                () -> Tensors.ones(2, 3).cdist(Tensors.ones(2, 3), -1),
                "cdist: p must not be negative, it is -1.0"),
        pair("cdist(Tensor,double)", (x, y) -> x.cdist(y, 1.5), "[3, 4] [5, 4]")
            .variant("of order 1.5"),
        pair(
                "cdist(Tensor,double)",
                (x, y) -> x.cdist(y, Double.POSITIVE_INFINITY),
                "[3, 4] [5, 4]")
            .variant("of infinite order"),
        pair(
                "cdist(Tensor,double,String)",
                (x, y) -> x.cdist(y, 2, "use_mm_for_euclid_dist"),
                "[2, 3, 4] [2, 5, 4]",
                "[3, 2] [2, 27, 2]",
                "[0, 4] [5, 4]",
                "[2, 0] [3, 0]")
            .error(
                () -> Tensors.ones(2, 3).cdist(Tensors.ones(2, 3), 2, "mm"),
                "cdist: computeMode is 'mm', it must be use_mm_for_euclid_dist_if_necessary, "
                    + "use_mm_for_euclid_dist or donot_use_mm_for_euclid_dist"));
  }
}
