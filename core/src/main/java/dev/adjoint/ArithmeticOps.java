package dev.adjoint;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Divisions;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Powers;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic of two tensors, or of a tensor and a Java number.
 *
 * <p>Shapes are broadcast and types promoted as in PyTorch. A number takes the tensor's type; a {@code double} or
 * {@code float} with an integer tensor makes both {@link Scope#dtype()}. Integers wrap.
 */
public sealed interface ArithmeticOps permits Tensor {
  /** The sum. */
  default Tensor add(Tensor other) {
    return Operands.binary(BinaryOp.ADD, (Tensor) this, other);
  }

  /**
   * {@code x + alpha * other}.
   *
   * @throws IllegalArgumentException if both are bool, or alpha is no number of the type that the sum is done in
   */
  default Tensor add(Tensor other, Number alpha) {
    return add(Operands.scaled("add", (Tensor) this, other, alpha));
  }

  /** The sum with a number. */
  default Tensor add(Number other) {
    return Operands.binary(BinaryOp.ADD, (Tensor) this, other);
  }

  /** The difference. */
  default Tensor sub(Tensor other) {
    return Operands.binary(BinaryOp.SUB, (Tensor) this, other);
  }

  /**
   * {@code x - alpha * other}.
   *
   * @throws IllegalArgumentException if both are bool, or alpha is no number of the type that the difference is done in
   */
  default Tensor sub(Tensor other, Number alpha) {
    return sub(Operands.scaled("sub", (Tensor) this, other, alpha));
  }

  /** The difference to a number. */
  default Tensor sub(Number other) {
    return Operands.binary(BinaryOp.SUB, (Tensor) this, other);
  }

  /** Another tensor minus this. */
  default Tensor rsub(Tensor other) {
    return other.sub((Tensor) this);
  }

  /** A number minus this. */
  default Tensor rsub(Number other) {
    return Operands.binary(BinaryOp.SUB, other, (Tensor) this);
  }

  /** The product, element by element. */
  default Tensor mul(Tensor other) {
    return Operands.binary(BinaryOp.MUL, (Tensor) this, other);
  }

  /** The product with a number. */
  default Tensor mul(Number other) {
    return Operands.binary(BinaryOp.MUL, (Tensor) this, other);
  }

  /** The true quotient; integers are converted to {@link Scope#dtype()}. */
  default Tensor div(Tensor other) {
    return Operands.floatBinary(BinaryOp.DIV, (Tensor) this, other);
  }

  /** The true quotient by a number; integers are converted to {@link Scope#dtype()}. */
  default Tensor div(Number other) {
    return Operands.binary(BinaryOp.DIV, Operands.floating((Tensor) this), other);
  }

  /**
   * The quotient, rounded as a mode says: {@code "floor"} is {@link #floorDiv(Tensor)}, {@code "trunc"} rounds towards 0 and
   * keeps the type of integers, null is the true quotient.
   *
   * @throws IllegalArgumentException if the mode is none of these
   */
  default Tensor div(Tensor other, @Nullable String roundingMode) {
    return Divisions.divided((Tensor) this, other, roundingMode);
  }

  /** The quotient by a number, rounded as in {@link #div(Tensor, String)}. */
  default Tensor div(Number other, @Nullable String roundingMode) {
    return Divisions.divided((Tensor) this, other, roundingMode);
  }

  /** A number divided by this. */
  default Tensor rdiv(Number other) {
    return Operands.binary(BinaryOp.DIV, other, Operands.floating((Tensor) this));
  }

  /** The quotient rounded down, as {@code //} of Python. */
  default Tensor floorDiv(Tensor other) {
    return Operands.binary(BinaryOp.FLOOR_DIV, (Tensor) this, other);
  }

  /** The quotient by a number rounded down. */
  default Tensor floorDiv(Number other) {
    return Operands.binary(BinaryOp.FLOOR_DIV, (Tensor) this, other);
  }

  /** The remainder with the sign of the divisor, as {@code %} of Python. */
  default Tensor remainder(Tensor other) {
    return Operands.binary(BinaryOp.REMAINDER, (Tensor) this, other);
  }

  /** The remainder by a number, with the sign of the number. */
  default Tensor remainder(Number other) {
    return Operands.binary(BinaryOp.REMAINDER, (Tensor) this, other);
  }

  /** The remainder with the sign of the dividend, as {@code %} of Java. */
  default Tensor fmod(Tensor other) {
    return Operands.binary(BinaryOp.FMOD, (Tensor) this, other);
  }

  /** The remainder by a number, with the sign of this. */
  default Tensor fmod(Number other) {
    return Operands.binary(BinaryOp.FMOD, (Tensor) this, other);
  }

  /**
   * The power. That of two integers is an integer and wraps; to a negative integer power, 1 and -1 are as in exact arithmetic and
   * everything else is 0.
   */
  default Tensor pow(Tensor exponent) {
    return Powers.pow(Autocast.wide((Tensor) this), exponent);
  }

  /**
   * The power; common exponents use multiplication or square roots. Integer tensors need an integer exponent from 0.
   */
  default Tensor pow(Number exponent) {
    return Powers.pow(Autocast.wide((Tensor) this), exponent);
  }

  /** A number to the power of this; of two integers as {@link #pow(Tensor)} says. */
  default Tensor rpow(Number base) {
    return Powers.pow(base, Autocast.wide((Tensor) this));
  }

  /** The angle of the point (other, this) in (-pi, pi]. */
  default Tensor atan2(Tensor other) {
    return Operands.floatBinary(BinaryOp.ATAN2, (Tensor) this, other);
  }

  /** The length {@code sqrt(a^2 + b^2)}, without overflow in between. */
  default Tensor hypot(Tensor other) {
    Operands.Aligned both = Operands.align("hypot", (Tensor) this, other, true);
    Tensor a = both.a().abs();
    Tensor b = both.b().abs();
    Tensor large = a.maximum(b);
    Tensor safe = large.eq(0).logicalOr(large.isInf()).where(1, large);
    Tensor length = large.mul(a.minimum(b).div(safe).square().add(1).sqrt());
    return a.isInf().logicalOr(b.isInf()).where(Double.POSITIVE_INFINITY, length);
  }

  /** This magnitude with the sign of another value, also of -0. */
  default Tensor copysign(Tensor other) {
    Operands.Aligned both = Operands.align("copysign", (Tensor) this, other, true);
    Tensor sign = both.b().to(both.b().dtype().register());
    DType bits = sign.dtype() == DType.F32 ? DType.I32 : DType.I64;
    Tensor magnitude = both.a().abs();
    return sign.bitcast(bits).lt(0).where(magnitude.neg(), magnitude);
  }

  /** This magnitude with the sign of a number. */
  default Tensor copysign(Number other) {
    Tensor magnitude = Operands.floating((Tensor) this).abs();
    return Math.copySign(1.0, other.doubleValue()) < 0 ? magnitude.neg() : magnitude;
  }

  /** The larger value; NaN if either is. */
  default Tensor maximum(Tensor other) {
    return Operands.binary(BinaryOp.MAXIMUM, (Tensor) this, other);
  }

  /** The larger of this and a number; NaN if either is. */
  default Tensor maximum(Number other) {
    return Operands.binary(BinaryOp.MAXIMUM, (Tensor) this, other);
  }

  /** The smaller value; NaN if either is. */
  default Tensor minimum(Tensor other) {
    return Operands.binary(BinaryOp.MINIMUM, (Tensor) this, other);
  }

  /** The smaller of this and a number; NaN if either is. */
  default Tensor minimum(Number other) {
    return Operands.binary(BinaryOp.MINIMUM, (Tensor) this, other);
  }

  /** The larger value; a NaN loses to a number. Of equal values, the first has all of the gradient. */
  default Tensor fmax(Tensor other) {
    Operands.Aligned both = Operands.align("fmax", (Tensor) this, other, false);
    Tensor a = both.a();
    Tensor b = both.b();
    return a.ge(b).logicalOr(b.isNan()).where(a, b);
  }

  /** The smaller value; a NaN loses to a number. Of equal values, the first has all of the gradient. */
  default Tensor fmin(Tensor other) {
    Operands.Aligned both = Operands.align("fmin", (Tensor) this, other, false);
    Tensor a = both.a();
    Tensor b = both.b();
    return a.le(b).logicalOr(b.isNan()).where(a, b);
  }

  /** {@code log(exp(a) + exp(b))} without overflow. */
  default Tensor logaddexp(Tensor other) {
    Operands.Aligned both = Operands.align("logaddexp", (Tensor) this, other, true);
    Tensor a = both.a();
    Tensor b = both.b();
    // Equal infinities have no difference.
    Tensor distance = a.eq(b).where(0, a.sub(b)).abs();
    return a.maximum(b).add(distance.neg().exp().log1p());
  }

  /** {@code a * log(b)}, and 0 where a is 0 and b is no NaN. */
  default Tensor xlogy(Tensor other) {
    Operands.Aligned both = Operands.align("xlogy", (Tensor) this, other, true);
    Tensor a = both.a();
    Tensor b = both.b();
    Tensor zero = a.eq(0).logicalAnd(b.le(0).logicalOr(b.eq(Double.POSITIVE_INFINITY)));
    return a.mul(zero.where(1, b).log());
  }

  /** {@code a * log(b)} for a number b, and 0 where a is 0 and b is no NaN. */
  default Tensor xlogy(Number other) {
    Tensor a = Operands.floating((Tensor) this);
    return a.xlogy(Operands.like("xlogy", other, a.dtype(), a));
  }
}
