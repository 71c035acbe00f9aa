package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.function.UnaryOperator;

/** An inner module with a shortcut around it: {@code y = x + inner(x)}. */
public final class Residual extends Module {
  private final Module inner;

  /** A shortcut around a module or function that keeps the shape. */
  public Residual(UnaryOperator<Tensor> inner) {
    this.inner = Lambda.of(inner);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = inner.apply(x);
    if (!y.shape().equals(x.shape())) {
      throw OpError.of(
          "residual", "the inner module turns shape " + x.shape() + " into " + y.shape());
    }
    return x.add(y);
  }
}
