package dev.adjoint.catalog;

import dev.adjoint.DType;
import java.math.BigDecimal;
import java.util.Random;

/** All numbers of f16 or bf16, floats that are hard to round to them, and what they are rounded to. */
public final class NarrowFloats {
  private static final int PATTERNS = 1 << Short.SIZE;
  private static final int RANDOM = 20_000;

  private NarrowFloats() {}

  /** All 16-bit patterns. */
  public static short[] patterns() {
    short[] patterns = new short[PATTERNS];
    for (int i = 0; i < PATTERNS; i++) {
      patterns[i] = (short) i;
    }
    return patterns;
  }

  /** Each number of the type, the middle of it and the next, the neighbours of both, and random bit patterns. */
  public static float[] hard(DType dtype) {
    var random = new Random(7);
    float[] values = new float[6 * PATTERNS + RANDOM];
    int n = 0;
    for (int i = 0; i < PATTERNS; i++) {
      float value = dtype.widen((short) i);
      // Where the next number is infinite, the middle is that of the largest number and the one
      // that would follow.
      float next = dtype.widen((short) (i + 1));
      double beyond = Float.isInfinite(next) ? 2 * value - dtype.widen((short) (i - 1)) : next;
      float middle = (float) ((value + beyond) / 2);
      for (float each : new float[] {value, middle}) {
        values[n++] = each;
        values[n++] = Math.nextUp(each);
        values[n++] = Math.nextDown(each);
      }
    }
    while (n < values.length) {
      values[n++] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  /** The number of the type that is nearest to a float, of two the one whose last bit is 0, by exact comparison of distances. */
  public static float nearest(float value, DType dtype) {
    if (!Float.isFinite(value)) {
      return value;
    }
    // Numbers of one sign are ordered as their bits are. Infinity has the place of the next power
    // of two.
    int low = 0;
    int high = Short.toUnsignedInt(dtype.narrow(Float.POSITIVE_INFINITY));
    double size = Math.abs(value);
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (place(middle, dtype) <= size) {
        low = middle;
      } else {
        high = middle;
      }
    }
    var exact = new BigDecimal(size);
    int side =
        exact
            .subtract(new BigDecimal(place(low, dtype)))
            .compareTo(new BigDecimal(place(high, dtype)).subtract(exact));
    int chosen = side < 0 || (side == 0 && low % 2 == 0) ? low : high;
    return Math.copySign(dtype.widen((short) chosen), value);
  }

  private static double place(int pattern, DType dtype) {
    float value = dtype.widen((short) pattern);
    return Float.isInfinite(value) ? 2 * Math.scalb(1.0, Math.getExponent(dtype.max())) : value;
  }
}
