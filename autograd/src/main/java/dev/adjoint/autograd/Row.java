package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;

/** The row that an element belongs to in a function of rows: folds a value of each element into one of the row. */
public final class Row {
  private final Shape shape;

  /** The rows along the last axis of a shape. */
  Row(Shape shape) {
    this.shape = shape;
  }

  /** The number of elements. */
  public int size() {
    return shape.dim(-1);
  }

  /** The sum over the row. */
  public Scalar sum(Scalar x) {
    return folded(x, value -> value.sum(-1, true));
  }

  /** The mean over the row. */
  public Scalar mean(Scalar x) {
    return folded(x, value -> value.mean(-1, true));
  }

  /** The largest value of the row; equal ones share the gradient. */
  public Scalar max(Scalar x) {
    return folded(x, value -> value.amax(-1, true));
  }

  /** The smallest value of the row; equal ones share the gradient. */
  public Scalar min(Scalar x) {
    return folded(x, value -> value.amin(-1, true));
  }

  private Scalar folded(Scalar x, UnaryOperator<Tensor> fold) {
    return new Scalar(fold.apply(x.value().broadcastTo(shape)), true);
  }
}
