package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.catalog.NarrowFloats;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The conversions of f16 and bf16 in the host's words and in kernels': of every number, and of what is hard to round. */
class NarrowMathTest {
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyPatternMeansTheSameNumberAndComesBack(DType dtype) {
    short[] patterns = NarrowFloats.patterns();
    int[] bits = new int[patterns.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Short.toUnsignedInt(patterns[i]);
    }
    float[] values = (float[]) ScalarBody.load(dtype).run(bits.length, bits);
    int[] back = (int[]) ScalarBody.element(dtype).run(bits.length, (Object) values);
    float[] rounded = (float[]) ScalarBody.cast(DType.F32, dtype).run(bits.length, (Object) values);
    for (int i = 0; i < bits.length; i++) {
      assertEquals(exact(patterns[i], dtype), values[i], dtype + " " + i);
      int exactBits = Float.floatToRawIntBits(values[i]);
      assertEquals(Float.floatToRawIntBits(dtype.widen(patterns[i])), exactBits, dtype + " " + i);
      if (Float.isNaN(values[i])) {
        assertEquals(nan(patterns[i], dtype), exactBits, dtype + " " + i);
      }
      assertEquals(values[i], rounded[i], dtype + " " + i);
      assertEquals(dtype.narrow(values[i]), (short) back[i], dtype + " " + i);
      if (!Float.isNaN(values[i])) {
        assertEquals(patterns[i], (short) back[i], dtype + " " + i);
      }
    }
  }

  /** The number of a pattern, by the definition of the format. */
  private static float exact(short pattern, DType dtype) {
    int fraction = -Math.getExponent(dtype.epsilon());
    int exponent = (pattern & 0x7fff) >> fraction;
    int rest = pattern & ((1 << fraction) - 1);
    int most = (1 << (Short.SIZE - 1 - fraction)) - 1;
    int bias = most / 2;
    double size =
        exponent == most
            ? rest == 0 ? Double.POSITIVE_INFINITY : Double.NaN
            : exponent == 0
                ? Math.scalb((double) rest, 1 - bias - fraction)
                : Math.scalb((double) (rest + (1 << fraction)), exponent - bias - fraction);
    return (float) (pattern < 0 ? -size : size);
  }

  /** The bits of a NaN of a pattern: its payload, which f16 makes quiet, and its sign. */
  private static int nan(short pattern, DType dtype) {
    return dtype == DType.BF16
        ? pattern << 16
        : (pattern & 0x8000) << 16 | 0x7fc00000 | (pattern & 0x3ff) << 13;
  }

  /** Wherever it comes from, whatever its payload and its sign. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void thereIsOneNanThatValuesAreRoundedTo(DType dtype) {
    int[] nans = {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff};
    float[] values = new float[nans.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(nans[i]);
    }
    int[] bits = (int[]) ScalarBody.element(dtype).run(values.length, (Object) values);
    float[] rounded =
        (float[]) ScalarBody.cast(DType.F32, dtype).run(values.length, (Object) values);
    for (int i = 0; i < bits.length; i++) {
      assertEquals(dtype == DType.F16 ? 0x7e00 : 0x7fc0, bits[i]);
      assertEquals(0x7fc00000, Float.floatToRawIntBits(rounded[i]));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void roundsToTheNearest(DType dtype) {
    float[] values = NarrowFloats.hard(dtype);
    float[] rounded =
        (float[]) ScalarBody.cast(DType.F32, dtype).run(values.length, (Object) values);
    for (int i = 0; i < values.length; i++) {
      float expected = NarrowFloats.nearest(values[i], dtype);
      assertEquals(expected, rounded[i], dtype + " of " + values[i]);
      assertEquals(expected, dtype.widen(dtype.narrow(values[i])), dtype + " of " + values[i]);
      assertEquals(expected, dtype.value(dtype.bits(values[i])), dtype + " of " + values[i]);
      if (dtype == DType.F16) {
        assertEquals(expected, Float.float16ToFloat(Float.floatToFloat16(values[i])));
      }
    }
  }
}
