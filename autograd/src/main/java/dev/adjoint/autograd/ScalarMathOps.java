package dev.adjoint.autograd;

import dev.adjoint.Tensor;

/** Functions of one {@link Scalar}, with the values and gradients of those of {@link Tensor}. */
public sealed interface ScalarMathOps permits Scalar {
  /** The negative value. */
  default Scalar neg() {
    return ((Scalar) this).map(Tensor::neg);
  }

  /** The absolute value. */
  default Scalar abs() {
    return ((Scalar) this).map(Tensor::abs);
  }

  /** -1, 0 or 1 by the sign. */
  default Scalar sign() {
    return ((Scalar) this).map(Tensor::sign);
  }

  /** The square. */
  default Scalar square() {
    return ((Scalar) this).map(Tensor::square);
  }

  /** The square root; NaN below 0. */
  default Scalar sqrt() {
    return ((Scalar) this).map(Tensor::sqrt);
  }

  /** One over the square root. */
  default Scalar rsqrt() {
    return ((Scalar) this).map(Tensor::rsqrt);
  }

  /** One over the value. */
  default Scalar reciprocal() {
    return ((Scalar) this).map(Tensor::reciprocal);
  }

  /** e to the power of the value. */
  default Scalar exp() {
    return ((Scalar) this).map(Tensor::exp);
  }

  /** 2 to the power of the value. */
  default Scalar exp2() {
    return ((Scalar) this).map(Tensor::exp2);
  }

  /** {@code exp(x) - 1}, exact near 0. */
  default Scalar expm1() {
    return ((Scalar) this).map(Tensor::expm1);
  }

  /** The natural logarithm; NaN below 0. */
  default Scalar log() {
    return ((Scalar) this).map(Tensor::log);
  }

  /** The logarithm to base 2. */
  default Scalar log2() {
    return ((Scalar) this).map(Tensor::log2);
  }

  /** The logarithm to base 10. */
  default Scalar log10() {
    return ((Scalar) this).map(Tensor::log10);
  }

  /** {@code log(1 + x)}, exact near 0. */
  default Scalar log1p() {
    return ((Scalar) this).map(Tensor::log1p);
  }

  /** The sine of an angle in radians. */
  default Scalar sin() {
    return ((Scalar) this).map(Tensor::sin);
  }

  /** The cosine of an angle in radians. */
  default Scalar cos() {
    return ((Scalar) this).map(Tensor::cos);
  }

  /** The tangent of an angle in radians. */
  default Scalar tan() {
    return ((Scalar) this).map(Tensor::tan);
  }

  /** The inverse sine; NaN outside [-1, 1]. */
  default Scalar asin() {
    return ((Scalar) this).map(Tensor::asin);
  }

  /** The inverse cosine; NaN outside [-1, 1]. */
  default Scalar acos() {
    return ((Scalar) this).map(Tensor::acos);
  }

  /** The inverse tangent. */
  default Scalar atan() {
    return ((Scalar) this).map(Tensor::atan);
  }

  /** The hyperbolic sine. */
  default Scalar sinh() {
    return ((Scalar) this).map(Tensor::sinh);
  }

  /** The hyperbolic cosine. */
  default Scalar cosh() {
    return ((Scalar) this).map(Tensor::cosh);
  }

  /** The hyperbolic tangent. */
  default Scalar tanh() {
    return ((Scalar) this).map(Tensor::tanh);
  }

  /** The inverse hyperbolic sine. */
  default Scalar asinh() {
    return ((Scalar) this).map(Tensor::asinh);
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  default Scalar acosh() {
    return ((Scalar) this).map(Tensor::acosh);
  }

  /** The inverse hyperbolic tangent; NaN outside [-1, 1]. */
  default Scalar atanh() {
    return ((Scalar) this).map(Tensor::atanh);
  }

  /** The next integer up. */
  default Scalar ceil() {
    return ((Scalar) this).map(Tensor::ceil);
  }

  /** The next integer down. */
  default Scalar floor() {
    return ((Scalar) this).map(Tensor::floor);
  }

  /** The nearest integer, halves to even. */
  default Scalar round() {
    return ((Scalar) this).map(Tensor::round);
  }

  /** The value without its fraction. */
  default Scalar trunc() {
    return ((Scalar) this).map(Tensor::trunc);
  }

  /** The error function. */
  default Scalar erf() {
    return ((Scalar) this).map(Tensor::erf);
  }

  /** One minus the error function, exact for large values. */
  default Scalar erfc() {
    return ((Scalar) this).map(Tensor::erfc);
  }

  /** The logistic function, {@code 1 / (1 + exp(-x))}. */
  default Scalar sigmoid() {
    return ((Scalar) this).map(Tensor::sigmoid);
  }

  /** The value where it is positive, 0 elsewhere. */
  default Scalar relu() {
    return ((Scalar) this).map(Tensor::relu);
  }

  /** The logarithm of the absolute value of the gamma function. */
  default Scalar lgamma() {
    return ((Scalar) this).map(Tensor::lgamma);
  }

  /** The derivative of {@link #lgamma}. */
  default Scalar digamma() {
    return ((Scalar) this).map(Tensor::digamma);
  }
}
