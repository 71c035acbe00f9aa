package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F32 functions against double precision, on every 4099th float or on as many as {@code -Dadjoint.test.stride} says. With {@code
 * -Dadjoint.accuracy=write} what was found becomes the table of docs/accuracy.md.
 */
class ScalarAccuracyTest {
  private static final int STRIDE = Integer.getInteger("adjoint.test.stride", 4099);
  private static final int BLOCK = 1024;
  private static final String TABLE = "| function | promised | found | at |\n|---|---|---|---|\n";

  /** The largest error of a function, and where it is. */
  private record Worst(double error, float x) {}

  private static final Map<UnaryOp, Worst> WORST =
      Collections.synchronizedMap(new EnumMap<>(UnaryOp.class));

  /** The promised error in units in the last place, where 0.5 is correct rounding. */
  static double bound(UnaryOp f) {
    return switch (f) {
      case NEG,
          ABS,
          SIGN,
          SQUARE,
          SQRT,
          RECIPROCAL,
          CEIL,
          FLOOR,
          ROUND,
          TRUNC,
          RELU,
          IS_NAN,
          IS_INF,
          IS_FINITE ->
          0.5;
      case EXP, EXP2, LOG, LOG2, LOG10 -> 1.0;
      case ACOS, COSH, EXPM1, LOG1P, RSQRT -> 1.5;
      case SIN,
          COS,
          TAN,
          ASIN,
          ATAN,
          SINH,
          TANH,
          ASINH,
          ACOSH,
          ATANH,
          ERF,
          ERFC,
          SIGMOID,
          SILU,
          MISH,
          GELU,
          GELU_TANH ->
          2.0;
      case LGAMMA, DIGAMMA -> 4.0;
      case NOT -> throw new IllegalArgumentException("not is not for floats");
    };
  }

  @ParameterizedTest
  @EnumSource(value = UnaryOp.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT")
  void unaryIsWithinItsBoundOnAllFloats(UnaryOp f) {
    ScalarBody body = ScalarBody.unary(f, DType.F32);
    float[] x = new float[BLOCK];
    var worst = new Worst(0, 0);
    for (long bits = 0; bits < 1L << 32; bits += (long) STRIDE * BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        x[i] = Float.intBitsToFloat((int) (bits + (long) i * STRIDE));
      }
      double[] y = body.numbers(BLOCK, x);
      for (int i = 0; i < BLOCK; i++) {
        if (f == UnaryOp.DIGAMMA && x[i] < 0) {
          checkDifference(x[i], (float) y[i]);
        } else {
          double exact = ScalarFunctions.unary(f, x[i]);
          double error = check(f + "(" + x[i] + ")", exact, (float) y[i], bound(f));
          worst = error > worst.error ? new Worst(error, x[i]) : worst;
        }
      }
    }
    WORST.put(f, worst);
  }

  @AfterAll
  static void writeTable() throws IOException {
    if (!"write".equals(System.getProperty("adjoint.accuracy"))) {
      return;
    }
    var table = new StringBuilder(TABLE);
    WORST.forEach(
        (f, worst) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| `%s` | %.1f | %.2f | %s |%n",
                    f,
                    bound(f),
                    worst.error,
                    worst.error > 0 ? worst.x : "")));
    Path docs = Path.of("../docs/accuracy.md");
    String text = Files.readString(docs);
    Files.writeString(docs, text.substring(0, text.indexOf(TABLE)) + table);
  }

  /** Digamma of a negative number is a difference: its error counts in units of the larger number. */
  private static void checkDifference(float x, float actual) {
    double expected = ScalarFunctions.unary(UnaryOp.DIGAMMA, x);
    double minuend = ScalarFunctions.unary(UnaryOp.DIGAMMA, 1 - (double) x);
    double larger = Math.max(minuend, Math.abs(minuend - expected));
    boolean near =
        Double.isNaN(expected)
            ? Float.isNaN(actual)
            : (float) expected == actual
                || Math.abs(actual - expected) <= 6 * Math.ulp((float) larger);
    assertTrue(near, () -> "DIGAMMA(" + x + ") = " + actual + ", expected " + expected);
  }

  @Test
  void powIsWithinOneUnit() {
    var random = new Random(1);
    float[] x = new float[200_000];
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          i % 2 == 0
              ? 0.5f + random.nextFloat()
              : (float) Math.scalb(1 + random.nextDouble(), random.nextInt(-140, 127));
      double largest = 105 / Math.abs(Math.log(x[i]));
      y[i] = (float) ((2 * random.nextDouble() - 1) * largest);
    }
    float[] z = ScalarBody.binary(BinaryOp.POW, DType.F32).floats(x, y);
    for (int i = 0; i < x.length; i++) {
      check("pow(" + x[i] + ", " + y[i] + ")", Math.pow(x[i], y[i]), z[i], 1.0);
    }
  }

  @Test
  void atan2IsWithinTwoUnits() {
    var random = new Random(2);
    float[] y = new float[100_000];
    float[] x = new float[y.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) random.nextGaussian() * (float) Math.scalb(1.0, random.nextInt(-20, 20));
      x[i] = (float) random.nextGaussian() * (float) Math.scalb(1.0, random.nextInt(-20, 20));
    }
    float[] z = ScalarBody.binary(BinaryOp.ATAN2, DType.F32).floats(y, x);
    for (int i = 0; i < x.length; i++) {
      check("atan2(" + y[i] + ", " + x[i] + ")", Math.atan2(y[i], x[i]), z[i], 2.0);
    }
  }

  @Test
  void logarithmsOfPowersOfTheirBaseAreWhole() {
    float[] twos = new float[277];
    float[] exponents = new float[twos.length];
    for (int i = 0; i < twos.length; i++) {
      exponents[i] = i - 149;
      twos[i] = (float) Math.scalb(1.0, i - 149);
    }
    float[] logarithms = ScalarBody.unary(UnaryOp.LOG2, DType.F32).floats(twos);
    float[] powers = ScalarBody.unary(UnaryOp.EXP2, DType.F32).floats(exponents);
    for (int i = 0; i < twos.length; i++) {
      assertEquals(exponents[i], logarithms[i]);
      assertEquals(twos[i], powers[i]);
    }
    float[] tens = {1, 10, 100, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
    float[] digits = ScalarBody.unary(UnaryOp.LOG10, DType.F32).floats(tens);
    for (int i = 0; i < tens.length; i++) {
      assertEquals(i, digits[i]);
    }
  }

  /** The error. An exact result must have the same sign of zero; a rounded one must be within the bound; NaN must be NaN. */
  private static double check(String what, double expected, float actual, double bound) {
    float rounded = (float) expected;
    if (Float.compare(rounded, actual) == 0) {
      return 0;
    }
    double unit = Math.ulp(Math.min(Math.abs(rounded), Float.MAX_VALUE));
    double finite = Float.isInfinite(actual) ? Math.copySign(0x1p128, actual) : actual;
    double error = Math.abs(finite - expected) / unit;
    assertTrue(
        error <= bound,
        () -> what + " = " + actual + ", expected " + expected + ": " + error + " units");
    return error;
  }
}
