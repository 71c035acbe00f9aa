package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.MatrixProducts;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Complex numbers: a tensor of real parts and one of imaginary parts. Parts of f32 are PyTorch's complex64, of f64 complex128.
 *
 * <p>Both parts are ordinary tensors, so everything runs on every device and has gradients of every order. A loss is a real
 * tensor that is computed from them, such as {@code x.abs().sum()}. {@link #each} reshapes, indexes or sums both parts alike.
 *
 * @param real the real parts
 * @param imag the imaginary parts
 */
public record ComplexTensor(Tensor real, Tensor imag) {
  /**
   * Complex numbers of two parts.
   *
   * @throws IllegalArgumentException if shapes, types or devices differ, or the type is neither f32 nor f64
   */
  public ComplexTensor {
    Graph.sameDevice("complex", real.node(), imag.node());
    if (real.dtype() != imag.dtype() || !real.shape().equals(imag.shape())) {
      throw OpError.of(
          "complex",
          "the parts differ: real "
              + real.dtype()
              + real.shape()
              + ", imaginary "
              + imag.dtype()
              + imag.shape());
    }
    requirePart("complex", real);
  }

  /** The complex numbers with given real parts and imaginary parts of 0. */
  public static ComplexTensor of(Tensor real) {
    return new ComplexTensor(real, Tensors.zerosLike(real));
  }

  /** The complex numbers with given absolute values and angles: {@code abs * (cos(angle) + i sin(angle))}. */
  public static ComplexTensor polar(Tensor abs, Tensor angle) {
    return new ComplexTensor(abs.mul(angle.cos()), abs.mul(angle.sin()));
  }

  /**
   * The complex numbers whose real and imaginary parts are the two elements of the last axis.
   *
   * @throws IllegalArgumentException if the last axis does not have two elements
   */
  public static ComplexTensor viewAsComplex(Tensor pairs) {
    if (pairs.rank() == 0 || pairs.dim(-1) != 2) {
      throw OpError.of("viewAsComplex", "the last axis must have size 2, not " + pairs.shape());
    }
    return new ComplexTensor(pairs.select(-1, 0), pairs.select(-1, 1));
  }

  /** Requires parts of f32 or f64. */
  static void requirePart(String op, Tensor part) {
    if (part.dtype() != DType.F32 && part.dtype() != DType.F64) {
      throw OpError.of(op, "the parts must be f32 or f64, not " + part.dtype());
    }
  }

  /** The parts side by side along a new last axis of size 2. */
  public Tensor viewAsReal() {
    return Tensors.stack(-1, real, imag);
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return real.shape();
  }

  /** The size of one axis; a negative axis counts from the end. */
  public int dim(int axis) {
    return real.dim(axis);
  }

  /** The number of axes. */
  public int rank() {
    return real.rank();
  }

  /** The type of the parts. */
  public DType dtype() {
    return real.dtype();
  }

  /** Where the parts live or will live. */
  public Device device() {
    return real.device();
  }

  /** Computes both parts in one go; returns this. */
  public ComplexTensor realize() {
    Tensor.realize(List.of(real, imag));
    return this;
  }

  /**
   * The same done to both parts: whatever moves elements, such as {@code x.each(part -> part.transpose(0, 1))}, and what is
   * linear with real coefficients, such as sums, conversions of the type, copies to a device.
   */
  public ComplexTensor each(UnaryOperator<Tensor> function) {
    return new ComplexTensor(function.apply(real), function.apply(imag));
  }

  /** The elements in another shape; one size may be -1. */
  public ComplexTensor reshape(int... sizes) {
    return each(part -> part.reshape(sizes));
  }

  /** Parts along axes, as {@link IndexingOps#get(Index...)}. */
  public ComplexTensor get(Index... indices) {
    return each(part -> part.get(indices));
  }

  /** The sum over axes, or of all elements. */
  public ComplexTensor sum(int... axes) {
    return each(part -> axes.length == 0 ? part.sum() : part.sum(axes));
  }

  /** {@code x + y}. */
  public ComplexTensor add(ComplexTensor other) {
    return new ComplexTensor(real.add(other.real), imag.add(other.imag));
  }

  /** {@code x - y}. */
  public ComplexTensor sub(ComplexTensor other) {
    return new ComplexTensor(real.sub(other.real), imag.sub(other.imag));
  }

  /** {@code x y}. */
  public ComplexTensor mul(ComplexTensor other) {
    return new ComplexTensor(
        real.mul(other.real).sub(imag.mul(other.imag)),
        real.mul(other.imag).add(imag.mul(other.real)));
  }

  /** The products with real numbers. */
  public ComplexTensor mul(Tensor factor) {
    return each(part -> part.mul(factor));
  }

  /** The products with a real number. */
  public ComplexTensor mul(Number factor) {
    return each(part -> part.mul(factor));
  }

  /** {@code x / y}, scaled so that squares of parts of y do not overflow. */
  public ComplexTensor div(ComplexTensor other) {
    Tensor scale = other.real.abs().maximum(other.imag.abs()).detach();
    ComplexTensor divisor = other.each(part -> part.div(scale));
    Tensor square = divisor.real.square().add(divisor.imag.square());
    return mul(divisor.conj()).each(part -> part.div(square).div(scale));
  }

  /** The quotients by real numbers. */
  public ComplexTensor div(Tensor divisor) {
    return each(part -> part.div(divisor));
  }

  /** The quotients by a real number. */
  public ComplexTensor div(Number divisor) {
    return each(part -> part.div(divisor));
  }

  /** {@code -x}. */
  public ComplexTensor neg() {
    return each(Tensor::neg);
  }

  /** The conjugates: imaginary parts with the other sign. */
  public ComplexTensor conj() {
    return new ComplexTensor(real, imag.neg());
  }

  /** The absolute values, whose gradient at 0 is 0. */
  public Tensor abs() {
    return real.hypot(imag);
  }

  /** The angles in radians from -pi to pi, whose gradient at 0 is 0. */
  public Tensor angle() {
    Tensor zero = real.eq(0).logicalAnd(imag.eq(0));
    Tensor ofZero = imag.detach().atan2(real.detach());
    return zero.where(ofZero, zero.where(1, imag).atan2(zero.where(1, real)));
  }

  /** {@code e} to the power of x. */
  public ComplexTensor exp() {
    return polar(real.exp(), imag);
  }

  /** The matrix product, with the rules of {@link LinearOps#matmul}. */
  public ComplexTensor matmul(ComplexTensor other) {
    return new ComplexTensor(
        MatrixProducts.matmul(real, other.real).sub(MatrixProducts.matmul(imag, other.imag)),
        MatrixProducts.matmul(real, other.imag).add(MatrixProducts.matmul(imag, other.real)));
  }
}
