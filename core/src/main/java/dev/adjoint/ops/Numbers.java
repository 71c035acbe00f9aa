package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Divisors of integers, and neighbours of floats. */
public final class Numbers {
  private Numbers() {}

  public static Tensor gcd(Tensor x, Tensor y) {
    Operands.Aligned both = integers("gcd", x, y);
    return Operands.cast(
        divisor(wide(both.a()), wide(both.b()), both.a().dtype()), both.a().dtype());
  }

  public static Tensor lcm(Tensor x, Tensor y) {
    Operands.Aligned both = integers("lcm", x, y);
    Tensor a = wide(both.a());
    Tensor b = wide(both.b());
    DType dtype = both.a().dtype();
    Tensor divisor = divisor(a, b, dtype);
    return Operands.cast(a.floorDiv(divisor.eq(0).where(1, divisor)).mul(b).abs(), dtype);
  }

  /** Integers in a type that has their differences and products, but for i32 and i64. */
  private static Tensor wide(Tensor x) {
    return Operands.cast(x, x.dtype().register());
  }

  private static Operands.Aligned integers(String op, Tensor x, Tensor y) {
    Operands.Aligned both = Operands.align(op, x, y, false);
    if (!both.a().dtype().isInteger()) {
      throw OpError.of(op, "defined for integers, not " + both.a().dtype());
    }
    return both;
  }

  /**
   * The binary algorithm, which vectors can do: with b odd, an even a is halved, and of two odd numbers the half of their
   * difference and the smaller one have the same divisor. Each step halves the product of both at least.
   *
   * @param dtype a type that has all elements
   */
  private static Tensor divisor(Tensor x, Tensor y, DType dtype) {
    Tensor a = x.abs();
    Tensor b = y.abs();
    Tensor any = a.bitwiseOr(b);
    Tensor lowest = any.bitwiseAnd(any.neg());
    Tensor twos = lowest.eq(0).where(1, lowest);
    Tensor first = a.floorDiv(twos);
    Tensor second = b.floorDiv(twos);
    Tensor ready = second.bitwiseAnd(1).ne(0);
    Tensor even = ready.where(first, second);
    Tensor odd = ready.where(second, first);
    int steps = 16 * dtype.bytes();
    for (int i = 0; i < steps; i++) {
      Tensor both = even.bitwiseAnd(1).ne(0);
      Tensor half = both.where(even.sub(odd).abs(), even).shiftRight(1);
      odd = both.where(even.minimum(odd), odd);
      even = half;
    }
    // The least integer has no absolute value.
    return odd.mul(twos).abs();
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
