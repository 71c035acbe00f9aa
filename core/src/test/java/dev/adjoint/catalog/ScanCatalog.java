package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.ScanOps}. */
final class ScanCatalog {
  private static final String[] LAST = {
    "[4, 5, 6]", "[2, 300]", "[5000]", "[1, 1]", "[3, 17]", "[2, 0]", "[0, 2]"
  };
  private static final String[] FIRST = {"[4, 5, 6]", "[70, 3]", "[300, 20]", "[16, 2, 2]"};

  private ScanCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(sums());
    rows.addAll(extremes());
    rows.add(
        row("logcumsumexp(int)", x -> x.mul(20).logcumsumexp(-1))
            .shapes(LAST)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND));
    rows.add(
        row("diff()", Tensor::diff)
            .shapes("[4, 5, 6]", "[1]", "[33]", "[2, 0]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND));
    rows.add(
        row("diff(int)", x -> x.diff(2))
            .shapes("[4, 5]")
            .dtypes(INTEGERS)
            .gradient(Gradient.SECOND)
            .shorthand());
    rows.add(
        row("diff(int,int)", x -> x.diff(2, axis(x, 0)))
            .shapes("[4, 5, 6]", "[1, 2]", "[33]")
            .dtypes(INTEGERS)
            .error(
                () -> Tensors.ones(2).diff(-1, 0),
                "diff: the order must not be negative, it is -1"));
    rows.add(
        of("diff(int,int,Tensor,Tensor)", 3, x -> x.get(0).diff(1, 1, x.get(1), x.get(2)))
            .shapes("[2, 3, 5] [2, 1, 5] [2, 4, 5]", "[2, 0] [2, 1] [2, 3]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).diff(1, 1, Tensors.ones(1, 3), null),
                "diff: what is put before or behind along axis 1 does not fit: [1, 3] and [2, 3]"));
    rows.add(
        of("diff(int,int,Tensor,Tensor)", 2, x -> x.get(0).diff(1, -1, null, x.get(1)))
            .variant("behind")
            .shapes("[3, 4] [3, 2]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND));
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0)));
  }

  private static List<OpSpec> sums() {
    return List.of(
        row("cumsum(int)", x -> x.cumsum(axis(x, -1)))
            .shapes(LAST)
            .dtypes(ALL)
            .tolerance(Tolerance.sum(60))
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).cumsum(2),
                "cumsum: axis 2 is out of range for shape [2, 3]"),
        row("cumsum(int,DType)", x -> x.cumsum(-1, DType.F64))
            .shapes("[4, 5, 6]")
            .dtypes(ALL)
            .tolerance(Tolerance.sum(60))
            .gradient(Gradient.SECOND),
        row("cumsum(int)", x -> x.cumsum(axis(x, 0)))
            .variant("first axis")
            .shapes(FIRST)
            .tolerance(Tolerance.sum(60))
            .gradient(Gradient.SECOND),
        row("cumprod(int)", x -> x.cumprod(axis(x, -1)))
            .shapes("[4, 5, 6]", "[2, 33]", "[300]", "[2, 1]", "[2, 0]")
            .dtypes(ALL)
            .range(0.7, 1.4)
            .tolerance(Tolerance.units(40))
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).cumprod(-3),
                "cumprod: axis -3 is out of range for shape [2, 3]"),
        row("cumprod(int,DType)", x -> x.cumprod(0, DType.F64))
            .shapes("[4, 5, 6]")
            .range(0.7, 1.4)
            .tolerance(Tolerance.units(40))
            .gradient(Gradient.SECOND),
        row("cumprod(int)", x -> x.round().cumprod(1))
            .variant("with zeros")
            .range(-2, 2)
            .shapes("[4, 5, 6]", "[3, 70]"));
  }

  private static List<OpSpec> extremes() {
    return List.of(
        row("cummax(int)", x -> x.cummax(axis(x, -1)).values())
            .shapes(LAST)
            .dtypes(ALL)
            .gradient(Gradient.SECOND),
        row("cummax(int)", x -> x.cummax(axis(x, 0)).indices())
            .variant("indices")
            .shapes(FIRST)
            .error(
                () -> Tensors.ones(2, 3).cummax(2).values(),
                "cummax: axis 2 is out of range for shape [2, 3]"),
        row("cummin(int)", x -> x.cummin(axis(x, 0)).values())
            .shapes(FIRST)
            .gradient(Gradient.SECOND),
        row("cummin(int)", x -> x.cummin(axis(x, -1)).indices())
            .variant("indices")
            .shapes(LAST)
            .dtypes(INTEGERS));
  }
}
