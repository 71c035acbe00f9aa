package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Divisors of integers, and neighbours of floats. */
public final class Numbers {
  private Numbers() {}

  public static Tensor gcd(Tensor x, Tensor y) {
    Operands.Aligned both = integers("gcd", x, y);
    return divisor(both.a().abs(), both.b().abs());
  }

  public static Tensor lcm(Tensor x, Tensor y) {
    Operands.Aligned both = integers("lcm", x, y);
    Tensor divisor = divisor(both.a().abs(), both.b().abs());
    return both.a().floorDiv(divisor.eq(0).where(1, divisor)).mul(both.b()).abs();
  }

  private static Operands.Aligned integers(String op, Tensor x, Tensor y) {
    Operands.Aligned both = Operands.align(op, x, y, false);
    if (!both.a().dtype().isInteger()) {
      throw OpError.of(op, "defined for integers, not " + both.a().dtype());
    }
    return both;
  }

  /**
   * Euclid's algorithm, with as many divisions as it takes for any two numbers: of those below the n-th Fibonacci number it takes
   * n, and these grow by 1.618 = 2^(1 / 1.44).
   */
  private static Tensor divisor(Tensor a, Tensor b) {
    int bits = 8 * a.dtype().bytes() - (a.dtype().isSigned() ? 1 : 0);
    int divisions = (int) Math.ceil(1.4405 * bits) + 2;
    Tensor next = a;
    Tensor divisor = b;
    for (int i = 0; i < divisions; i++) {
      Tensor zero = divisor.eq(0);
      Tensor rest = zero.where(next, next.fmod(zero.where(1, divisor)));
      next = divisor;
      divisor = rest;
    }
    return next.maximum(divisor);
  }

  /** Floats of one sign are in the order of their bits. */
  public static Tensor nextafter(Tensor x, Tensor y) {
    Operands.Aligned both = Operands.align("nextafter", x, y, false);
    Tensor a = both.a();
    Tensor b = both.b();
    DType dtype = a.dtype();
    if (dtype != DType.F32 && dtype != DType.F64) {
      throw OpError.of("nextafter", "defined for f32 and f64, not " + dtype);
    }
    DType bits = dtype == DType.F32 ? DType.I32 : DType.I64;
    Tensor outwards = a.gt(0).eq(b.gt(a));
    Tensor pattern = a.bitcast(bits);
    Tensor next = outwards.where(pattern.add(1), pattern.sub(1)).bitcast(dtype);
    Tensor least = Operands.like("nextafter", 1, bits, a).bitcast(dtype);
    Tensor step = a.eq(0).where(b.gt(0).where(least, least.neg()), next);
    // An element that is its own neighbour is that of the second, which tells 0 from -0.
    return a.eq(b).where(b, a.isNan().logicalOr(b.isNan()).where(Double.NaN, step));
  }
}
