package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.catalog.UnaryFunction;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of two f32, and of one near its poles, against double precision. Others are in {@link UnaryFunction}. */
class ScalarAccuracyTest {
  private static final int STRIDE = 4099;
  private static final int BLOCK = 1024;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT")
  void othersAreListed(UnaryOp f) {
    assertTrue(UnaryFunction.named(f.name()).bound() <= 4);
  }

  @Test
  void digammaOfNegativeNumbers() {
    ScalarBody body = ScalarBody.unary(UnaryOp.DIGAMMA, DType.F32);
    float[] x = new float[BLOCK];
    for (long bits = 1L << 31; bits < 1L << 32; bits += (long) STRIDE * BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        x[i] = Float.intBitsToFloat((int) (bits + (long) i * STRIDE));
      }
      double[] y = body.numbers(BLOCK, x);
      for (int i = 0; i < BLOCK; i++) {
        checkDifference(x[i], (float) y[i]);
      }
    }
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

  private static void check(String what, double expected, float actual, double bound) {
    double error = UnaryFunction.units(expected, actual);
    assertTrue(
        error <= bound,
        () -> what + " = " + actual + ", expected " + expected + ": " + error + " units");
  }
}
