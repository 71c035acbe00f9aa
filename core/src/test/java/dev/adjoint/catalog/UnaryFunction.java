package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A scalar function of one number.
 *
 * @param name what it is called in tables
 * @param f the function of tensors of f32
 * @param wide the same function of tensors of f64, with constants rounded as {@code f} rounds them
 * @param exact the same in double precision, without tensors
 * @param bound the error that f32 is promised to have at most, in units in the last place, where 0.5 is correct rounding
 */
public record UnaryFunction(
    String name,
    UnaryOperator<Tensor> f,
    UnaryOperator<Tensor> wide,
    DoubleUnaryOperator exact,
    double bound) {
  private static final List<UnaryFunction> ALL =
      List.of(
          of(UnaryOp.NEG, Tensor::neg, 0.5),
          of(UnaryOp.ABS, Tensor::abs, 0.5),
          of(UnaryOp.SIGN, Tensor::sign, 0.5),
          of(UnaryOp.SQUARE, Tensor::square, 0.5),
          of(UnaryOp.SQRT, Tensor::sqrt, 0.5),
          of(UnaryOp.RSQRT, Tensor::rsqrt, 1.5),
          of(UnaryOp.RECIPROCAL, Tensor::reciprocal, 0.5),
          of(UnaryOp.EXP, Tensor::exp, 1),
          of(UnaryOp.EXP2, Tensor::exp2, 1),
          of(UnaryOp.EXPM1, Tensor::expm1, 1.5),
          of(UnaryOp.LOG, Tensor::log, 1),
          of(UnaryOp.LOG2, Tensor::log2, 1),
          of(UnaryOp.LOG10, Tensor::log10, 1),
          of(UnaryOp.LOG1P, Tensor::log1p, 1.5),
          of(UnaryOp.SIN, Tensor::sin, 2),
          of(UnaryOp.COS, Tensor::cos, 2),
          of(UnaryOp.TAN, Tensor::tan, 2),
          of(UnaryOp.ASIN, Tensor::asin, 2),
          of(UnaryOp.ACOS, Tensor::acos, 1.5),
          of(UnaryOp.ATAN, Tensor::atan, 2),
          of(UnaryOp.SINH, Tensor::sinh, 2),
          of(UnaryOp.COSH, Tensor::cosh, 1.5),
          of(UnaryOp.TANH, Tensor::tanh, 2),
          of(UnaryOp.ASINH, Tensor::asinh, 2),
          of(UnaryOp.ACOSH, Tensor::acosh, 2),
          of(UnaryOp.ATANH, Tensor::atanh, 2),
          of(UnaryOp.CEIL, Tensor::ceil, 0.5),
          of(UnaryOp.FLOOR, Tensor::floor, 0.5),
          of(UnaryOp.ROUND, Tensor::round, 0.5),
          of(UnaryOp.TRUNC, Tensor::trunc, 0.5),
          of(UnaryOp.ERF, Tensor::erf, 2),
          of(UnaryOp.ERFC, Tensor::erfc, 2),
          of(UnaryOp.SIGMOID, Tensor::sigmoid, 2),
          of(UnaryOp.SILU, Tensor::silu, 2),
          of(UnaryOp.MISH, Tensor::mish, 2),
          of(UnaryOp.GELU, Tensor::gelu, 2),
          of(UnaryOp.GELU_TANH, x -> x.gelu("tanh"), 2),
          of(UnaryOp.RELU, Tensor::relu, 0.5),
          of(UnaryOp.LGAMMA, Tensor::lgamma, 4),
          of(
              "DIGAMMA",
              x -> x.abs().digamma(),
              x -> ScalarFunctions.unary(UnaryOp.DIGAMMA, Math.abs(x)),
              4),
          of(UnaryOp.IS_NAN, x -> x.isNan().to(x.dtype()), 0.5),
          of(UnaryOp.IS_INF, x -> x.isInf().to(x.dtype()), 0.5),
          of(UnaryOp.IS_FINITE, x -> x.isFinite().to(x.dtype()), 0.5),
          of("FRAC", Tensor::frac, x -> x - ScalarFunctions.unary(UnaryOp.TRUNC, x), 0.5),
          of("ERFINV", Tensor::erfinv, UnaryFunction::erfinv, 4),
          of("LOGIT", Tensor::logit, UnaryFunction::logit, 2),
          of("SOFTPLUS", Tensor::softplus, x -> softplus(x, 1), 2),
          new UnaryFunction(
              "SOFTPLUS_BETA",
              x -> x.softplus(0.7, 40),
              x -> x.softplus(0.7f, 40),
              x -> softplus(x, 0.7f),
              4),
          of("LOG_SIGMOID", Tensor::logSigmoid, x -> -softplus(-x, 1), 2),
          of("ELU", Tensor::elu, x -> x > 0 ? x : Math.expm1(x), 2),
          of(
              "SELU",
              Tensor::selu,
              x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
              4),
          of("LEAKY_RELU", Tensor::leakyRelu, x -> x > 0 ? x : 0.01 * x, 2),
          of("SOFTSIGN", Tensor::softsign, x -> x / (1 + Math.abs(x)), 2),
          of("HARDSIGMOID", Tensor::hardsigmoid, x -> Math.min(Math.max(x + 3, 0), 6) / 6, 2),
          of("HARDSWISH", Tensor::hardswish, x -> x * Math.min(Math.max(x + 3, 0), 6) / 6, 4),
          of("CELU", Tensor::celu, x -> x > 0 ? x : Math.expm1(x), 2),
          of(
              "SOFTSHRINK",
              Tensor::softshrink,
              x -> Math.abs(x) <= 0.5 ? 0 : x - Math.copySign(0.5, x),
              0.5),
          of("SINC", Tensor::sinc, UnaryFunction::sinc, 4),
          of("RAD2DEG", Tensor::rad2deg, x -> x * (180 / Math.PI), 2),
          of("DEG2RAD", Tensor::deg2rad, x -> x * (Math.PI / 180), 2),
          power(1.0 / 3),
          power(0.3),
          power(1.1),
          power(-1.7),
          power(2.5),
          power(-2),
          power(3),
          power(4),
          power(-0.5),
          base(10),
          base(1.1),
          base(0.3));

  /** The function of a name. */
  public static UnaryFunction named(String name) {
    return ALL.stream().filter(function -> function.name.equals(name)).findFirst().orElseThrow();
  }

  /** All of them. */
  public static List<UnaryFunction> all() {
    return ALL;
  }

  private static UnaryFunction of(UnaryOp op, UnaryOperator<Tensor> f, double bound) {
    return of(op.name(), f, x -> ScalarFunctions.unary(op, x), bound);
  }

  private static UnaryFunction of(
      String name, UnaryOperator<Tensor> f, DoubleUnaryOperator exact, double bound) {
    return new UnaryFunction(name, f, f, exact, bound);
  }

  private static UnaryFunction power(double exponent) {
    return of("POW " + exponent, x -> x.pow(exponent), x -> Math.pow(x, exponent), 4);
  }

  private static UnaryFunction base(double base) {
    return of("RPOW " + base, x -> x.rpow(base), x -> Math.pow(base, x), 4);
  }

  private static double softplus(double x, double beta) {
    return x * beta > 40 ? x : Math.log1p(Math.exp(x * beta)) / beta;
  }

  private static double logit(double x) {
    return x > 0.25 && x < 0.75
        ? 2 * ScalarFunctions.unary(UnaryOp.ATANH, 2 * x - 1)
        : Math.log(x) - Math.log1p(-x);
  }

  private static double sinc(double x) {
    double whole = Math.rint(x);
    double sine = Math.sin((x - whole) * Math.PI);
    return x == 0 ? 1 : (whole % 2 == 0 ? sine : -sine) / (x * Math.PI);
  }

  /** Three steps of Halley from an approximation; near 1 on the complement. */
  private static double erfinv(double x) {
    double a = Math.abs(x);
    if (!(a < 1)) {
      return a == 1 ? x * Double.POSITIVE_INFINITY : Double.NaN;
    }
    double y = a * Math.sqrt(Math.PI) / 2;
    if (a > 1e-4) {
      double log = Math.log1p(-a * a);
      double half = log / 2 + 2 / (Math.PI * 0.147);
      y = Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
      for (int i = 0; i < 3; i++) {
        double error =
            a < 0.5
                ? ScalarFunctions.unary(UnaryOp.ERF, y) - a
                : 1 - a - ScalarFunctions.unary(UnaryOp.ERFC, y);
        double newton = error / (2 / Math.sqrt(Math.PI) * Math.exp(-y * y));
        y -= newton / (1 + newton * y);
      }
    } else {
      y += Math.PI / 12 * y * a * a;
    }
    return Math.copySign(y, x);
  }

  /**
   * The error of a result in units of f32. There, an infinity stands for the next number after the largest, as if exponents had
   * no end.
   */
  public static double units(double expected, double actual) {
    float rounded = (float) expected;
    boolean infinite = Float.isInfinite(rounded) && rounded == (float) actual;
    if (rounded == actual || infinite || (Float.isNaN(rounded) && Double.isNaN(actual))) {
      return 0;
    }
    double unit = Math.ulp(Math.min(Math.abs(rounded), Float.MAX_VALUE));
    double finite = Double.isInfinite(actual) ? Math.copySign(0x1p128, actual) : actual;
    double error = Math.abs(finite - expected) / unit;
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  /** {@link #units(double, double)} of tensors of f64 and f32. */
  static Tensor units(Tensor expected, Tensor actual) {
    Tensor rounded = expected.to(DType.F32);
    Tensor same = rounded.eq(actual).logicalOr(rounded.isNan().logicalAnd(actual.isNan()));
    Tensor exponent = rounded.bitcast(DType.I32).shiftRight(23).bitwiseAnd(255).clamp(1, 254);
    Tensor unit = exponent.to(DType.I64).add(1023 - 150).shiftLeft(52).bitcast(DType.F64);
    Tensor wide = actual.to(DType.F64);
    Tensor finite = wide.isInf().where(wide.sign().mul(0x1p128), wide);
    Tensor error = finite.sub(expected).abs().div(unit);
    return same.where(0, error.isNan().where(Double.POSITIVE_INFINITY, error));
  }
}
