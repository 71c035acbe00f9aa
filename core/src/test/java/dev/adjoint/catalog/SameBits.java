package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.kernel.ScalarBody;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Every scalar function of floats on a device against the interpreter of its instructions: the results must have the
 * same bits, for difficult values in all pairs and for random bit patterns, of which some are NaN or subnormal.
 */
final class SameBits {
  private static final double[] DIFFICULT = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    0,
    Float.MIN_VALUE,
    1e-40f,
    Float.MIN_NORMAL,
    1e-20f,
    0.4999f,
    0.5,
    0.99999994f,
    1,
    1.0000001f,
    1.5,
    2,
    2.5,
    3,
    7,
    20,
    88.7f,
    104,
    4194303.5,
    8388607,
    8388608,
    1e19f,
    Float.MAX_VALUE,
    1e-310,
    1e300
  };
  private static final int RANDOM = 3000;

  private final double[] x;
  private final double[] y;

  private SameBits(double[] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  private static SameBits of(DType dtype) {
    int n = 2 * DIFFICULT.length;
    var random = new Random(3);
    double[] x = new double[n * n + RANDOM];
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i < n * n ? rounded(difficult(i / n), dtype) : random(dtype, random);
      y[i] = i < n * n ? rounded(difficult(i % n), dtype) : random(dtype, random);
    }
    return new SameBits(x, y);
  }

  private static double rounded(double value, DType dtype) {
    return dtype.value(dtype.bits(value));
  }

  private static double difficult(int i) {
    double value = DIFFICULT[i / 2];
    return i % 2 == 0 ? value : -value;
  }

  private static double random(DType dtype, Random random) {
    long bits = random.nextLong();
    return switch (dtype.bytes()) {
      case 2 -> dtype.widen((short) bits);
      case 4 -> Float.intBitsToFloat((int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }

  private Tensor apply(UnaryOp f, DType dtype) {
    return new Tensor(Graph.unary(f, tensor(dtype, x).node()));
  }

  private Tensor apply(BinaryOp f, DType dtype) {
    return new Tensor(Graph.binary(f, tensor(dtype, x).node(), tensor(dtype, y).node()));
  }

  /** Computes what a check looks at. */
  static void compute(UnaryOp f, DType dtype) {
    of(dtype).apply(f, dtype).realize();
  }

  /** Computes what a check looks at. */
  static void compute(BinaryOp f, DType dtype) {
    of(dtype).apply(f, dtype).realize();
  }

  static void check(UnaryOp f, DType dtype) {
    SameBits data = of(dtype);
    double[] expected = ScalarBody.unary(f, dtype).numbers(data.x.length, array(dtype, data.x));
    double[] actual = data.apply(f, dtype).toDoubles();
    for (int i = 0; i < actual.length; i++) {
      int at = i;
      assertEquals(expected[i], actual[i], () -> f + " " + dtype + " of " + data.x[at]);
    }
  }

  static void check(BinaryOp f, DType dtype) {
    SameBits data = of(dtype);
    double[] expected =
        ScalarBody.binary(f, dtype)
            .numbers(data.x.length, array(dtype, data.x), array(dtype, data.y));
    double[] actual = data.apply(f, dtype).toDoubles();
    for (int i = 0; i < actual.length; i++) {
      int at = i;
      assertEquals(
          expected[i],
          actual[i],
          () -> f + " " + dtype + " of " + data.x[at] + " and " + data.y[at]);
    }
  }

  /** Every number of f16 or bf16 as f32, and what is hard to round to the type; of NaN all bits as well. */
  static void checkConversions(DType dtype) {
    short[] patterns = NarrowFloats.patterns();
    Tensor all = Tensors.fromSegment(MemorySegment.ofArray(patterns), dtype, patterns.length);
    int[] wide = all.to(DType.F32).bitcast(DType.I32).toInts();
    for (int i = 0; i < wide.length; i++) {
      int at = i;
      int expected = Float.floatToRawIntBits(dtype.widen(patterns[i]));
      assertEquals(expected, wide[i], () -> dtype + " of pattern " + at);
    }
    float[] values = NarrowFloats.hard(dtype);
    Tensor rounded = Tensors.of(values).realize().to(dtype).realize();
    int[] bits = rounded.to(DType.F32).bitcast(DType.I32).toInts();
    for (int i = 0; i < bits.length; i++) {
      int at = i;
      int expected = Float.floatToIntBits(NarrowFloats.nearest(values[i], dtype));
      assertEquals(expected, bits[i], () -> values[at] + " as " + dtype);
    }
  }

  private static Tensor tensor(DType dtype, double[] values) {
    return Sample.tensor(values, dtype, Shape.of(values.length));
  }

  private static Object array(DType dtype, double[] values) {
    return dtype == DType.F64 ? values : floats(values);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
