package dev.adjoint.cuda;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution as libraries describe it, with two or three axes of windows. There is no padding: images have it in memory.
 *
 * @param precision how exact products of f32 must be at least
 * @param input images [n, channels, size...]
 * @param filter the sizes [out, channels / groups, kernel...] of the weight, which is contiguous
 * @param output images [n, out, windows...]
 * @param strides the elements from one window to the next, along each of its axes
 * @param dilations the elements from one element of a window to the next
 * @param biased whether a bias is added, which has one number for each output
 */
record ConvolutionShape(
    Pass pass,
    DType dtype,
    Precision precision,
    Image input,
    List<Integer> filter,
    Image output,
    List<Integer> strides,
    List<Integer> dilations,
    int groups,
    boolean biased)
    implements ProductShape<ConvolutionShape> {
  /** What is computed. */
  enum Pass {
    /** The output, of the weight and the input. */
    FORWARD,
    /** The gradient of the weight, of that of the output and the input. */
    WEIGHT_GRADIENT
  }

  /**
   * Images in memory.
   *
   * @param sizes along each axis
   * @param strides the distance of neighbours along each axis, in elements
   */
  record Image(List<Integer> sizes, List<Integer> strides) {}

  /**
   * The convolution that a launch of a product is, or null if it is none that can be described this way. The strides of the right
   * factor tell all of it: they lead to the same elements of memory as those that are described.
   */
  static @Nullable ConvolutionShape of(Kernel.MatMul kernel, Geometry geometry) {
    Kernel.Factor right = kernel.right();
    if (right == null || kernel.left() != null || hasNothing(geometry)) {
      return null;
    }
    return right.copies(kernel.dtype())
        ? new ConvolutionMatch(kernel, right, geometry).shape()
        : null;
  }

  private static boolean hasNothing(Geometry geometry) {
    for (int size : geometry.sizes()) {
      if (size == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public ConvolutionShape inFull() {
    return with(Precision.F32, biased);
  }

  /** Forward passes only have a bias. */
  @Override
  public @Nullable ConvolutionShape withBias(long offset) {
    return pass == Pass.FORWARD ? with(precision, true) : null;
  }

  private ConvolutionShape with(Precision precision, boolean biased) {
    return new ConvolutionShape(
        pass, dtype, precision, input, filter, output, strides, dilations, groups, biased);
  }

  @Override
  public double work() {
    double work = 1.0 * output.sizes.getFirst() * filter.getFirst();
    for (int axis = 1; axis < filter.size(); axis++) {
      work *= filter.get(axis);
    }
    for (int axis = 2; axis < output.sizes.size(); axis++) {
      work *= output.sizes.get(axis);
    }
    return work;
  }
}
