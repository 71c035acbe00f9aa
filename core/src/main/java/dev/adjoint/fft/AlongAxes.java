package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Transforms along several axes: one after the other. */
final class AlongAxes {
  private final String op;
  private final int[] axes;
  private final int[] sizes;

  /**
   * Axes and sizes as in PyTorch: without axes they are the last ones, as many as there are sizes, or all.
   *
   * @param sizes how many elements along each axis count; -1 for all, as where no sizes are given
   */
  AlongAxes(String op, Shape shape, int @Nullable [] sizes, int @Nullable [] axes) {
    this.op = op;
    int count = axes != null ? axes.length : sizes != null ? sizes.length : shape.rank();
    if (count == 0 || count > shape.rank() || (sizes != null && sizes.length != count)) {
      throw OpError.of(
          op,
          "sizes "
              + Arrays.toString(sizes)
              + " and axes "
              + Arrays.toString(axes)
              + " do not fit shape "
              + shape);
    }
    this.axes = new int[count];
    this.sizes = new int[count];
    for (int i = 0; i < count; i++) {
      this.axes[i] = shape.axis(axes == null ? i - count : axes[i], op);
      int size = sizes == null ? -1 : sizes[i];
      this.sizes[i] = size == -1 ? shape.dim(this.axes[i]) : size;
    }
    if (Arrays.stream(this.axes).distinct().count() < count) {
      throw OpError.of(op, "axes " + Arrays.toString(axes) + " are not distinct");
    }
  }

  /** The transform along all axes. */
  ComplexTensor complex(ComplexTensor x, @Nullable String norm, boolean inverse) {
    return first(axes.length, x, norm, inverse);
  }

  private ComplexTensor first(int count, ComplexTensor x, @Nullable String norm, boolean inverse) {
    ComplexTensor result = x;
    for (int i = 0; i < count; i++) {
      result = Along.of(op, result.real(), sizes[i], axes[i]).complex(result, norm, inverse);
    }
    return result;
  }

  /** The transform of real numbers along all axes. */
  ComplexTensor ofReal(Tensor x, @Nullable String norm, boolean inverse) {
    int last = axes.length - 1;
    ComplexTensor along = Along.of(op, x, sizes[last], axes[last]).fromReal(norm, inverse);
    return first(last, along, norm, inverse);
  }

  /** The transform of real numbers; along the last axis, half of the results. */
  ComplexTensor half(Tensor x, @Nullable String norm) {
    int last = axes.length - 1;
    return first(
        last, Along.of(op, x, sizes[last], axes[last]).halfFromReal(norm, false), norm, false);
  }

  /**
   * The inverse transform whose results are real.
   *
   * @param size how many results there are along the last axis
   */
  Tensor real(ComplexTensor x, int size, @Nullable String norm) {
    int last = axes.length - 1;
    ComplexTensor half = first(last, x, norm, true);
    return Along.of(op, half.real(), size / 2 + 1, axes[last])
        .toReal(half.conj(), size, norm, true);
  }

  /** How many real results are along the last axis if nothing else is said. */
  int realSize(int @Nullable [] given) {
    int size = sizes[sizes.length - 1];
    return given == null || given[given.length - 1] == -1 ? 2 * (size - 1) : size;
  }
}
