package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.ShapeMath;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A transform along an axis of tensors of one shape.
 *
 * @param op the name of the function, for errors
 * @param like a tensor of the shape
 * @param size how many elements along the axis count: others are cut off, missing ones are 0
 */
record Along(String op, Tensor like, int size, int axis) {
  /** A transform along the last axis. */
  static Along of(String op, Tensor x) {
    return of(op, x, size(op, x, -1), -1);
  }

  /** A transform along an axis; without a size, of all elements. */
  static Along of(String op, Tensor x, @Nullable Integer n, int axis) {
    int size = n == null ? size(op, x, axis) : n;
    if (size < 1) {
      throw OpError.of(op, "needs at least one element along an axis, not " + size);
    }
    return new Along(op, floating(op, x), size, x.shape().axis(axis, op));
  }

  /** The size of an axis. */
  static int size(String op, Tensor x, int axis) {
    return x.dim(x.shape().axis(axis, op));
  }

  private static Tensor floating(String op, Tensor x) {
    Tensor values = Operands.floating(x);
    if (values.dtype() != DType.F32 && values.dtype() != DType.F64) {
      throw OpError.of(op, "defined for f32 and f64, not " + x.dtype());
    }
    return values;
  }

  ComplexTensor complex(ComplexTensor x, @Nullable String norm, boolean inverse) {
    double scale = scale(size, norm, inverse);
    ComplexTensor numbers = x.each(this::lined);
    // To swap the parts before and after a transform makes it the inverse one.
    ComplexTensor results =
        inverse
            ? Transform.complex(numbers.imag(), numbers.real())
            : Transform.complex(numbers.real(), numbers.imag());
    return (inverse ? new ComplexTensor(results.imag(), results.real()) : results)
        .each(restored(scale));
  }

  /** All results for the real numbers that this is like. */
  ComplexTensor fromReal(@Nullable String norm, boolean inverse) {
    return scaled(Transform.allOfReal(lined(like)), norm, inverse);
  }

  /** Half of the results for the real numbers that this is like. */
  ComplexTensor halfFromReal(@Nullable String norm, boolean inverse) {
    return scaled(Transform.ofReal(lined(like)), norm, inverse);
  }

  private ComplexTensor scaled(ComplexTensor ofReal, @Nullable String norm, boolean inverse) {
    return (inverse ? ofReal.conj() : ofReal).each(restored(scale(size, norm, inverse)));
  }

  /** The n real results for numbers of which half are given. */
  Tensor toReal(ComplexTensor half, int n, @Nullable String norm, boolean inverse) {
    if (n < 1) {
      throw OpError.of(op, "needs at least one element along an axis, not " + n);
    }
    return restored(scale(n, norm, inverse)).apply(Transform.toReal(half.each(this::lined), n));
  }

  /** A tensor as [outer, size, inner]. */
  private Tensor lined(Tensor x) {
    int[] dims = x.shape().dims();
    int n = dims[axis];
    Tensor part = n > size ? x.narrow(axis, 0, size) : x;
    Tensor lines = part.reshape(Shape.of(product(dims, 0, axis), Math.min(n, size), inner()));
    return n < size ? lines.pad(0, 0, 0, size - n) : lines;
  }

  private UnaryOperator<Tensor> restored(double scale) {
    return lines -> {
      Tensor scaled = scale == 1 ? lines : lines.mul(scale);
      return scaled.reshape(like.shape().with(axis, lines.dim(1)));
    };
  }

  private int inner() {
    int[] dims = like.shape().dims();
    return product(dims, axis + 1, dims.length);
  }

  private int product(int[] dims, int from, int to) {
    return ShapeMath.size(op, Axes.product(Arrays.copyOfRange(dims, from, to)));
  }

  private double scale(int n, @Nullable String norm, boolean inverse) {
    return switch (Objects.requireNonNullElse(norm, "backward")) {
      case "backward" -> inverse ? 1.0 / n : 1;
      case "ortho" -> 1 / Math.sqrt(n);
      case "forward" -> inverse ? 1 : 1.0 / n;
      default ->
          throw OpError.of(
              op, "no norm \"" + norm + "\": it must be \"backward\", \"ortho\" or \"forward\"");
    };
  }
}
