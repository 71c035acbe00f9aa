package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.kernel.GoldenRow;
import dev.adjoint.reference.ScalarFunctions;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every scalar function of {@link Tensor} that rounds, within 4 units in the last place: in f32 on every 8209th float, or as many
 * as {@code -Dadjoint.test.stride} says, against double precision; in f64 against {@link GoldenRow}.
 */
class PublicFunctionsTest {
  private static final double UNITS = 4;
  private static final int STRIDE = Integer.getInteger("adjoint.test.stride", 8209);
  private static final int BLOCK = 1 << 18;

  private record Unary(String name, UnaryOperator<Tensor> f, DoubleUnaryOperator exact) {
    Unary(UnaryOp op, UnaryOperator<Tensor> f) {
      this(op.name(), f, x -> ScalarFunctions.unary(op, x));
    }
  }

  private record Binary(String name, BinaryOperator<Tensor> f, DoubleBinaryOperator exact) {
    Binary(BinaryOp op, BinaryOperator<Tensor> f) {
      this(op.name(), f, (x, y) -> ScalarFunctions.binary(op, x, y));
    }
  }

  private static final List<Unary> UNARY =
      List.of(
          new Unary(UnaryOp.SQRT, Tensor::sqrt),
          new Unary(UnaryOp.RSQRT, Tensor::rsqrt),
          new Unary(UnaryOp.RECIPROCAL, Tensor::reciprocal),
          new Unary(UnaryOp.SQUARE, Tensor::square),
          new Unary(UnaryOp.EXP, Tensor::exp),
          new Unary(UnaryOp.EXP2, Tensor::exp2),
          new Unary(UnaryOp.EXPM1, Tensor::expm1),
          new Unary(UnaryOp.LOG, Tensor::log),
          new Unary(UnaryOp.LOG2, Tensor::log2),
          new Unary(UnaryOp.LOG10, Tensor::log10),
          new Unary(UnaryOp.LOG1P, Tensor::log1p),
          new Unary(UnaryOp.SIN, Tensor::sin),
          new Unary(UnaryOp.COS, Tensor::cos),
          new Unary(UnaryOp.TAN, Tensor::tan),
          new Unary(UnaryOp.ASIN, Tensor::asin),
          new Unary(UnaryOp.ACOS, Tensor::acos),
          new Unary(UnaryOp.ATAN, Tensor::atan),
          new Unary(UnaryOp.SINH, Tensor::sinh),
          new Unary(UnaryOp.COSH, Tensor::cosh),
          new Unary(UnaryOp.TANH, Tensor::tanh),
          new Unary(UnaryOp.ASINH, Tensor::asinh),
          new Unary(UnaryOp.ACOSH, Tensor::acosh),
          new Unary(UnaryOp.ATANH, Tensor::atanh),
          new Unary(UnaryOp.ERF, Tensor::erf),
          new Unary(UnaryOp.ERFC, Tensor::erfc),
          new Unary(UnaryOp.SIGMOID, Tensor::sigmoid),
          new Unary(UnaryOp.SILU, Tensor::silu),
          new Unary(UnaryOp.MISH, Tensor::mish),
          new Unary(UnaryOp.GELU, Tensor::gelu),
          new Unary(UnaryOp.GELU_TANH, x -> x.gelu("tanh")),
          new Unary(UnaryOp.LGAMMA, Tensor::lgamma),
          new Unary(
              "DIGAMMA",
              x -> x.abs().digamma(),
              x -> ScalarFunctions.unary(UnaryOp.DIGAMMA, Math.abs(x))),
          new Unary("FRAC", Tensor::frac, x -> x - ScalarFunctions.unary(UnaryOp.TRUNC, x)),
          new Unary("ERFINV", Tensor::erfinv, PublicFunctionsTest::erfinv),
          new Unary("LOGIT", Tensor::logit, PublicFunctionsTest::logit),
          new Unary("SOFTPLUS", Tensor::softplus, x -> softplus(x, 1)),
          new Unary("SOFTPLUS_BETA", x -> x.softplus(0.7, 40), x -> softplus(x, 0.7f)),
          new Unary("LOG_SIGMOID", Tensor::logSigmoid, x -> -softplus(-x, 1)),
          new Unary("ELU", Tensor::elu, x -> x > 0 ? x : Math.expm1(x)),
          new Unary(
              "SELU",
              Tensor::selu,
              x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
          new Unary("LEAKY_RELU", Tensor::leakyRelu, x -> x > 0 ? x : 0.01 * x),
          new Unary("SOFTSIGN", Tensor::softsign, x -> x / (1 + Math.abs(x))),
          new Unary("HARDSIGMOID", Tensor::hardsigmoid, x -> Math.min(Math.max(x + 3, 0), 6) / 6),
          new Unary("HARDSWISH", Tensor::hardswish, x -> x * Math.min(Math.max(x + 3, 0), 6) / 6),
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

  private static final List<Binary> BINARY =
      List.of(
          new Binary(BinaryOp.DIV, Tensor::div),
          new Binary(BinaryOp.FLOOR_DIV, Tensor::floorDiv),
          new Binary(BinaryOp.FMOD, Tensor::fmod),
          new Binary(BinaryOp.REMAINDER, Tensor::remainder),
          new Binary(BinaryOp.POW, Tensor::pow),
          new Binary(BinaryOp.ATAN2, Tensor::atan2),
          new Binary("HYPOT", Tensor::hypot, Math::hypot),
          new Binary(
              "XLOGY", Tensor::xlogy, (x, y) -> x == 0 && !Double.isNaN(y) ? 0 : x * Math.log(y)),
          new Binary(
              "LOGADDEXP",
              Tensor::logaddexp,
              (x, y) ->
                  x == y
                      ? x + Math.log(2)
                      : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))));

  private static Unary power(double exponent) {
    return new Unary("POW " + exponent, x -> x.pow(exponent), x -> Math.pow(x, exponent));
  }

  private static Unary base(double base) {
    return new Unary("RPOW " + base, x -> x.rpow(base), x -> Math.pow(base, x));
  }

  private static double softplus(double x, double beta) {
    return x * beta > 40 ? x : Math.log1p(Math.exp(x * beta)) / beta;
  }

  private static double logit(double x) {
    return x > 0.25 && x < 0.75
        ? 2 * ScalarFunctions.unary(UnaryOp.ATANH, 2 * x - 1)
        : Math.log(x) - Math.log1p(-x);
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

  @TestFactory
  Stream<DynamicTest> f32OfOne() {
    return UNARY.stream()
        .map(
            function ->
                dynamicTest(
                    function.name,
                    () -> {
                      var worst = new Worst(DType.F32);
                      float[] x = new float[BLOCK];
                      for (long bits = 0; bits < 1L << 32; bits += (long) STRIDE * BLOCK) {
                        for (int i = 0; i < BLOCK; i++) {
                          x[i] = Float.intBitsToFloat((int) (bits + (long) i * STRIDE));
                        }
                        float[] y = function.f.apply(Tensors.of(x)).toFloats();
                        for (int i = 0; i < BLOCK; i++) {
                          float at = x[i];
                          worst.add(
                              () -> function.name + "(" + at + ")",
                              function.exact.applyAsDouble(at),
                              y[i],
                              0);
                        }
                      }
                      worst.check();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> f32OfTwo() {
    return BINARY.stream()
        .map(
            function ->
                dynamicTest(
                    function.name,
                    () -> {
                      var worst = new Worst(DType.F32);
                      var random = new Random(4);
                      float[] x = new float[BLOCK];
                      float[] y = new float[BLOCK];
                      for (int i = 0; i < BLOCK; i++) {
                        x[i] = Float.intBitsToFloat(random.nextInt());
                        // A third each are of any size, of a similar one, and of the order of 1
                        // both.
                        y[i] =
                            i % 3 == 0
                                ? Float.intBitsToFloat(random.nextInt())
                                : (float) (x[i] * random.nextGaussian());
                        if (i % 3 == 2) {
                          x[i] = (float) random.nextGaussian();
                          y[i] = (float) random.nextGaussian();
                        }
                      }
                      float[] z = function.f.apply(Tensors.of(x), Tensors.of(y)).toFloats();
                      for (int i = 0; i < BLOCK; i++) {
                        float a = x[i];
                        float b = y[i];
                        worst.add(
                            () -> function.name + "(" + a + ", " + b + ")",
                            function.exact.applyAsDouble(a, b),
                            z[i],
                            magnitude(function.name, a, b));
                      }
                      worst.check();
                    }));
  }

  @Test
  void f64() throws IOException {
    Map<String, UnaryOperator<Tensor>> unary =
        UNARY.stream().collect(Collectors.toMap(Unary::name, Unary::f));
    Map<String, BinaryOperator<Tensor>> binary =
        BINARY.stream().collect(Collectors.toMap(Binary::name, Binary::f));
    Map<String, List<GoldenRow>> rows =
        GoldenRow.all().stream().collect(Collectors.groupingBy(GoldenRow::name));
    assertTrue(rows.values().stream().mapToInt(List::size).sum() > 3000);
    var failures = new HashMap<String, String>();
    rows.forEach(
        (name, values) -> {
          Tensor x = f64(values.stream().mapToDouble(GoldenRow::x).toArray());
          Tensor y = f64(values.stream().mapToDouble(GoldenRow::y).toArray());
          double[] z =
              (binary.containsKey(name) ? binary.get(name).apply(x, y) : unary.get(name).apply(x))
                  .toDoubles();
          var worst = new Worst(DType.F64);
          for (int i = 0; i < z.length; i++) {
            GoldenRow row = values.get(i);
            worst.add(row::toString, row.expected(), z[i], magnitude(name, row.x(), row.y()));
          }
          if (worst.units > UNITS) {
            failures.put(name, worst.toString());
          }
        });
    assertTrue(failures.isEmpty(), failures::toString);
  }

  private static Tensor f64(double[] values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }

  /** What the error is measured by, where the function has zeros at which no argument of a float type says enough. */
  private static double magnitude(String name, double x, double y) {
    return name.equals("LOGADDEXP") ? Math.max(Math.abs(x), Math.abs(y)) : 0;
  }

  @Test
  void fmaRoundsOnce() {
    var random = new Random(5);
    int n = 100_000;
    double[] a = random.doubles(n, -2, 2).toArray();
    double[] b = random.doubles(n, -2, 2).toArray();
    double[] c = new double[n];
    float[] af = new float[n];
    float[] bf = new float[n];
    float[] cf = new float[n];
    for (int i = 0; i < n; i++) {
      c[i] = i % 2 == 0 ? -a[i] * b[i] : random.nextGaussian();
      af[i] = (float) a[i];
      bf[i] = (float) b[i];
      cf[i] = i % 2 == 0 ? -af[i] * bf[i] : (float) c[i];
    }
    double[] z = f64(a).fma(f64(b), f64(c)).toDoubles();
    float[] zf = Tensors.of(af).fma(Tensors.of(bf), Tensors.of(cf)).toFloats();
    for (int i = 0; i < n; i++) {
      int at = i;
      assertTrue(
          z[i] == Math.fma(a[i], b[i], c[i]),
          () -> "fma(" + a[at] + ", " + b[at] + ", " + c[at] + ")");
      assertTrue(
          zf[i] == Math.fma(af[i], bf[i], cf[i]),
          () -> "fma(" + af[at] + ", " + bf[at] + ", " + cf[at] + ")");
    }
  }
}
