package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Operands;

/** Elementwise choices, limits and blends. */
public sealed interface SelectionOps permits Tensor {
  /** The elements of {@code a} where this condition (bool) is true, of {@code b} elsewhere; all are broadcast. */
  default Tensor where(Tensor a, Tensor b) {
    return Operands.where((Tensor) this, a, b);
  }

  /** A tensor where this condition is true, a number elsewhere. */
  default Tensor where(Tensor a, Number b) {
    DType dtype = Operands.promote(a.dtype(), b);
    return Operands.where((Tensor) this, Operands.cast(a, dtype), number("where", b, dtype));
  }

  /** A number where this condition is true, a tensor elsewhere. */
  default Tensor where(Number a, Tensor b) {
    DType dtype = Operands.promote(b.dtype(), a);
    return Operands.where((Tensor) this, number("where", a, dtype), Operands.cast(b, dtype));
  }

  /**
   * One number where this condition is true, another elsewhere: i64 if both are integers, else {@link Scope#dtype()}.
   */
  default Tensor where(Number a, Number b) {
    DType dtype = Operands.promote(Operands.promote(DType.BOOL, a), b);
    return Operands.where((Tensor) this, number("where", a, dtype), number("where", b, dtype));
  }

  /** This with a number wherever a mask (bool) is true; both are broadcast to one shape. */
  default Tensor maskedFill(Tensor mask, Number value) {
    Tensor x = (Tensor) this;
    return filled(mask, number("maskedFill", value, x.dtype()));
  }

  /** This with the value of a scalar tensor wherever a mask (bool) is true; both are broadcast to one shape. */
  default Tensor maskedFill(Tensor mask, Tensor value) {
    Tensor x = (Tensor) this;
    if (value.rank() != 0) {
      throw OpError.of("maskedFill", "the value must be a scalar, not of shape " + value.shape());
    }
    return filled(mask, Operands.cast(value, x.dtype()));
  }

  /** The value limited to [min, max]; max wins if min is larger. NaN stays. */
  default Tensor clamp(Number min, Number max) {
    return clampMin(min).clampMax(max);
  }

  /** The value limited to [min, max], element by element; NaN if one of the three is. */
  default Tensor clamp(Tensor min, Tensor max) {
    return clampMin(min).clampMax(max);
  }

  /** The value, but no less than a number; NaN stays. */
  default Tensor clampMin(Number min) {
    Tensor x = (Tensor) this;
    return x.lt(min).where(min, x);
  }

  /** The value, but no less than another one; NaN if either is. */
  default Tensor clampMin(Tensor min) {
    Tensor x = (Tensor) this;
    return x.lt(min).logicalOr(min.isNan()).where(min, x);
  }

  /** The value, but no more than a number; NaN stays. */
  default Tensor clampMax(Number max) {
    Tensor x = (Tensor) this;
    return x.gt(max).where(max, x);
  }

  /** The value, but no more than another one; NaN if either is. */
  default Tensor clampMax(Tensor max) {
    Tensor x = (Tensor) this;
    return x.gt(max).logicalOr(max.isNan()).where(max, x);
  }

  /** The point at a weight on the way from this to an end: {@code x + weight * (end - x)}, exact at weights 0 and 1. */
  default Tensor lerp(Tensor end, Number weight) {
    Tensor x = (Tensor) this;
    double w = weight.doubleValue();
    Tensor way = end.sub(x);
    return w < 0.5 ? x.add(way.mul(w)) : end.sub(way.mul(1 - w));
  }

  /** The point at a weight on the way from this to an end, with a weight per element. */
  default Tensor lerp(Tensor end, Tensor weight) {
    Tensor x = (Tensor) this;
    Tensor way = end.sub(x);
    return weight.abs().lt(0.5).where(x.add(way.mul(weight)), end.sub(way.mul(weight.rsub(1))));
  }

  /** {@code x + a * b}. */
  default Tensor addcmul(Tensor a, Tensor b) {
    return ((Tensor) this).add(a.mul(b));
  }

  /** {@code x + value * a * b}. */
  default Tensor addcmul(Tensor a, Tensor b, Number value) {
    return ((Tensor) this).add(a.mul(b).mul(value));
  }

  /** {@code x + a / b}. */
  default Tensor addcdiv(Tensor a, Tensor b) {
    return ((Tensor) this).add(a.div(b));
  }

  /** {@code x + value * a / b}. */
  default Tensor addcdiv(Tensor a, Tensor b, Number value) {
    return ((Tensor) this).add(a.mul(value).div(b));
  }

  /** {@code x * factor + term}, of floats rounded only once. */
  default Tensor fma(Tensor factor, Tensor term) {
    return Operands.fma((Tensor) this, factor, term);
  }

  /** NaN replaced by 0 and the infinities by the largest and smallest finite values. */
  default Tensor nanToNum() {
    return nanToNum(0);
  }

  /** NaN replaced by a number, and the infinities by the largest and smallest finite values. */
  default Tensor nanToNum(double nan) {
    DType dtype = ((Tensor) this).dtype();
    return nanToNum(nan, dtype.max(), dtype.min());
  }

  /** NaN, positive and negative infinity replaced by numbers. */
  default Tensor nanToNum(double nan, double positive, double negative) {
    Tensor x = (Tensor) this;
    if (!x.dtype().isFloat()) {
      return x;
    }
    Tensor finite =
        x.gt(0)
            .where(
                number("nanToNum", positive, x.dtype()), number("nanToNum", negative, x.dtype()));
    return x.isNan().where(nan, x.isInf().where(finite, x));
  }

  private Tensor number(String op, Number value, DType dtype) {
    return Operands.like(op, value, dtype, (Tensor) this);
  }

  private Tensor filled(Tensor mask, Tensor value) {
    Tensor x = (Tensor) this;
    Shape shape = Shape.broadcast(mask.shape(), x.shape(), "maskedFill");
    return new Tensor(Graph.broadcast(mask.node(), shape)).where(value, x);
  }
}
