package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A number within a {@link ScalarFunction}: an element of an argument, or a value computed from elements at one index or from the
 * rows that they belong to.
 *
 * <p>Its functions have the values and gradients of those of {@link Tensor} with the same names.
 */
public final class Scalar implements ScalarMathOps {
  private final Tensor value;
  private final boolean ofRow;

  /**
   * A number.
   *
   * @param value for all indices
   * @param ofRow whether it is the same along the last axis, which has size 1 then
   */
  Scalar(Tensor value, boolean ofRow) {
    this.value = value;
    this.ofRow = ofRow;
  }

  Tensor value() {
    return value;
  }

  boolean ofRow() {
    return ofRow;
  }

  /** A number that is the same at every index: what a sum begins with. */
  public Scalar like(double number) {
    return map(x -> Tensors.fullLike(x, number));
  }

  /** The sum. */
  public Scalar add(Scalar other) {
    return with(other, Tensor::add);
  }

  /** The sum with a number. */
  public Scalar add(double other) {
    return map(x -> x.add(other));
  }

  /** The difference. */
  public Scalar sub(Scalar other) {
    return with(other, Tensor::sub);
  }

  /** The difference to a number. */
  public Scalar sub(double other) {
    return map(x -> x.sub(other));
  }

  /** The product. */
  public Scalar mul(Scalar other) {
    return with(other, Tensor::mul);
  }

  /** The product with a number. */
  public Scalar mul(double other) {
    return map(x -> x.mul(other));
  }

  /** The quotient. */
  public Scalar div(Scalar other) {
    return with(other, Tensor::div);
  }

  /** The quotient by a number. */
  public Scalar div(double other) {
    return map(x -> x.div(other));
  }

  /** The remainder with the sign of the divisor. */
  public Scalar remainder(Scalar other) {
    return with(other, Tensor::remainder);
  }

  /** The remainder with the sign of a number. */
  public Scalar remainder(double other) {
    return map(x -> x.remainder(other));
  }

  /** The remainder with the sign of this. */
  public Scalar fmod(Scalar other) {
    return with(other, Tensor::fmod);
  }

  /** The remainder by a number, with the sign of this. */
  public Scalar fmod(double other) {
    return map(x -> x.fmod(other));
  }

  /** The power. */
  public Scalar pow(Scalar other) {
    return with(other, Tensor::pow);
  }

  /** The power to a number. */
  public Scalar pow(double other) {
    return map(x -> x.pow(other));
  }

  /** The smaller value; NaN if either is. Equal ones share the gradient. */
  public Scalar min(Scalar other) {
    return with(other, Tensor::minimum);
  }

  /** The smaller of this and a number. */
  public Scalar min(double other) {
    return map(x -> x.minimum(other));
  }

  /** The larger value; NaN if either is. Equal ones share the gradient. */
  public Scalar max(Scalar other) {
    return with(other, Tensor::maximum);
  }

  /** The larger of this and a number. */
  public Scalar max(double other) {
    return map(x -> x.maximum(other));
  }

  /** A number minus this. */
  public Scalar rsub(double number) {
    return map(x -> x.rsub(number));
  }

  /** A number divided by this. */
  public Scalar rdiv(double number) {
    return map(x -> x.rdiv(number));
  }

  /** A number to the power of this. */
  public Scalar rpow(double base) {
    return map(x -> x.rpow(base));
  }

  /** The angle of the point (other, this) in (-pi, pi]. */
  public Scalar atan2(Scalar other) {
    return with(other, Tensor::atan2);
  }

  /** {@code this * factor + summand}, rounded once. */
  public Scalar fma(Scalar factor, Scalar summand) {
    return new Scalar(
        value.fma(factor.value, summand.value), ofRow && factor.ofRow && summand.ofRow);
  }

  /** Whether this equals another. */
  public Condition eq(Scalar other) {
    return new Condition(with(other, Tensor::eq));
  }

  /** Whether this equals a number. */
  public Condition eq(double other) {
    return new Condition(map(x -> x.eq(other)));
  }

  /** Whether this differs from another. */
  public Condition ne(Scalar other) {
    return new Condition(with(other, Tensor::ne));
  }

  /** Whether this differs from a number. */
  public Condition ne(double other) {
    return new Condition(map(x -> x.ne(other)));
  }

  /** Whether this is below another. */
  public Condition lt(Scalar other) {
    return new Condition(with(other, Tensor::lt));
  }

  /** Whether this is below a number. */
  public Condition lt(double other) {
    return new Condition(map(x -> x.lt(other)));
  }

  /** Whether this is at most another. */
  public Condition le(Scalar other) {
    return new Condition(with(other, Tensor::le));
  }

  /** Whether this is at most a number. */
  public Condition le(double other) {
    return new Condition(map(x -> x.le(other)));
  }

  /** Whether this is above another. */
  public Condition gt(Scalar other) {
    return new Condition(with(other, Tensor::gt));
  }

  /** Whether this is above a number. */
  public Condition gt(double other) {
    return new Condition(map(x -> x.gt(other)));
  }

  /** Whether this is at least another. */
  public Condition ge(Scalar other) {
    return new Condition(with(other, Tensor::ge));
  }

  /** Whether this is at least a number. */
  public Condition ge(double other) {
    return new Condition(map(x -> x.ge(other)));
  }

  Scalar map(UnaryOperator<Tensor> f) {
    return new Scalar(f.apply(value), ofRow);
  }

  Scalar with(Scalar other, BinaryOperator<Tensor> f) {
    return new Scalar(f.apply(value, other.value), ofRow && other.ofRow);
  }
}
