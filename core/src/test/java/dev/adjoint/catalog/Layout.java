package dev.adjoint.catalog;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.function.Function;

/** How the elements of an operand lie in memory: each way makes the same values from another stored tensor. */
public enum Layout {
  /** Row-major, as stored. */
  CONTIGUOUS,
  /** The last two axes were stored in the other order. */
  TRANSPOSED,
  /** Every second element of a longer last axis. */
  STEPPED,
  /** All axes stored backwards. */
  FLIPPED,
  /** The middle of a longer first axis. */
  OFFSET,
  /** The last axis stored once and stretched, so that its elements are equal. */
  EXPANDED;

  /** Whether an operand of a shape can have this layout. */
  boolean fits(Shape shape) {
    return switch (this) {
      case CONTIGUOUS -> true;
      case TRANSPOSED -> shape.rank() >= 2;
      case STEPPED, FLIPPED, OFFSET, EXPANDED -> shape.rank() >= 1;
    };
  }

  /** The shape to store so that {@link #arrange} gives a shape. */
  Shape stored(Shape shape) {
    int rank = shape.rank();
    return switch (this) {
      case CONTIGUOUS, FLIPPED -> shape;
      case TRANSPOSED -> shape.with(rank - 1, shape.dim(-2)).with(rank - 2, shape.dim(-1));
      case STEPPED -> shape.with(rank - 1, 2 * shape.dim(-1) + 1);
      case OFFSET -> shape.with(0, shape.dim(0) + 5);
      case EXPANDED -> shape.with(rank - 1, 1);
    };
  }

  /** The view of a stored tensor that has the shape. */
  Function<Tensor, Tensor> arrange(Shape shape) {
    return switch (this) {
      case CONTIGUOUS -> x -> x;
      case TRANSPOSED -> x -> x.transpose(-2, -1);
      case STEPPED -> x -> x.slice(-1, 1, 2 * shape.dim(-1) + 1, 2);
      case FLIPPED ->
          x -> {
            int[] axes = new int[shape.rank()];
            for (int i = 0; i < axes.length; i++) {
              axes[i] = i;
            }
            return x.flip(axes);
          };
      case OFFSET -> x -> x.narrow(0, 3, shape.dim(0));
      case EXPANDED -> x -> x.broadcastTo(shape);
    };
  }
}
