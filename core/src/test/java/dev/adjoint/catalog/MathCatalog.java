package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.FLOATS;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;
import static dev.adjoint.catalog.OpSpec.unary;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.MathOps}. */
final class MathCatalog {
  private MathCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : exact()) {
      rows.add(row.dtypes(NUMBERS));
    }
    rows.addAll(smooth());
    rows.addAll(more());
    rows.add(
        of("round(int)", 1, x -> x.get(0).round(1))
            .shapes("[4, 5]")
            .error(() -> Tensors.of(1, 2).round(-1), "round: only floats have decimals, not i32"));
    rows.add(
        unary("logit()", Tensor::logit)
            .range(0.05, 0.95)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND));
    rows.add(
        unary("logit(double)", x -> x.logit(0.1))
            .range(-0.2, 1.2)
            .kinks(0.1, 0.9)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND));
    rows.add(
        unary("erfinv()", Tensor::erfinv)
            .range(-0.95, 0.95)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND));
    return rows;
  }

  private static List<OpSpec> exact() {
    return List.of(
        unary("neg()", Tensor::neg)
            .gradient(Gradient.SECOND)
            .error(() -> Tensors.of(true).neg(), "neg: not defined for bool"),
        unary("abs()", Tensor::abs).kinks(0).gradient(Gradient.SECOND),
        unary("sign()", Tensor::sign).kinks(0).gradient(Gradient.SECOND),
        unary("square()", Tensor::square).gradient(Gradient.SECOND).tolerance(Tolerance.units(0.5)),
        unary("ceil()", Tensor::ceil).kinks(-3, -2, -1, 0, 1, 2, 3).gradient(Gradient.SECOND),
        unary("floor()", Tensor::floor).kinks(-3, -2, -1, 0, 1, 2, 3).gradient(Gradient.SECOND),
        unary("round()", Tensor::round)
            .kinks(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
            .gradient(Gradient.SECOND),
        unary("trunc()", Tensor::trunc).kinks(-3, -2, -1, 0, 1, 2, 3).gradient(Gradient.SECOND),
        unary("frac()", Tensor::frac).kinks(-3, -2, -1, 0, 1, 2, 3).gradient(Gradient.SECOND));
  }

  private static OpSpec function(
      String name, UnaryOperator<Tensor> f, double min, double max, double units) {
    return unary(name + "()", f)
        .range(min, max)
        .tolerance(Tolerance.units(units))
        .gradient(Gradient.SECOND);
  }

  private static List<OpSpec> smooth() {
    return List.of(
        function("sqrt", Tensor::sqrt, 0.1, 9, 0.5),
        function("rsqrt", Tensor::rsqrt, 0.1, 9, 1.5),
        function("reciprocal", Tensor::reciprocal, -3, 3, 0.5).kinks(0),
        function("exp", Tensor::exp, -5, 5, 1.5),
        function("exp2", Tensor::exp2, -5, 5, 1.5),
        function("expm1", Tensor::expm1, -2, 2, 2),
        function("log", Tensor::log, 0.1, 9, 1.5),
        function("log2", Tensor::log2, 0.1, 9, 2.5),
        function("log10", Tensor::log10, 0.1, 9, 2.5),
        function("log1p", Tensor::log1p, -0.9, 9, 2),
        function("sin", Tensor::sin, -9, 9, 2),
        function("cos", Tensor::cos, -9, 9, 2),
        function("tan", Tensor::tan, -1.4, 1.4, 3),
        function("asin", Tensor::asin, -0.9, 0.9, 3),
        function("acos", Tensor::acos, -0.9, 0.9, 2),
        function("atan", Tensor::atan, -4, 4, 3),
        function("sinh", Tensor::sinh, -3, 3, 4),
        function("cosh", Tensor::cosh, -3, 3, 3),
        function("tanh", Tensor::tanh, -3, 3, 4),
        function("asinh", Tensor::asinh, -4, 4, 3),
        function("acosh", Tensor::acosh, 1.1, 9, 3),
        function("atanh", Tensor::atanh, -0.9, 0.9, 3),
        function("erf", Tensor::erf, -3, 3, 4),
        function("erfc", Tensor::erfc, -3, 3, 12));
  }

  /** Other samples: many elements, large arguments, and integers, which are converted to the default type. */
  private static List<OpSpec> more() {
    var withBool = EnumSet.of(DType.I32, DType.U8, DType.I8, DType.BOOL);
    return List.of(
        unary("exp()", Tensor::exp)
            .variant("of many")
            .shapes("[70001]", "[300, 257]")
            .tolerance(Tolerance.units(1)),
        unary("exp()", Tensor::exp)
            .variant("of integers")
            .dtypes(withBool)
            .tolerance(Tolerance.units(1)),
        unary("sqrt()", Tensor::sqrt)
            .variant("of integers")
            .range(0, 100)
            .dtypes(INTEGERS)
            .tolerance(Tolerance.units(0.5)),
        unary("sin()", Tensor::sin)
            .variant("of large arguments")
            .range(-1e6, 1e6)
            .dtypes(FLOATS)
            .tolerance(Tolerance.units(2)));
  }
}
