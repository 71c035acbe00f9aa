package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.SampleOps}. */
final class SampleCatalog {
  private SampleCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(extremes());
    rows.addAll(histograms());
    for (OpSpec row : moments()) {
      rows.add(row.tolerance(Tolerance.composed()).gradient(Gradient.SECOND).withoutSpecials());
    }
    rows.addAll(draws());
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0))).shapes(shapes);
  }

  private static List<OpSpec> extremes() {
    return List.of(
        row("aminmax()", x -> x.aminmax().max(), "[4, 5]", "[]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND),
        row("aminmax(int)", x -> x.aminmax(0).max(), "[4, 5]")
            .gradient(Gradient.SECOND)
            .shorthand(),
        row("aminmax(int,boolean)", x -> x.aminmax(axis(x, 1), true).min(), "[4, 5]", "[0, 2]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND),
        row("mode()", x -> x.round().mode().values(), "[4, 15]", "[]").dtypes(NUMBERS),
        row("mode(int)", x -> x.round().mode(0).indices(), "[15, 4]", "[1, 2]")
            .error(
                () -> Tensors.ones(2, 0).mode(1).values(),
                "mode: no elements along axis 1 of shape"),
        row("mode(int,boolean)", x -> x.mode(axis(x, 1), true).values(), "[4, 15]", "[0, 3]")
            .gradient(Gradient.SECOND));
  }

  private static List<OpSpec> histograms() {
    double[] range = {-1, 2};
    return List.of(
        row("histc()", Tensor::histc, "[40]").withoutSpecials(),
        row("histc(int)", x -> x.histc(3), "[4, 5]", "[]", "[0]").withoutSpecials(),
        row("histc(int,double,double)", x -> x.histc(4, -1, 2), "[4, 15]")
            .error(() -> Tensors.ones(2).histc(0), "histc: needs one bin or more, not 0")
            .error(() -> Tensors.ones(2).histc(3, 2, 1), "histc: no finite range [2.0, 1.0]"),
        row("histogram(int)", x -> x.histogram(3).binEdges(), "[4, 5]")
            .tolerance(Tolerance.composed())
            .withoutSpecials(),
        of(
                "histogram(int,double[],Tensor,boolean)",
                2,
                x -> x.get(0).histogram(3, range, x.get(1), true).hist())
            .domain(1, Domain.of(1, 2))
            .shapes("[4, 15] [4, 15]")
            .tolerance(Tolerance.composed())
            .withoutSpecials()
            .error(
                () -> Tensors.ones(2).histogram(3, null, Tensors.ones(3), false).hist(),
                "histogram: the weight of shape [3] does not fit the input of shape [2]"),
        row("histogram(Tensor)", x -> x.histogram(edges(x)).hist(), "[4, 15]", "[0]"),
        of(
                "histogram(Tensor,Tensor,boolean)",
                2,
                x -> x.get(0).histogram(edges(x.get(0)), x.get(1), false).hist())
            .shapes("[4, 5] [4, 5]")
            .tolerance(Tolerance.composed())
            .withoutSpecials()
            .error(
                () -> Tensors.ones(2).histogram(Tensors.ones(1)).hist(),
                "histogram: needs a vector of two edges or more, not [1]"));
  }

  private static Tensor edges(Tensor x) {
    return Tensors.of(-2.5f, -1, 0.25f, 0.5f, 3).to(x.dtype());
  }

  private static List<OpSpec> moments() {
    return List.of(
        row("cov()", Tensor::cov, "[3, 6]", "[5]")
            .error(
                () -> Tensors.ones(2, 2, 2).cov(),
                "cov: needs at most two axes, not shape [2, 2, 2]"),
        row("cov(int)", x -> x.cov(0), "[2, 3]", "[]"),
        of("cov(int,Tensor,Tensor)", 3, x -> x.get(0).cov(1, x.get(1), x.get(2)))
            .domain(1, Domain.of(1, 4).as(DType.I64))
            .domain(2, Domain.of(0.5, 1))
            .shapes("[3, 6] [6] [6]")
            .error(
                () -> Tensors.ones(2, 3).cov(1, Tensors.ones(3), null),
                "cov: fweights of type f32 and shape [3]: must be a vector of integers"),
        of("corrcoef()", 2, x -> x.get(0).add(x.get(1)).corrcoef())
            .shapes("[3, 6] [3, 6]", "[5] [5]")
            .range(-1, 1)
            .distinct(),
        row("trapezoid()", Tensor::trapezoid, "[2, 5]", "[1]", "[2, 0]"),
        row("trapezoid(double)", x -> x.trapezoid(0.5), "[4, 3]").shorthand(),
        row("trapezoid(double,int)", x -> x.trapezoid(0.5, 0), "[4, 3]"),
        of("trapezoid(Tensor)", 2, x -> x.get(0).trapezoid(x.get(1))).shapes("[2, 5] [5]"),
        of("trapezoid(Tensor,int)", 2, x -> x.get(0).trapezoid(x.get(1), 0))
            .shapes("[4, 3] [4, 3]", "[4, 3] [4]")
            .error(
                () -> Tensors.ones(2, 3).trapezoid(Tensors.ones(2), 1),
                "trapezoid: x of shape [2] does not fit axis 1 of y of shape [2, 3]"));
  }

  private static List<OpSpec> draws() {
    return List.of(
        // With one category or all of equal shares, whatever the place in the stream.
        row("multinomial(int)", x -> x.multinomial(1), "[4, 1]").range(1, 2).withoutSpecials(),
        row("multinomial(int,boolean)", x -> x.multinomial(3, true), "[4, 1]")
            .range(1, 2)
            .withoutSpecials()
            .error(
                () -> Tensors.of(1, 2).multinomial(1, true),
                "multinomial: defined for floats, not i32: call toFloat()"));
  }
}
