package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import dev.adjoint.reference.Values;
import java.util.EnumSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of integers and bool, and conversions, on small and extreme values. */
class IntegerFunctionsTest {
  private static long[] values(DType dtype) {
    return switch (dtype) {
      case BOOL -> new long[] {0, 1};
      case U8 -> new long[] {0, 1, 2, 3, 7, 100, 127, 128, 200, 254, 255};
      case I8 -> new long[] {0, 1, -1, 2, -2, 3, 7, -7, 100, 127, -127, -128};
      case I32 ->
          new long[] {
            0,
            1,
            -1,
            2,
            -2,
            3,
            -3,
            7,
            -7,
            31,
            32,
            33,
            1000,
            -1001,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE
          };
      case I64 ->
          new long[] {
            0,
            1,
            -1,
            2,
            -2,
            3,
            -7,
            63,
            64,
            1L << 40,
            -(1L << 40) - 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE
          };
      case F16, BF16, F32, F64 -> throw new IllegalArgumentException();
    };
  }

  private static Object array(DType dtype, long[] values) {
    return dtype == DType.I64 ? values : LongStream.of(values).mapToInt(v -> (int) v).toArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BOOL", "U8", "I8", "I32", "I64"})
  void unary(DType dtype) {
    var defined =
        dtype == DType.BOOL
            ? EnumSet.of(UnaryOp.NOT)
            : EnumSet.of(UnaryOp.NEG, UnaryOp.ABS, UnaryOp.SIGN, UnaryOp.SQUARE, UnaryOp.NOT);
    long[] x = values(dtype);
    for (UnaryOp f : defined) {
      long[] y = ScalarBody.unary(f, dtype).integers(x.length, array(dtype, x));
      for (int i = 0; i < x.length; i++) {
        long expected = Values.wrap(ScalarFunctions.unary(f, x[i], dtype == DType.BOOL), dtype);
        assertEquals(expected, y[i], f + " " + dtype + " of " + x[i]);
      }
    }
    for (UnaryOp f : EnumSet.complementOf(defined)) {
      assertThrows(IllegalArgumentException.class, () -> ScalarBody.unary(f, dtype));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BOOL", "U8", "I8", "I32", "I64"})
  void binary(DType dtype) {
    var undefined =
        dtype == DType.BOOL
            ? EnumSet.complementOf(
                EnumSet.of(
                    BinaryOp.EQ,
                    BinaryOp.NE,
                    BinaryOp.LT,
                    BinaryOp.LE,
                    BinaryOp.GT,
                    BinaryOp.GE,
                    BinaryOp.AND,
                    BinaryOp.OR,
                    BinaryOp.XOR))
            : EnumSet.of(BinaryOp.DIV, BinaryOp.POW, BinaryOp.ATAN2);
    long[] values = values(dtype);
    int n = values.length;
    long[] x = LongStream.range(0, (long) n * n).map(i -> values[(int) i / n]).toArray();
    long[] y = LongStream.range(0, (long) n * n).map(i -> values[(int) i % n]).toArray();
    for (BinaryOp f : EnumSet.complementOf(undefined)) {
      long[] z = ScalarBody.binary(f, dtype).integers(x.length, array(dtype, x), array(dtype, y));
      for (int i = 0; i < x.length; i++) {
        long result = ScalarFunctions.binary(f, x[i], y[i], dtype == DType.I64 ? 64 : 32);
        long expected = Values.wrap(result, f.isComparison() ? DType.BOOL : dtype);
        assertEquals(expected, z[i], f + " " + dtype + " of " + x[i] + " and " + y[i]);
      }
    }
    for (BinaryOp f : undefined) {
      assertThrows(IllegalArgumentException.class, () -> ScalarBody.binary(f, dtype));
    }
  }

  @Test
  void casts() {
    float[] floats = {
      0,
      -0f,
      0.9f,
      -0.9f,
      1,
      255.5f,
      256,
      -1,
      -300,
      3e9f,
      -3e9f,
      1e19f,
      Float.NaN,
      Float.POSITIVE_INFINITY
    };
    int n = floats.length;
    assertArrayEquals(
        new long[] {0, 0, 0, 0, 1, 255, 0, 255, 212, 255, 0, 255, 0, 255},
        ScalarBody.cast(DType.F32, DType.U8).integers(n, (Object) floats));
    assertArrayEquals(
        new long[] {
          0,
          0,
          0,
          0,
          1,
          255,
          256,
          -1,
          -300,
          Integer.MAX_VALUE,
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          0,
          Integer.MAX_VALUE
        },
        ScalarBody.cast(DType.F32, DType.I32).integers(n, (Object) floats));
    assertArrayEquals(
        new long[] {
          0,
          0,
          0,
          0,
          1,
          255,
          256,
          -1,
          -300,
          3_000_000_000L,
          -3_000_000_000L,
          Long.MAX_VALUE,
          0,
          Long.MAX_VALUE
        },
        ScalarBody.cast(DType.F32, DType.I64).integers(n, (Object) floats));
    assertArrayEquals(
        new long[] {0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
        ScalarBody.cast(DType.F32, DType.BOOL).integers(n, (Object) floats));
    assertArrayEquals(
        new long[] {0, 255, 0, 1},
        ScalarBody.cast(DType.I64, DType.U8).integers(4, new long[] {0, -1, 1L << 40, 257}));
    assertArrayEquals(
        new long[] {0, -1, 0, -2},
        ScalarBody.cast(DType.I64, DType.I32)
            .integers(4, new long[] {0, -1, 1L << 40, (1L << 32) - 2}));
    assertArrayEquals(
        new double[] {0, 1}, ScalarBody.cast(DType.BOOL, DType.F64).numbers(2, new int[] {0, 1}));
    assertArrayEquals(
        new double[] {0, 255}, ScalarBody.cast(DType.U8, DType.F32).numbers(2, new int[] {0, 255}));
    assertArrayEquals(
        new long[] {0, 1}, ScalarBody.cast(DType.BOOL, DType.U8).integers(2, new int[] {0, 1}));
  }
}
