package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * NaN, infinities, signed zeros, subnormal and extreme numbers through every function of floats, alone and in pairs.
 */
class SpecialValuesTest {
  private static final double[] POSITIVE_F32 = {
    0,
    Float.MIN_VALUE,
    1e-40f,
    Float.MIN_NORMAL,
    1e-20f,
    0.25f,
    0.4999f,
    0.5f,
    Math.nextDown(1f),
    1,
    Math.nextUp(1f),
    1.5f,
    2,
    2.5f,
    3,
    7,
    20,
    88.5f,
    104,
    4194303.5f,
    8388607,
    8388608,
    16777215,
    16777216,
    1e19f,
    Float.MAX_VALUE,
    Double.POSITIVE_INFINITY
  };
  private static final double[] POSITIVE_F64 = {
    0,
    Double.MIN_VALUE,
    1e-310,
    Double.MIN_NORMAL,
    1e-160,
    0.25,
    0.4999,
    0.5,
    Math.nextDown(1.0),
    1,
    Math.nextUp(1.0),
    1.5,
    2,
    2.5,
    3,
    7,
    20,
    709.5,
    746,
    0x1p51 - 0.25,
    0x1p52 - 0.5,
    0x1p52,
    0x1p53 - 1,
    0x1p53,
    1e155,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY
  };

  private static double[] values(DType dtype) {
    double[] positive = dtype == DType.F32 ? POSITIVE_F32 : POSITIVE_F64;
    return DoubleStream.of(positive).flatMap(v -> DoubleStream.of(v, -v)).toArray();
  }

  private static double[] withNan(double[] values) {
    return DoubleStream.concat(DoubleStream.of(Double.NaN), DoubleStream.of(values)).toArray();
  }

  private static Object array(DType dtype, double[] values) {
    if (dtype == DType.F64) {
      return values;
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @ParameterizedTest
  @EnumSource(value = UnaryOp.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT")
  void unary(UnaryOp f) {
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[] x = withNan(values(dtype));
      double[] y = ScalarBody.unary(f, dtype).numbers(x.length, array(dtype, x));
      for (int i = 0; i < x.length; i++) {
        double expected = ScalarFunctions.unary(f, x[i]);
        // In f64 the definitions of these two lose digits near their zeros; the golden values have
        // them.
        boolean absolute = dtype == DType.F64 && (f == UnaryOp.LGAMMA || f == UnaryOp.DIGAMMA);
        double least = absolute && Double.isFinite(expected) ? 2 : 0;
        check(f + " " + dtype + " of " + x[i], dtype, expected, y[i], least);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryOp.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"AND", "OR", "XOR", "SHIFT_LEFT", "SHIFT_RIGHT"})
  void binary(BinaryOp f) {
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[] values = withNan(values(dtype));
      int n = values.length;
      double[] x = new double[n * n];
      double[] y = new double[n * n];
      for (int i = 0; i < n * n; i++) {
        x[i] = values[i / n];
        y[i] = values[i % n];
      }
      double[] z = ScalarBody.binary(f, dtype).numbers(n * n, array(dtype, x), array(dtype, y));
      for (int i = 0; i < n * n; i++) {
        double expected = ScalarFunctions.binary(f, x[i], y[i]);
        check(f + " " + dtype + " of " + x[i] + " and " + y[i], dtype, expected, z[i], 0);
      }
    }
  }

  /**
   * Non-finite results and zeros must agree exactly, the others to a few units in the last place.
   *
   * @param least units are not smaller than those of this number
   */
  private static void check(
      String what, DType dtype, double expected, double actual, double least) {
    boolean single = dtype == DType.F32;
    double rounded = single ? (float) expected : expected;
    if (!Double.isFinite(rounded) || rounded == 0) {
      double smallest = single ? Float.MIN_VALUE : Double.MIN_VALUE;
      boolean nearZero = rounded == 0 && expected != 0 && Math.abs(actual) <= smallest;
      if (!nearZero) {
        assertEquals(rounded, actual, what);
      }
      return;
    }
    double of = Math.max(Math.abs(rounded), least);
    double unit = single ? Math.ulp((float) of) : Math.ulp(of);
    assertTrue(
        Math.abs(actual - expected) <= 4 * unit,
        () -> what + " = " + actual + ", expected " + rounded);
  }
}
