package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.SortingOps}. */
final class SortingCatalog {
  private static final String[] LAST = {
    "[4, 5, 6]", "[2, 257]", "[1500]", "[1, 1]", "[3, 41]", "[2, 0]", "[0, 2]"
  };
  private static final String[] FULL = {"[4, 5, 6]", "[2, 257]", "[1, 1]", "[3, 41]"};

  private SortingCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(sorts());
    rows.addAll(selections());
    for (OpSpec row : medians()) {
      rows.add(row.shapes(FULL));
    }
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0)));
  }

  private static List<OpSpec> sorts() {
    return List.of(
        row("sort()", x -> x.sort().values()).shapes(LAST).dtypes(ALL).gradient(Gradient.SECOND),
        row("sort(int)", x -> x.sort(axis(x, 0)).values())
            .shapes("[4, 5, 6]", "[70, 3]", "[]")
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).sort(2).values(),
                "sort: axis 2 is out of range for shape [2, 3]"),
        row("sort(int,boolean)", x -> x.sort(axis(x, 1), true).values())
            .shapes("[4, 5, 6]", "[3, 300]")
            .dtypes(INTEGERS),
        row("sort(int,boolean,boolean)", x -> x.sort(0, true, true).values())
            .shapes("[4, 5]")
            .shorthand(),
        row("argsort()", Tensor::argsort).shapes(LAST),
        row("argsort(int)", x -> x.argsort(axis(x, 1)))
            .shapes("[4, 5, 6]", "[3, 300]", "[2, 2100, 3]"),
        row("argsort(int,boolean)", x -> x.argsort(axis(x, 0), true))
            .shapes("[4, 5, 6]", "[70, 3]", "[2100, 2]"),
        row("argsort(int,boolean,boolean)", x -> x.argsort(0, false, true))
            .shapes("[4, 5]")
            .shorthand(),
        row("msort()", Tensor::msort).shapes("[4, 5, 6]", "[33]"));
  }

  private static List<OpSpec> selections() {
    return List.of(
        row("topk(int)", x -> x.topk(3).values())
            .shapes("[4, 5, 6]", "[2, 257]", "[5000]", "[3]")
            .dtypes(ALL)
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).topk(4).values(),
                "topk: k is 4, it must be from 0 to the 3 elements along axis 1 of shape [2, 3]"),
        row("topk(int,int)", x -> x.topk(2, 0).indices()).shapes("[4, 5, 6]", "[70, 3]"),
        row("topk(int,int,boolean)", x -> x.topk(2, 1, false).indices())
            .shapes("[4, 5, 6]", "[3, 300]"),
        row("topk(int,int,boolean,boolean)", x -> x.topk(2, 1, true, false).values())
            .shapes("[4, 5]")
            .shorthand(),
        row("kthvalue(int)", x -> x.kthvalue(2).values())
            .shapes("[4, 5, 6]", "[2, 257]")
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(3).kthvalue(0).values(), "kthvalue: k is 0, it must be from 1"),
        row("kthvalue(int,int)", x -> x.kthvalue(4, 0).values()).shapes("[4, 5]").shorthand(),
        row("kthvalue(int,int,boolean)", x -> x.kthvalue(4, 0, true).indices())
            .shapes("[4, 5, 6]", "[70, 3]"));
  }

  private static List<OpSpec> medians() {
    return List.of(
        row("median()", Tensor::median)
            .error(() -> Tensors.ones(2, 0).median(1).values(), "median: no elements along axis 1"),
        row("median(int)", x -> x.median(axis(x, 1)).values())
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        row("median(int,boolean)", x -> x.median(axis(x, 0), true).indices()),
        row("nanmedian()", Tensor::nanmedian),
        row("nanmedian(int)", x -> x.nanmedian(axis(x, -1)).values()).gradient(Gradient.SECOND),
        row("nanmedian(int,boolean)", x -> x.nanmedian(axis(x, 0), true).indices()));
  }
}
