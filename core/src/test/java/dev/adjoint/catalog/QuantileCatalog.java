package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.QuantileOps}. */
final class QuantileCatalog {
  private QuantileCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(ofNumbers());
    rows.addAll(ofTensors());
    rows.forEach(row -> row.tolerance(new Tolerance(1, 8, 0)).gradient(Gradient.SECOND));
    rows.addAll(ofSteps());
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes("[4, 5, 6]", "[2, 257]", "[1, 1]", "[3, 41]");
  }

  /** Shares away from those of an element, where the slope changes, for 4, 5 and 6 elements. */
  private static OpSpec shares(String covers, BinaryOperator<Tensor> f) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1)))
        .withoutSpecials()
        .domain(1, Domain.of(0.05, 0.95).awayFrom(0.2, 0.25, 0.33, 0.4, 0.5, 0.6, 0.67, 0.75, 0.8));
  }

  private static List<OpSpec> ofNumbers() {
    return List.of(
        row("quantile(double)", x -> x.quantile(0.5)),
        row("quantile(double,int)", x -> x.quantile(0.3, axis(x, 1)))
            .error(() -> Tensors.ones(2, 0).quantile(0.5, 1), "quantile: no elements along axis 1"),
        row("quantile(double,int,boolean)", x -> x.quantile(0.9, -1, true))
            .error(
                () -> Tensors.ones(2).quantile(1.5, 0, false),
                "quantile: q is 1.5, it must be from 0 to 1"),
        row("quantile(double,int,boolean,String)", x -> x.quantile(0.7, 0, false, "midpoint"))
            .error(
                () -> Tensors.ones(2).quantile(0.5, 0, false, "cubic"),
                "quantile: interpolation is 'cubic', it must be linear, lower, higher, nearest or"
                    + " midpoint"),
        row("nanquantile(double)", x -> x.nanquantile(0.5)),
        row("nanquantile(double,int)", x -> x.nanquantile(0.3, axis(x, 1))),
        row("nanquantile(double,int,boolean)", x -> x.nanquantile(0.93, -1, true))
            .error(
                () -> Tensors.ones(2).nanquantile(-1, 0, false),
                "nanquantile: q is -1.0, it must be from 0 to 1"),
        row(
            "nanquantile(double,int,boolean,String)",
            x -> x.nanquantile(0.7, 0, true, "midpoint")));
  }

  private static List<OpSpec> ofTensors() {
    return List.of(
        shares("quantile(Tensor)", Tensor::quantile)
            .shapes("[2, 3] [4]", "[5] []", "[7] [0]")
            .error(
                () -> Tensors.ones(3).quantile(Tensors.ones(1, 2)),
                "quantile: q must be a scalar or a vector of f32, not f32[1, 2]"),
        shares("quantile(Tensor,int)", (x, q) -> x.quantile(q, axis(x, 1)))
            .shapes("[4, 5, 6] [3]", "[4, 5] []", "[3, 41] [2]"),
        shares("quantile(Tensor,int,boolean)", (x, q) -> x.quantile(q, axis(x, 0), true))
            .shapes("[4, 5, 6] [3]", "[4, 5] []"),
        shares(
                "quantile(Tensor,int,boolean,String)",
                (x, q) -> x.quantile(q, axis(x, 1), false, "midpoint"))
            .shapes("[4, 5, 6] [3]", "[4, 5] []"),
        shares("nanquantile(Tensor)", Tensor::nanquantile).shapes("[2, 3] [4]", "[5] []"),
        shares("nanquantile(Tensor,int)", (x, q) -> x.nanquantile(q, axis(x, 1)))
            .shapes("[4, 5, 6] [3]", "[4, 5] []", "[3, 41] [2]"),
        shares("nanquantile(Tensor,int,boolean)", (x, q) -> x.nanquantile(q, axis(x, 0), true))
            .shapes("[4, 5, 6] [3]", "[4, 5] []")
            .shorthand(),
        shares(
                "nanquantile(Tensor,int,boolean,String)",
                (x, q) -> x.nanquantile(q, axis(x, 1), true, "midpoint"))
            .shapes("[4, 5, 6] [3]")
            .shorthand());
  }

  /** Interpolations whose results are elements. */
  private static List<OpSpec> ofSteps() {
    var rows = new ArrayList<OpSpec>();
    for (String way : List.of("lower", "higher", "nearest")) {
      rows.add(
          row("quantile(double,int,boolean,String)", x -> x.quantile(0.3, 1, false, way))
              .variant(way)
              .gradient(Gradient.SECOND));
      rows.add(
          of(
                  "nanquantile(Tensor,int,boolean,String)",
                  1,
                  x ->
                      x.get(0)
                          .nanquantile(
                              Tensors.full(Shape.SCALAR, 0.37, x.get(0).dtype()), -1, false, way))
              .shapes("[4, 5, 6]", "[3, 41]")
              .variant(way)
              .gradient(Gradient.SECOND));
    }
    return rows;
  }
}
