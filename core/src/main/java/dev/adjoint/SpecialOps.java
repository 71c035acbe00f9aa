package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.ops.Numbers;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Polygamma;

/**
 * Special functions of each element, conversions of angles, and functions of the bits of numbers. Integers are converted to
 * {@link Scope#dtype()} unless a function is of integers.
 */
public sealed interface SpecialOps permits Tensor {
  /** The logarithm of the absolute value of the gamma function; infinite at 0 and negative whole numbers. */
  default Tensor lgamma() {
    return Operands.floatUnary(UnaryOp.LGAMMA, (Tensor) this);
  }

  /** The derivative of {@link #lgamma}; infinite at 0, NaN at negative whole numbers. */
  default Tensor digamma() {
    return Operands.floatUnary(UnaryOp.DIGAMMA, (Tensor) this);
  }

  /**
   * The n-th derivative of {@link #digamma}.
   *
   * @throws IllegalArgumentException if n is negative
   */
  default Tensor polygamma(int n) {
    if (n < 0) {
      throw OpError.of("polygamma", "the order must not be negative, it is " + n);
    }
    return n == 0 ? digamma() : Polygamma.of(Operands.floating((Tensor) this), n);
  }

  /** {@code sin(pi x) / (pi x)}, and 1 at 0. */
  default Tensor sinc() {
    Tensor x = Operands.floating((Tensor) this);
    Tensor zero = x.eq(0);
    // Multiples of pi are no floats: what x is beyond a whole number is known exactly.
    Tensor whole = x.round().detach();
    Tensor odd = whole.sub(whole.mul(0.5).round().mul(2)).ne(0);
    Tensor sine = x.sub(whole).mul(Math.PI).sin();
    Tensor y = odd.where(sine.neg(), sine).div(zero.where(1, x).mul(Math.PI));
    return zero.where(1, y);
  }

  /** An angle in radians as degrees. */
  default Tensor rad2deg() {
    return Operands.floating((Tensor) this).mul(180 / Math.PI);
  }

  /** An angle in degrees as radians. */
  default Tensor deg2rad() {
    return Operands.floating((Tensor) this).mul(Math.PI / 180);
  }

  /** Whether the sign bit is set (bool), also that of -0. */
  default Tensor signbit() {
    Tensor x = (Tensor) this;
    if (!x.dtype().isFloat()) {
      return x.lt(0);
    }
    Tensor wide = x.to(x.dtype().register());
    return wide.bitcast(wide.dtype() == DType.F32 ? DType.I32 : DType.I64).lt(0);
  }

  /** 0 below 0, 1 above 0, and at 0 what another tensor says; NaN gives 0. */
  default Tensor heaviside(Tensor values) {
    Operands.Aligned both = Operands.align("heaviside", (Tensor) this, values, false);
    Tensor x = both.a();
    return x.eq(0).where(both.b(), x.gt(0).to(x.dtype()));
  }

  /** {@code log2(2^a + 2^b)} without overflow. */
  default Tensor logaddexp2(Tensor other) {
    Operands.Aligned both = Operands.align("logaddexp2", (Tensor) this, other, true);
    Tensor a = both.a();
    Tensor b = both.b();
    // Equal infinities have no difference.
    Tensor distance = a.eq(b).where(0, a.sub(b)).abs();
    return a.maximum(b).add(distance.neg().exp2().log1p().mul(1 / Math.log(2)));
  }

  /** This times two to the power of another tensor. */
  default Tensor ldexp(Tensor exponent) {
    Operands.Aligned both = Operands.align("ldexp", (Tensor) this, exponent, true);
    return both.a().mul(both.b().exp2());
  }

  /**
   * The next number from this towards another one; the other one where both are equal, NaN where one is.
   *
   * @throws IllegalArgumentException if the type is neither f32 nor f64
   */
  default Tensor nextafter(Tensor other) {
    return Numbers.nextafter((Tensor) this, other);
  }

  /** The greatest common divisor of integers, which is not negative; that of 0 and a number is the number. */
  default Tensor gcd(Tensor other) {
    return Numbers.gcd((Tensor) this, other);
  }

  /** The least common multiple of integers, which is not negative; 0 if one of them is. It wraps. */
  default Tensor lcm(Tensor other) {
    return Numbers.lcm((Tensor) this, other);
  }
}
