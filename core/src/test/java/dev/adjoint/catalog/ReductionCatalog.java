package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.FLOATS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.ReductionOps} and {@link dev.adjoint.StatisticsOps}. */
final class ReductionCatalog {
  private static final Set<DType> NUMBERS_AND_BOOL = OpSpec.ALL;
  private static final String[] FULL = {
    "[4, 5, 6]", "[33, 5]", "[1, 1]", "[3, 70]", "[2, 3, 129]", "[9001, 3]"
  };
  private static final String[] WITH_EMPTY = {
    "[4, 5, 6]", "[33, 5]", "[1, 1]", "[3, 70]", "[2, 3, 129]", "[2, 20000]", "[0, 3]", "[3, 0, 2]"
  };
  private static final int[] BOTH = {0, -1};

  private ReductionCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : sums()) {
      rows.add(row.shapes(WITH_EMPTY).gradient(Gradient.SECOND));
    }
    for (OpSpec row : means()) {
      rows.add(row.shapes(FULL).gradient(Gradient.SECOND));
    }
    for (OpSpec row : products()) {
      rows.add(
          row.shapes("[2, 3, 4]", "[5, 3]", "[1, 1]", "[3, 0, 2]")
              .range(0.5, 1.6)
              .gradient(Gradient.SECOND)
              .tolerance(Tolerance.units(40)));
    }
    for (OpSpec row : extremes()) {
      rows.add(row.shapes(FULL).dtypes(NUMBERS_AND_BOOL).gradient(Gradient.FIRST));
    }
    for (OpSpec row : positions()) {
      rows.add(row.shapes(FULL).dtypes(NUMBERS_AND_BOOL));
    }
    for (OpSpec row : truths()) {
      rows.add(row.shapes(WITH_EMPTY).dtypes(NUMBERS_AND_BOOL));
    }
    for (OpSpec row : statistics()) {
      rows.add(
          row.shapes("[4, 5, 6]", "[33, 5]", "[3, 70]", "[2, 3]", "[70, 300]")
              .gradient(Gradient.SECOND));
    }
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0)));
  }

  private static List<OpSpec> sums() {
    Tolerance sum = Tolerance.sum(40_000);
    return List.of(
        row("sum()", Tensor::sum).dtypes(NUMBERS_AND_BOOL).tolerance(sum),
        row("sum(int[])", x -> x.sum(axis(x, 1)))
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum)
            .error(() -> Tensors.ones(2, 3).sum(2), "sum: axis 2 is out of range for shape [2, 3]"),
        row("sum(int[])", x -> x.sum(axis(x, 0)))
            .variant("first")
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum),
        row("sum(int[])", x -> x.sum(axis(x, 0), -1))
            .variant("several")
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum)
            .error(() -> Tensors.ones(2, 3).sum(0, -2), "axis 0 appears twice"),
        row("sum(int,boolean)", x -> x.sum(axis(x, -1), true))
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum),
        row("sum(int[],boolean)", x -> x.sum(BOTH, true)).dtypes(NUMBERS_AND_BOOL).tolerance(sum),
        row("sum(DType)", x -> x.sum(DType.F64)).dtypes(NUMBERS_AND_BOOL).tolerance(sum),
        row("sum(int,boolean,DType)", x -> x.sum(1, true, DType.F64)).tolerance(sum).shorthand(),
        row("sum(int[],boolean,DType)", x -> x.sum(BOTH, false, DType.F64)).tolerance(sum),
        row("nansum(int[])", x -> x.nansum(axis(x, 1))).tolerance(sum),
        row("nansum(int,boolean)", x -> x.nansum(axis(x, 0), true)).tolerance(sum).shorthand(),
        row("nansum(int[],boolean)", x -> x.nansum(BOTH, true)).tolerance(sum));
  }

  private static List<OpSpec> means() {
    Tolerance sum = Tolerance.sum(40_000);
    return List.of(
        row("mean()", Tensor::mean).dtypes(NUMBERS_AND_BOOL).tolerance(sum),
        row("mean(int[])", x -> x.mean(axis(x, 0))).dtypes(NUMBERS_AND_BOOL).tolerance(sum),
        row("mean(int,boolean)", x -> x.mean(axis(x, 1), true))
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum),
        row("mean(int[],boolean)", x -> x.mean(BOTH, false))
            .dtypes(NUMBERS_AND_BOOL)
            .tolerance(sum),
        row("mean(DType)", x -> x.mean(DType.F64)).tolerance(sum),
        row("mean(int,boolean,DType)", x -> x.mean(1, true, DType.F64)).tolerance(sum).shorthand(),
        row("mean(int[],boolean,DType)", x -> x.mean(BOTH, true, DType.F64))
            .tolerance(sum)
            .error(
                () -> Tensors.of(1, 2).mean(DType.I32),
                "mean: a mean has fractions, so it cannot be i32"),
        row("nanmean(int[])", x -> x.nanmean(axis(x, 1))).tolerance(sum),
        row("nanmean(int,boolean)", x -> x.nanmean(axis(x, 0), true)).tolerance(sum).shorthand(),
        row("nanmean(int[],boolean)", x -> x.nanmean(BOTH, true)).tolerance(sum));
  }

  private static List<OpSpec> products() {
    return List.of(
        row("prod()", Tensor::prod).dtypes(NUMBERS_AND_BOOL),
        row("prod(int[])", x -> x.prod(axis(x, 1))).dtypes(NUMBERS_AND_BOOL),
        row("prod(int,boolean)", x -> x.prod(axis(x, 0), true)).dtypes(NUMBERS_AND_BOOL),
        row("prod(int[],boolean)", x -> x.prod(BOTH, true)).dtypes(NUMBERS_AND_BOOL),
        row("prod(DType)", x -> x.prod(DType.F64)),
        row("prod(int,boolean,DType)", x -> x.prod(1, true, DType.F64)).shorthand(),
        row("prod(int[],boolean,DType)", x -> x.prod(BOTH, true, DType.F64)));
  }

  private static List<OpSpec> extremes() {
    return List.of(
        row("max()", Tensor::max).error(() -> Tensors.ones(0).max(), "max: no elements"),
        row("max(int)", x -> x.max(axis(x, 1)).values()),
        row("max(int,boolean)", x -> x.max(axis(x, 0), true).values()),
        row("min()", Tensor::min),
        row("min(int)", x -> x.min(axis(x, -1)).values()),
        row("min(int,boolean)", x -> x.min(axis(x, 1), true).values()),
        row("amax(int[])", x -> x.amax(axis(x, 1))),
        row("amax(int,boolean)", x -> x.amax(axis(x, 0), true)),
        row("amax(int[],boolean)", x -> x.amax(BOTH, true)),
        row("amin(int[])", x -> x.amin(axis(x, -1))),
        row("amin(int,boolean)", x -> x.amin(axis(x, 1), true)),
        row("amin(int[],boolean)", x -> x.amin(BOTH, false)));
  }

  private static List<OpSpec> positions() {
    return List.of(
        row("argmax()", Tensor::argmax),
        row("argmax(int)", x -> x.argmax(axis(x, 1)))
            .error(() -> Tensors.ones(2, 0).argmax(1), "argmax: no elements along axis 1"),
        row("argmax(int,boolean)", x -> x.argmax(axis(x, 0), true)),
        row("argmin()", Tensor::argmin),
        row("argmin(int)", x -> x.argmin(axis(x, -1))),
        row("argmin(int,boolean)", x -> x.argmin(axis(x, 0), true)));
  }

  private static List<OpSpec> truths() {
    return List.of(
        row("any()", Tensor::any),
        row("any(int[])", x -> x.any(axis(x, 1))),
        row("any(int,boolean)", x -> x.any(axis(x, 0), true)),
        row("any(int[],boolean)", x -> x.any(BOTH, true)),
        row("all()", Tensor::all),
        row("all(int[])", x -> x.all(axis(x, 1))),
        row("all(int,boolean)", x -> x.all(axis(x, 0), true)),
        row("all(int[],boolean)", x -> x.all(BOTH, true)),
        row("countNonzero(int[])", x -> x.countNonzero(axis(x, 0))),
        row("countNonzero(int[],boolean)", x -> x.countNonzero(BOTH, true)));
  }

  private static List<OpSpec> statistics() {
    Tolerance loose = new Tolerance(64, 64, 0);
    var rows = new ArrayList<OpSpec>();
    rows.add(row("var()", Tensor::var));
    rows.add(row("var(int[])", x -> x.var(1)));
    rows.add(row("var(int,boolean)", x -> x.var(0, true)));
    rows.add(row("var(int[],boolean)", x -> x.var(BOTH, true)));
    rows.add(row("var(int,double,boolean)", x -> x.var(-1, 0, false)));
    rows.add(row("var(int[],double,boolean)", x -> x.var(BOTH, 0, false)));
    rows.add(row("std()", Tensor::std));
    rows.add(row("std(int[])", x -> x.std(1)));
    rows.add(row("std(int,boolean)", x -> x.std(0, true)));
    rows.add(row("std(int[],boolean)", x -> x.std(BOTH, true)));
    rows.add(row("std(int,double,boolean)", x -> x.std(1, 0.5, true)));
    rows.add(row("std(int[],double,boolean)", x -> x.std(BOTH, 0, false)));
    rows.add(row("varMean(int[])", x -> x.varMean(1).mean().add(x.varMean(1).var())));
    rows.add(row("varMean(int,boolean)", x -> x.varMean(0, true).var()).shorthand());
    rows.add(row("varMean(int,double,boolean)", x -> x.varMean(0, 0, true).var()).shorthand());
    rows.add(row("varMean(int[],double,boolean)", x -> x.varMean(BOTH, 0, true).var()));
    rows.add(row("logsumexp()", Tensor::logsumexp));
    rows.add(row("logsumexp(int[])", x -> x.logsumexp(axis(x, 1))));
    rows.add(row("logsumexp(int,boolean)", x -> x.mul(30).logsumexp(0, true)));
    rows.add(row("logsumexp(int[],boolean)", x -> x.logsumexp(BOTH, true)));
    rows.add(row("norm()", Tensor::norm));
    rows.add(row("norm(double)", x -> x.norm(1)).kinks(0));
    rows.add(row("norm(double,int[])", x -> x.norm(3, 1)).kinks(0));
    rows.add(row("norm(double,int,boolean)", x -> x.norm(2, 1, true)).shorthand());
    rows.add(row("norm(double,int[],boolean)", x -> x.norm(2, BOTH, true)));
    rows.add(
        row("norm(double,int[],boolean)", x -> x.norm(Double.POSITIVE_INFINITY, BOTH, true))
            .variant("infinite")
            .kinks(0));
    rows.add(row("softmax(int)", x -> x.mul(10).softmax(-1)));
    rows.add(row("softmax(int)", x -> x.softmax(axis(x, 0))).variant("first axis"));
    rows.add(row("softmax(int,DType)", x -> x.softmax(-1, DType.F64)).shorthand());
    rows.add(row("logSoftmax(int)", x -> x.mul(10).logSoftmax(1)));
    rows.add(row("logSoftmax(int,DType)", x -> x.logSoftmax(0, DType.F64)).shorthand());
    rows.add(row("normalize()", Tensor::normalize));
    rows.add(row("normalize(double,int)", x -> x.normalize(2, 0)).shorthand());
    rows.add(row("normalize(double,int,double)", x -> x.normalize(1, 0, 1e-3)).kinks(0));
    rows.forEach(r -> r.tolerance(loose).dtypes(FLOATS));
    return rows;
  }
}
