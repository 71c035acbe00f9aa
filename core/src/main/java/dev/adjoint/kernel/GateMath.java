package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Constant;

/**
 * Activations that are x times a function from 0 to 1, such as SiLU and GELU.
 *
 * <p>For negative x the function falls like {@code exp(-v)}, and becomes subnormal long before its product with x does. So x is
 * multiplied by {@code exp(r)}, and the power of two follows as the last step. Beyond a limit the result is -0.
 */
final class GateMath {
  // sqrt(8 / pi), and 0.044715 times that.
  private static final Constant SLOPE =
      new Constant(0x1.9884533d43651p0, -0x1.cbc0d30ebfd15p-54, -0x1.c7402c7d60cfbp-110);
  private static final Constant CUBIC =
      new Constant(0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c7p-61, -0x1.e59a5ef3f43e4p-115);

  private GateMath() {}

  /**
   * {@code exp(-v)} of {@code v >= 0}.
   *
   * @param excess {@code exp(r) - 1}, which has more digits than {@code exp(r)}
   * @param power the power of two for {@link ExpMath#scale}
   */
  private record Decay(int excess, int power) {
    /** The decay of the sum of a number and a much smaller one. */
    static Decay of(FloatCode f, int high, int low) {
      ExpMath.Reduced r = ExpMath.reduce(f, f.neg(high));
      return new Decay(ExpMath.expm1OfRest(f, f.sub(r.rest(), low)), r.power());
    }

    static Decay of(FloatCode f, int v) {
      ExpMath.Reduced r = ExpMath.reduce(f, f.neg(v));
      return new Decay(ExpMath.expm1OfRest(f, r.rest()), r.power());
    }

    int value(FloatCode f) {
      return ExpMath.scale(f, f.add(excess, f.number(1)), power);
    }

    /** {@code x exp(r)}. */
    int times(FloatCode f, int x) {
      return f.fma(x, excess, x);
    }
  }

  private static int isNegative(FloatCode f, int x) {
    return f.test(ScalarOp.LT, x, f.number(0));
  }

  /** {@code x / (1 + exp(-v))} for a v of the sign of x, given the decay of |v|; a is |x|, which is limited. */
  private static int timesSigmoid(FloatCode f, int x, int a, Decay decay) {
    int negative = isNegative(f, x);
    int numerator = f.select(negative, decay.times(f, f.neg(a)), x);
    int y = f.div(numerator, f.add(f.number(1), decay.value(f)));
    return f.select(negative, ExpMath.scale(f, y, decay.power()), y);
  }

  /** {@code x / (1 + exp(-x))}. */
  static int silu(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(110, 760));
    return timesSigmoid(f, x, a, Decay.of(f, a));
  }

  /** {@code x / (1 + exp(-v))} with {@code v = sqrt(8 / pi) (x + 0.044715 x^3)}, which is the sum of two numbers. */
  static int geluTanh(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(11, 22));
    int square = f.mul(a, a);
    int squareLow = f.fma(a, a, f.neg(square));
    int cubic = f.part(CUBIC, 0);
    int term = f.mul(cubic, square);
    int termLow =
        f.fma(cubic, squareLow, f.fma(f.part(CUBIC, 1), square, f.fma(cubic, square, f.neg(term))));
    int slope = f.part(SLOPE, 0);
    int sum = f.add(slope, term);
    int fromTerm = f.sub(sum, slope);
    int sumLow = f.add(f.sub(slope, f.sub(sum, fromTerm)), f.sub(term, fromTerm));
    sumLow = f.add(sumLow, f.add(termLow, f.part(SLOPE, 1)));
    int v = f.mul(a, sum);
    return timesSigmoid(f, x, a, Decay.of(f, v, f.fma(a, sumLow, f.fma(a, sum, f.neg(v)))));
  }

  /**
   * {@code x tanh(log(1 + exp(x)))}: with {@code e = exp(-|x|)} that is {@code x (1 - 2 e^2 / (1 + 2 e (1 + e)))}, for negative x
   * {@code x e (1 - e (1 + e) / (2 + e (2 + e)))}.
   */
  static int mish(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(110, 760));
    Decay decay = Decay.of(f, a);
    int e = decay.value(f);
    int negative = isNegative(f, x);
    int one = f.number(1);
    int two = f.number(2);
    int more = f.add(e, one);
    int numerator = f.mul(e, f.select(negative, more, f.add(e, e)));
    int denominator =
        f.fma(
            e, f.select(negative, f.add(e, two), f.add(more, more)), f.select(negative, two, one));
    int factor = f.sub(one, f.div(numerator, denominator));
    int y = f.mul(f.select(negative, decay.times(f, f.neg(a)), x), factor);
    return f.select(negative, ExpMath.scale(f, y, decay.power()), y);
  }

  /** {@code max(x, 0) - |x| Q(|x|)} with the upper tail Q of the normal distribution, {@code erfc(x / sqrt(2)) / 2}. */
  static int gelu(FloatCode f, int x) {
    // As integers, bits of numbers without a sign are in the same order; NaN becomes the limit too.
    int limit = f.toBits(f.number(14.5, 38.7));
    int a = f.fromBits(f.onBits(ScalarOp.MIN, f.toBits(f.abs(x)), limit));
    int ratio = f.div(a, f.add(a, f.number(3.5, 4)));
    int tail = f.mul(ratio, ErfMath.scaledComplement(f, ratio));
    int scaled = ExpMath.timesExp(f, tail, f.mul(a, f.number(-0.5)), a);
    int y = f.fma(scaled, f.number(-0x1p-65), f.select(isNegative(f, x), f.number(0), x));
    return f.signed(y, f.signBit(x));
  }
}
