package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Constant;

/**
 * Reduction of large angles by the method of Payne and Hanek: {@code a = n pi/2 + r}.
 *
 * <p>{@code a = m 2^e} with a whole m. Bits of 2/pi that give multiples of 4 in {@code a 2/pi} are left out, so a window of bits
 * that starts at e is all that matters. Its first word times m, modulo one word, is n and the first bits of the fraction, exact;
 * what the next bits add is below 2^-6 and is computed as the sum of two floats. Words are as wide as the type.
 */
final class LargeAngle {
  // The bits of 2/pi from 2^7 times its unit on, for the shortest large angles: those of 2^17 in
  // F32 and 2^46 in F64.
  private static final long[] TWO_OVER_PI = {
    0x00a2f9836e4e4415L, 0x29fc2757d1f534ddL, 0xc0db6295993c4390L, 0x41fe5163abdebbc5L,
    0x61b7246e3a424dd2L, 0xe006492eea09d192L, 0x1cfe1deb1cb129a7L, 0x3ee88235f52ebb44L,
    0x84e99c7026b45f7eL, 0x413991d639835339L, 0xf49c845f8bbdf928L, 0x3b1ff897ffde0598L,
    0x0fef2f118b5a0a6dL, 0x1f6d367ecf27cb09L, 0xb74f463f669e5feaL, 0x2d7527bac7ebe5f1L,
    0x7b3d0739f78a5292L, 0xea6bfb5fb11f8d5dL, 0x0856033046fc7b6bL
  };

  private final FloatCode f;
  private final int width;
  private final int fraction;
  private final int a;
  private final int bits;

  private LargeAngle(FloatCode f, int a) {
    this.f = f;
    this.width = f.width();
    this.fraction = f.fraction();
    this.a = a;
    this.bits = f.toBits(a);
  }

  /**
   * The quotient and the rest.
   *
   * @param quadrant an integer whose low two bits are those of n
   * @param turns {@code r / (pi/2)}
   * @param small a much smaller number; r, at most 0.81 in size, is turns times the first part of pi/2, plus this. NaN if the
   *     angle is infinite or NaN
   */
  record Reduced(int quadrant, int turns, int small) {}

  /** Reduces a number that is at least 2^17 in F32 or 2^46 in F64; for smaller ones the result is a meaningless number. */
  static Reduced reduce(FloatCode f, int a, Constant halfPi) {
    return new LargeAngle(f, a).reduce(halfPi);
  }

  private Reduced reduce(Constant halfPi) {
    int position = f.onBits(ScalarOp.SUB, ushr(bits, fraction), f.integer(f.bias() + fraction - 6));
    int[] window = window(position);
    int mantissa = f.onBits(ScalarOp.AND, bits, f.integer((1L << fraction) - 1));
    int m = f.onBits(ScalarOp.OR, mantissa, f.integer(1L << fraction));
    int product = f.onBits(ScalarOp.MUL, m, window[0]);
    int half = f.integer(1L << (width - 3));
    int n = f.onBits(ScalarOp.SHR, f.onBits(ScalarOp.ADD, product, half), f.integer(width - 2));
    int rest = f.onBits(ScalarOp.SUB, product, shl(n, width - 2));

    // The rest in units of 2^(2 - width), from -2^(width - 3) on, as the sum of two floats.
    int lowBits = width - fraction - 2;
    int high = f.onBits(ScalarOp.SHR, rest, f.integer(lowBits));
    high = f.sub(f.fromBits(f.onBits(ScalarOp.ADD, high, f.bitsOf(1.5))), f.number(1.5));
    int low = belowPower(f.onBits(ScalarOp.AND, rest, f.integer((1L << lowBits) - 1)), -lowBits);

    // The next two digit groups of the window, each as long as a fraction. The last is moved by
    // half a unit, as bits are cut off.
    int unit = f.fromBits(f.onBits(ScalarOp.OR, mantissa, f.bitsOf(1)));
    int first = belowPower(ushr(window[1], width - fraction), -lowBits);
    int group =
        f.onBits(
            ScalarOp.OR,
            ushr(shl(window[1], fraction), width - fraction),
            ushr(window[2], 2 * (width - fraction)));
    double power = Math.scalb(1.0, -lowBits - fraction);
    int second =
        f.sub(
            f.fromBits(f.onBits(ScalarOp.OR, group, f.bitsOf(power))),
            f.number(Math.nextDown((float) power), Math.nextDown(power)));
    int added = f.mul(unit, first);
    int addedLow = f.fma(unit, second, f.fma(unit, first, f.neg(added)));

    int sum = f.add(high, added);
    int sumLow = f.sub(added, f.sub(sum, high));
    int total = f.add(sum, low);
    int totalLow = f.add(f.add(sumLow, f.sub(low, f.sub(total, sum))), addedLow);
    // Zero times an infinite angle makes the rest NaN.
    int tiny = f.fma(totalLow, f.part(halfPi, 0), f.mul(a, f.number(0)));
    return new Reduced(n, total, f.fma(total, f.part(halfPi, 1), tiny));
  }

  /** Three words of 2/pi from a bit on: picks words by the bits of the position, the highest first, and shifts them. */
  private int[] window(int position) {
    int wordBits = width == 32 ? 5 : 6;
    int levels = width == 32 ? 2 : 4;
    int[] words = new int[(1 << levels) + 3];
    for (int i = 0; i < words.length; i++) {
      words[i] =
          f.integer(width == 64 ? TWO_OVER_PI[i] : TWO_OVER_PI[i / 2] >> (i % 2 == 0 ? 32 : 0));
    }
    for (int level = levels - 1; level >= 0; level--) {
      int skip = 1 << level;
      int bit = f.onBits(ScalarOp.AND, position, f.integer((long) skip << wordBits));
      int isSet = f.test(ScalarOp.NE, bit, f.integer(0));
      int[] rest = new int[skip + 3];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = f.select(isSet, words[i + skip], words[i]);
      }
      words = rest;
    }
    // A shift counts modulo the width, so the bits from the right are shifted by 1 and by width - 1
    // - position.
    int others = f.not(position);
    int[] window = new int[3];
    for (int i = 0; i < 3; i++) {
      int fromRight = f.onBits(ScalarOp.USHR, ushr(words[i + 1], 1), others);
      window[i] = f.onBits(ScalarOp.OR, f.onBits(ScalarOp.SHL, words[i], position), fromRight);
    }
    return window;
  }

  /** An integer of as many bits as a fraction has, as a number below 2^exponent. */
  private int belowPower(int integer, int exponent) {
    double power = Math.scalb(1.0, exponent);
    return f.sub(f.fromBits(f.onBits(ScalarOp.OR, integer, f.bitsOf(power))), f.number(power));
  }

  private int shl(int x, int count) {
    return f.onBits(ScalarOp.SHL, x, f.integer(count));
  }

  private int ushr(int x, int count) {
    return f.onBits(ScalarOp.USHR, x, f.integer(count));
  }
}
