package dev.adjoint;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.OpError;

/** Powers, which multiply where the exponent allows it. */
final class Powers {
  private static final int LARGEST_UNROLLED = 64;

  private Powers() {}

  static Tensor pow(Tensor base, Tensor exponent) {
    if (!base.dtype().isFloat() && !exponent.dtype().isFloat()) {
      throw OpError.of("pow", "base and exponent are " + base.dtype() + " and " + exponent.dtype()
          + ", one must be of a float type: call toFloat()");
    }
    return Operands.binary(BinaryOp.POW, base, exponent);
  }

  static Tensor pow(Tensor base, Number exponent) {
    double e = exponent.doubleValue();
    Tensor x = Operands.cast(base, Operands.promote(base.dtype(), exponent));
    if (!x.dtype().isFloat()) {
      return integerPow(x, exponent.longValue());
    }
    if (e == 0.5) {
      return x.sqrt();
    } else if (e == -0.5) {
      return x.rsqrt();
    } else if (e == -1) {
      return x.reciprocal();
    } else if (e == -2) {
      return x.square().reciprocal();
    } else if (e == 0 || e == 1 || e == 2 || e == 3 || e == 4) {
      return multiply(x, (long) e);
    }
    return Operands.binary(BinaryOp.POW, x, exponent);
  }

  private static Tensor integerPow(Tensor x, long exponent) {
    if (exponent < 0 || exponent > LARGEST_UNROLLED) {
      throw OpError.of("pow", "exponent " + exponent + " of " + x.dtype() + " is not in 0 to " + LARGEST_UNROLLED
          + ": call toFloat()");
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
