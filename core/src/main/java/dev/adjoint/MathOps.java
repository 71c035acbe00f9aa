package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.ErfInverse;
import dev.adjoint.ops.Operands;

/**
 * Scalar functions of each element.
 *
 * <p>neg, abs, sign and square keep integer types; functions with fractional values convert integers and bool to
 * {@link Scope#dtype()} first.
 */
public sealed interface MathOps permits Tensor {
  /** The negative value. */
  default Tensor neg() {
    return Operands.unary(UnaryOp.NEG, (Tensor) this);
  }

  /** The absolute value. */
  default Tensor abs() {
    return Operands.unary(UnaryOp.ABS, (Tensor) this);
  }

  /** -1, 0 or 1 by the sign; a bool stays as it is. */
  default Tensor sign() {
    Tensor x = (Tensor) this;
    return x.dtype() == DType.BOOL ? x : Operands.unary(UnaryOp.SIGN, x);
  }

  /** The square; that of bool is i64. */
  default Tensor square() {
    Tensor x = (Tensor) this;
    return Operands.unary(UnaryOp.SQUARE, x.dtype() == DType.BOOL ? x.to(DType.I64) : x);
  }

  /** The square root; NaN below 0. */
  default Tensor sqrt() {
    return Operands.floatUnary(UnaryOp.SQRT, (Tensor) this);
  }

  /** One over the square root. */
  default Tensor rsqrt() {
    return Operands.floatUnary(UnaryOp.RSQRT, Autocast.wide((Tensor) this));
  }

  /** One over the value. */
  default Tensor reciprocal() {
    return Operands.floatUnary(UnaryOp.RECIPROCAL, Autocast.wide((Tensor) this));
  }

  /** e to the power of the value. */
  default Tensor exp() {
    return Operands.floatUnary(UnaryOp.EXP, Autocast.wide((Tensor) this));
  }

  /** 2 to the power of the value. */
  default Tensor exp2() {
    return Operands.floatUnary(UnaryOp.EXP2, (Tensor) this);
  }

  /** {@code exp(x) - 1}, exact near 0. */
  default Tensor expm1() {
    return Operands.floatUnary(UnaryOp.EXPM1, Autocast.wide((Tensor) this));
  }

  /** The natural logarithm; NaN below 0. */
  default Tensor log() {
    return Operands.floatUnary(UnaryOp.LOG, Autocast.wide((Tensor) this));
  }

  /** The logarithm to base 2. */
  default Tensor log2() {
    return Operands.floatUnary(UnaryOp.LOG2, Autocast.wide((Tensor) this));
  }

  /** The logarithm to base 10. */
  default Tensor log10() {
    return Operands.floatUnary(UnaryOp.LOG10, Autocast.wide((Tensor) this));
  }

  /** {@code log(1 + x)}, exact near 0. */
  default Tensor log1p() {
    return Operands.floatUnary(UnaryOp.LOG1P, Autocast.wide((Tensor) this));
  }

  /** The sine of an angle in radians. */
  default Tensor sin() {
    return Operands.floatUnary(UnaryOp.SIN, (Tensor) this);
  }

  /** The cosine of an angle in radians. */
  default Tensor cos() {
    return Operands.floatUnary(UnaryOp.COS, (Tensor) this);
  }

  /** The tangent of an angle in radians. */
  default Tensor tan() {
    return Operands.floatUnary(UnaryOp.TAN, Autocast.wide((Tensor) this));
  }

  /** The inverse sine; NaN outside [-1, 1]. */
  default Tensor asin() {
    return Operands.floatUnary(UnaryOp.ASIN, Autocast.wide((Tensor) this));
  }

  /** The inverse cosine; NaN outside [-1, 1]. */
  default Tensor acos() {
    return Operands.floatUnary(UnaryOp.ACOS, Autocast.wide((Tensor) this));
  }

  /** The inverse tangent. */
  default Tensor atan() {
    return Operands.floatUnary(UnaryOp.ATAN, (Tensor) this);
  }

  /** The hyperbolic sine. */
  default Tensor sinh() {
    return Operands.floatUnary(UnaryOp.SINH, Autocast.wide((Tensor) this));
  }

  /** The hyperbolic cosine. */
  default Tensor cosh() {
    return Operands.floatUnary(UnaryOp.COSH, Autocast.wide((Tensor) this));
  }

  /** The hyperbolic tangent. */
  default Tensor tanh() {
    return Operands.floatUnary(UnaryOp.TANH, (Tensor) this);
  }

  /** The inverse hyperbolic sine. */
  default Tensor asinh() {
    return Operands.floatUnary(UnaryOp.ASINH, (Tensor) this);
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  default Tensor acosh() {
    return Operands.floatUnary(UnaryOp.ACOSH, (Tensor) this);
  }

  /** The inverse hyperbolic tangent; NaN outside [-1, 1]. */
  default Tensor atanh() {
    return Operands.floatUnary(UnaryOp.ATANH, (Tensor) this);
  }

  /** The next integer up; integers stay as they are. */
  default Tensor ceil() {
    return rounded(UnaryOp.CEIL);
  }

  /** The next integer down; integers stay as they are. */
  default Tensor floor() {
    return rounded(UnaryOp.FLOOR);
  }

  /** The nearest integer, halves to even; integers stay as they are. */
  default Tensor round() {
    return rounded(UnaryOp.ROUND);
  }

  /**
   * The nearest number with some decimals, halves to even; a negative number of decimals rounds to tens, hundreds and so on.
   *
   * @throws IllegalArgumentException if this is no float
   */
  default Tensor round(int decimals) {
    Tensor x = (Tensor) this;
    if (!x.dtype().isFloat()) {
      throw OpError.of("round", "only floats have decimals, not " + x.dtype());
    }
    Tensor wide = x.to(x.dtype().register());
    double unit = Math.pow(10, Math.abs(decimals));
    Tensor rounded =
        decimals < 0 ? wide.div(unit).round().mul(unit) : wide.mul(unit).round().div(unit);
    return rounded.to(x.dtype());
  }

  /** The value without its fraction; integers stay as they are. */
  default Tensor trunc() {
    return rounded(UnaryOp.TRUNC);
  }

  /** The error function. */
  default Tensor erf() {
    return Operands.floatUnary(UnaryOp.ERF, (Tensor) this);
  }

  /** One minus the error function, exact for large values. */
  default Tensor erfc() {
    return Operands.floatUnary(UnaryOp.ERFC, (Tensor) this);
  }

  /** The fraction, with the sign of the value: {@code x - trunc(x)}. */
  default Tensor frac() {
    Tensor x = (Tensor) this;
    return x.sub(x.trunc());
  }

  /** The inverse of the error function; infinite at -1 and 1, NaN beyond. */
  default Tensor erfinv() {
    return ErfInverse.of(Operands.floating((Tensor) this));
  }

  /** The inverse of the logistic function, {@code log(x / (1 - x))}. */
  default Tensor logit() {
    Tensor x = Operands.floating((Tensor) this);
    // Near 1/2 the logarithms cancel. What is not taken stays finite, or its gradient would be 0
    // times infinity.
    Tensor isMiddle = x.ge(0.25).logicalAnd(x.le(0.75));
    Tensor middle = isMiddle.where(x, 0.5);
    Tensor outer = isMiddle.where(0.25, x);
    return isMiddle.where(
        middle.mul(2).sub(1).atanh().mul(2), outer.log().sub(outer.neg().log1p()));
  }

  /** The inverse of the logistic function of the value clamped to [eps, 1 - eps]. */
  default Tensor logit(double eps) {
    return Operands.floating((Tensor) this).clamp(eps, 1 - eps).logit();
  }

  private Tensor rounded(UnaryOp f) {
    Tensor x = (Tensor) this;
    return x.dtype().isInteger() ? x : Operands.unary(f, x);
  }
}
