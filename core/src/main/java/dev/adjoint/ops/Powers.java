package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.OpError;

/** Powers, which multiply where the exponent allows it. */
public final class Powers {
  private Powers() {}

  public static Tensor pow(Tensor base, Tensor exponent) {
    if (base.dtype().isFloat() || exponent.dtype().isFloat()) {
      return Operands.binary(BinaryOp.POW, base, exponent);
    }
    Operands.Aligned both = Operands.align("pow", base, exponent, false);
    if (both.a().dtype() == DType.BOOL) {
      throw OpError.of("pow", "base and exponent are bool, one must be a number: call toLong()");
    }
    return integerPow(both.a(), both.b());
  }

  /**
   * Integers to the power of integers, by squaring: {@code a^e} is the product of all {@code a^(2^k)} whose bit k is set in e.
   * Results wrap. To a negative power, 1 stays 1, -1 gets the sign by whether the power is odd, and everything else is 0.
   */
  private static Tensor integerPow(Tensor a, Tensor e) {
    boolean signed = a.dtype().isSigned();
    Tensor power = Tensors.onesLike(a);
    Tensor square = a;
    for (int bit = 0; bit < 8 * a.dtype().bytes() - (signed ? 1 : 0); bit++) {
      Tensor set = e.shiftRight(bit).bitwiseAnd(1).ne(0);
      power = set.where(power.mul(square), power);
      square = square.square();
    }
    if (!signed) {
      return power;
    }
    // The bits of a negative exponent give what is wanted for 1 and -1: 1, and the sign by the
    // lowest bit.
    Tensor unit = a.eq(1).logicalOr(a.eq(-1));
    return e.lt(0).logicalAnd(unit.logicalNot()).where(0, power);
  }

  public static Tensor pow(Tensor base, Number exponent) {
    double e = exponent.doubleValue();
    Tensor x = Operands.cast(base, Operands.promote(base.dtype(), exponent));
    if (!x.dtype().isFloat()) {
      return integerPow(x, exponent.longValue());
    } else if (x.dtype().isNarrow()) {
      return pow(x.to(x.dtype().register()), exponent).to(x.dtype());
    }
    if (e == 0.5) {
      return x.sqrt();
    } else if (e == -0.5) {
      return x.rsqrt();
    } else if (e == -1) {
      return x.reciprocal();
    } else if (e == -2) {
      // Not one over the square, whose gradient has the fourth power of x on the way.
      return x.reciprocal().square();
    } else if (e == 1 || e == 2 || e == 3 || e == 4) {
      return multiply(x, (long) e);
    }
    return x.dtype() == DType.F32 && Float.isFinite((float) e)
        ? power(x, e)
        : Operands.binary(BinaryOp.POW, x, exponent);
  }

  /**
   * {@code x^e = x^(high + low)} of f32, as the rounding error of an exponent such as 1/3 is multiplied by up to 100 in the
   * result. The exponent is rounded towards 0, so that the power does not overflow before the correction.
   */
  private static Tensor power(Tensor x, double e) {
    float high = near(e, 0);
    Tensor y = Operands.binary(BinaryOp.POW, x, high);
    if (high == e) {
      return y;
    }
    Tensor logarithm = x.gt(0).logicalAnd(x.lt(Double.POSITIVE_INFINITY)).where(x, 1).log();
    return y.mul(logarithm.mul(e - high).add(1));
  }

  /**
   * {@code b^x = high^x exp(x log(b / high))} of f32 for a base that is no f32. The base is rounded towards 1, so that the power
   * does not overflow before the correction.
   */
  public static Tensor pow(Number base, Tensor exponent) {
    DType dtype = Operands.promote(exponent.dtype(), base);
    if (!exponent.dtype().isFloat()) {
      Tensor e = Operands.cast(exponent, dtype);
      return dtype.isFloat() ? pow(base, e) : integerPow(Operands.like("pow", base, dtype, e), e);
    }
    if (exponent.dtype().isNarrow()) {
      return pow(base, exponent.to(exponent.dtype().register())).to(exponent.dtype());
    }
    double b = base.doubleValue();
    float high = near(b, Math.signum(b));
    if (exponent.dtype() != DType.F32
        || high == b
        || high == 0
        || Float.isInfinite(high)
        || Float.isNaN(high)) {
      return Operands.binary(BinaryOp.POW, base, exponent);
    }
    return Operands.binary(BinaryOp.POW, high, exponent)
        .mul(exponent.mul(Math.log1p((b - high) / high)).exp());
  }

  /** A value rounded to f32 towards another one. */
  private static float near(double value, double center) {
    float nearest = (float) value;
    return Math.abs(nearest - center) > Math.abs(value - center)
        ? Math.nextAfter(nearest, center)
        : nearest;
  }

  private static Tensor integerPow(Tensor x, long exponent) {
    if (exponent < 0) {
      throw OpError.of(
          "pow", "exponent " + exponent + " of " + x.dtype() + " is negative: call toFloat()");
    }
    return multiply(x, exponent);
  }

  /** Repeated squaring. */
  private static Tensor multiply(Tensor x, long exponent) {
    if (exponent == 0) {
      return Tensors.onesLike(x);
    } else if (exponent == 1) {
      return x;
    }
    Tensor half = multiply(x, exponent / 2);
    Tensor even = half.square();
    return exponent % 2 == 0 ? even : even.mul(x);
  }
}
