package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.function.UnaryOperator;

/** What transforms share: they take batches [n, channels, height, width], or one image [channels, height, width]. */
abstract class ImageTransform implements UnaryOperator<Tensor> {
  /** What errors call the transform. */
  private final String op;

  ImageTransform(String op) {
    this.op = op;
  }

  /** What errors call the transform. */
  final String op() {
    return op;
  }

  /**
   * The transformed images.
   *
   * @param x images [n, channels, height, width], or one [channels, height, width], with a pixel at least
   * @throws IllegalArgumentException if it has another rank, no pixel, or a size or type that the transform refuses
   */
  @Override
  public final Tensor apply(Tensor x) {
    if (x.rank() != 3 && x.rank() != 4) {
      throw OpError.of(
          op,
          "needs images [n, channels, height, width] or one [channels, height, width], not "
              + x.shape());
    }
    if (x.dim(-1) == 0 || x.dim(-2) == 0 || x.dim(-3) == 0) {
      throw OpError.of(op, "images of shape " + x.shape() + " have no pixels");
    }
    return x.rank() == 4 ? transform(x) : transform(x.unsqueeze(0)).squeeze(0);
  }

  /** The transformed images of a batch [n, channels, height, width]. */
  abstract Tensor transform(Tensor x);

  /** Requires floats. */
  final void requireFloat(Tensor x) {
    if (!x.dtype().isFloat()) {
      throw OpError.of(
          op, "needs floats, not " + x.dtype() + "; Images.toTensor makes them of bytes");
    }
  }

  /** Requires the channels of grey or coloured images. */
  final void requireGrayOrRgb(Tensor x) {
    if (x.dim(1) != 1 && x.dim(1) != 3) {
      throw OpError.of(op, "needs images of 1 or 3 channels, not " + x.shape());
    }
  }

  /** A function of f32 or f64 for images of floats or bytes; bytes are rounded to the nearest, and bounded. */
  final Tensor inFloats(Tensor x, UnaryOperator<Tensor> function) {
    DType dtype = x.dtype();
    if (dtype == DType.F32 || dtype == DType.F64) {
      return function.apply(x);
    }
    if (dtype.isFloat()) {
      return function.apply(x.to(DType.F32)).to(dtype);
    }
    if (dtype == DType.U8) {
      return function.apply(x.to(DType.F32)).round().clamp(0, 255).to(dtype);
    }
    throw OpError.of(op, "needs floats or u8, not " + dtype);
  }

  /** Numbers in the type and on the device of images. */
  static Tensor constant(Tensor like, double[] values, int... shape) {
    return Scope.on(
        like.device(),
        () ->
            like.dtype().isFloat()
                ? Scope.withDType(like.dtype(), () -> Tensors.of(values, shape))
                : Tensors.of(values, shape).to(like.dtype()));
  }

  /** The value, if it is above zero. */
  final int positive(String what, int value) {
    if (value <= 0) {
      throw OpError.of(op, what + " must be positive, not " + value);
    }
    return value;
  }
}
