package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.ShrinkageOps}. */
final class ShrinkageCatalog {
  private ShrinkageCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(shrinkages());
    rows.addAll(gates());
    rows.replaceAll(row -> row.tolerance(Tolerance.composed()).gradient(Gradient.SECOND));
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, double... kinks) {
    return of(covers, 1, x -> f.apply(x.get(0))).kinks(kinks).shapes("[5, 7]", "[]", "[0]");
  }

  private static List<OpSpec> shrinkages() {
    return List.of(
        row("celu()", Tensor::celu, 0),
        row("celu(double)", x -> x.celu(0.7), 0)
            .error(() -> Tensors.ones(2).celu(0), "celu: alpha must not be 0"),
        row("hardshrink()", Tensor::hardshrink, -0.5, 0.5),
        row("hardshrink(double)", x -> x.hardshrink(1), -1, 1),
        row("softshrink()", Tensor::softshrink, -0.5, 0.5),
        row("softshrink(double)", x -> x.softshrink(1), -1, 1)
            .error(
                () -> Tensors.ones(2).softshrink(-1),
                "softshrink: lambd must not be negative, it is -1.0"),
        row("tanhshrink()", Tensor::tanhshrink),
        row("threshold(Number,Number)", x -> x.threshold(1, 20), 1)
            .dtypes(NUMBERS)
            .error(() -> Tensors.of(1, 2).threshold(1, 0.5), "threshold: 0.5 is no value of i32"));
  }

  private static List<OpSpec> gates() {
    return List.of(
        row("softmin(int)", x -> x.softmin(axis(x, -1))).shapes("[5, 7]", "[1]", "[2, 0]"),
        row("softmin(int,DType)", x -> x.softmin(-1, DType.F64)).shapes("[5, 7]").shorthand(),
        row("glu()", Tensor::glu)
            .shapes("[5, 6]", "[2]", "[3, 0]")
            .error(
                () -> Tensors.ones(2, 3).glu(),
                "glu: axis -1 of shape [2, 3] has an odd number of elements"),
        row("glu(int)", x -> x.glu(axis(x, 0))).shapes("[4, 3]", "[2, 0]"));
  }
}
