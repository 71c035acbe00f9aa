package dev.adjoint;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.ops.Operands;

/** Comparisons and tests of each element, giving bool. Comparisons with NaN are false, except {@link #ne}. */
public sealed interface ComparisonOps permits Tensor {
  /** Whether this equals another tensor's element. */
  default Tensor eq(Tensor other) {
    return Operands.binary(BinaryOp.EQ, (Tensor) this, other);
  }

  /** Whether this equals a number. */
  default Tensor eq(Number other) {
    return Operands.binary(BinaryOp.EQ, (Tensor) this, other);
  }

  /** Whether this differs from another tensor's element. */
  default Tensor ne(Tensor other) {
    return Operands.binary(BinaryOp.NE, (Tensor) this, other);
  }

  /** Whether this differs from a number. */
  default Tensor ne(Number other) {
    return Operands.binary(BinaryOp.NE, (Tensor) this, other);
  }

  /** Whether this is less than another tensor's element. */
  default Tensor lt(Tensor other) {
    return Operands.binary(BinaryOp.LT, (Tensor) this, other);
  }

  /** Whether this is less than a number. */
  default Tensor lt(Number other) {
    return Operands.binary(BinaryOp.LT, (Tensor) this, other);
  }

  /** Whether this is at most another tensor's element. */
  default Tensor le(Tensor other) {
    return Operands.binary(BinaryOp.LE, (Tensor) this, other);
  }

  /** Whether this is at most a number. */
  default Tensor le(Number other) {
    return Operands.binary(BinaryOp.LE, (Tensor) this, other);
  }

  /** Whether this is greater than another tensor's element. */
  default Tensor gt(Tensor other) {
    return Operands.binary(BinaryOp.GT, (Tensor) this, other);
  }

  /** Whether this is greater than a number. */
  default Tensor gt(Number other) {
    return Operands.binary(BinaryOp.GT, (Tensor) this, other);
  }

  /** Whether this is at least another tensor's element. */
  default Tensor ge(Tensor other) {
    return Operands.binary(BinaryOp.GE, (Tensor) this, other);
  }

  /** Whether this is at least a number. */
  default Tensor ge(Number other) {
    return Operands.binary(BinaryOp.GE, (Tensor) this, other);
  }

  /** Whether the value is NaN; false for integers. */
  default Tensor isNan() {
    return test(UnaryOp.IS_NAN);
  }

  /** Whether the value is infinite; false for integers. */
  default Tensor isInf() {
    return test(UnaryOp.IS_INF);
  }

  /** Whether the value is neither NaN nor infinite; true for integers. */
  default Tensor isFinite() {
    return test(UnaryOp.IS_FINITE);
  }

  /** Whether two values are close, with the tolerances 1e-5 relative and 1e-8 absolute. */
  default Tensor isClose(Tensor other) {
    return isClose(other, 1e-5, 1e-8);
  }

  /** Whether two values are close, and none is NaN, see {@link #isClose(Tensor, double, double, boolean)}. */
  default Tensor isClose(Tensor other, double relative, double absolute) {
    return isClose(other, relative, absolute, false);
  }

  /**
   * Whether {@code |a - b| <= absolute + relative * |b|}; infinities are close only to themselves, NaN only if asked
   * for.
   */
  default Tensor isClose(Tensor other, double relative, double absolute, boolean equalNan) {
    Operands.Aligned both = Operands.align("isClose", (Tensor) this, other, false);
    DType dtype = both.a().dtype();
    DType exact = dtype.isFloat() ? dtype.register() : DType.F64;
    Tensor a = both.a().to(exact);
    Tensor b = both.b().to(exact);
    Tensor distance = a.sub(b).abs();
    Tensor near = distance.isFinite().logicalAnd(distance.le(b.abs().mul(relative).add(absolute)));
    Tensor close = a.eq(b).logicalOr(near);
    return equalNan ? close.logicalOr(a.isNan().logicalAnd(b.isNan())) : close;
  }

  private Tensor test(UnaryOp f) {
    Tensor x = (Tensor) this;
    return x.dtype().isFloat()
        ? Operands.unary(f, x)
        : Operands.like(OpError.name(f), f == UnaryOp.IS_FINITE ? 1 : 0, DType.BOOL, x);
  }
}
