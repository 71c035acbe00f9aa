package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.UnaryOp;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** First and second derivatives of every scalar function, against differences. */
class ScalarRulesTest {
  private static final GradCheck CHECK = GradCheck.standard();

  @ParameterizedTest
  @EnumSource(
      value = UnaryOp.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"IS_NAN", "IS_INF", "IS_FINITE", "NOT"})
  void unary(UnaryOp f) {
    // The range of the arguments keeps clear of kinks, poles and jumps.
    Tensor x =
        switch (f) {
          case NEG,
              SQUARE,
              EXP,
              EXP2,
              EXPM1,
              SIN,
              COS,
              ATAN,
              SINH,
              COSH,
              TANH,
              ASINH,
              ERF,
              ERFC,
              SIGMOID,
              SILU,
              MISH,
              GELU,
              GELU_TANH,
              LGAMMA,
              DIGAMMA ->
              Doubles.of(-1.7, -0.6, -0.01, 0.02, 0.4, 1.9);
          case ABS, SIGN, RECIPROCAL, RELU -> Doubles.of(-1.7, -0.6, -0.3, 0.5, 0.8, 1.9);
          case SQRT, RSQRT, LOG, LOG2, LOG10 -> Doubles.of(0.3, 0.6, 1.0, 1.7, 2.9);
          case LOG1P -> Doubles.of(-0.6, -0.01, 0.02, 1.5);
          case TAN, ASIN, ACOS, ATANH -> Doubles.of(-0.8, -0.4, 0.01, 0.3, 0.7);
          case ACOSH -> Doubles.of(1.2, 1.9, 3.5);
          case CEIL, FLOOR, ROUND, TRUNC -> Doubles.of(-1.3, -0.2, 0.3, 1.8);
          case IS_NAN, IS_INF, IS_FINITE, NOT -> throw new AssertionError();
        };
    CHECK.check(f.name(), a -> new Tensor(Graph.unary(f, a.node())), x);
    CHECK
        .withTolerance(1e-6, 1e-6)
        .checkSecond(f.name(), a -> new Tensor(Graph.unary(f, a.node())), x);
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryOp.class,
      mode = EnumSource.Mode.MATCH_ALL,
      names = "^(?!EQ|NE|LT|LE|GT|GE|AND|OR|XOR|SHIFT).*$")
  void binary(BinaryOp f) {
    var random = new SplittableRandom(f.ordinal());
    double low = f == BinaryOp.POW ? 0.3 : -2;
    Tensor a = Doubles.of(random.doubles(7, low, 2).toArray());
    Tensor b = Doubles.of(-1.6, -0.9, -0.55, 0.7, 0.85, 1.3, 1.9);
    CHECK.check(
        f.name(),
        xs -> new Tensor(Graph.binary(f, xs.get(0).node(), xs.get(1).node())),
        List.of(a, b));
    CHECK
        .withTolerance(1e-6, 1e-6)
        .checkSecond(
            f.name(),
            xs -> new Tensor(Graph.binary(f, xs.get(0).node(), xs.get(1).node())),
            List.of(a, b));
  }

  /** A constant exponent takes another path than a tensor of exponents. */
  @ParameterizedTest
  @ValueSource(doubles = {-2.5, -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 5, 7.25})
  void powersOfNumbers(double exponent) {
    Tensor x = Doubles.of(0.4, 0.9, 1.6);
    CHECK.check("pow " + exponent, a -> a.pow(exponent), x);
    CHECK.withTolerance(1e-6, 1e-6).checkSecond("pow " + exponent, a -> a.pow(exponent), x);
  }
}
