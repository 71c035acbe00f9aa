package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Transforms one after the other. */
public final class Compose implements UnaryOperator<Tensor> {
  private final List<UnaryOperator<Tensor>> transforms;

  /** Transforms in their order. */
  public Compose(List<? extends UnaryOperator<Tensor>> transforms) {
    this.transforms = List.copyOf(transforms);
  }

  /** Transforms in their order: {@code Compose.of(new Grayscale(), Images::invert, new Resize(28, 28))}. */
  @SafeVarargs
  public static Compose of(UnaryOperator<Tensor>... transforms) {
    var list = new ArrayList<UnaryOperator<Tensor>>();
    for (UnaryOperator<Tensor> transform : transforms) {
      list.add(transform);
    }
    return new Compose(list);
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor y = x;
    for (UnaryOperator<Tensor> transform : transforms) {
      y = transform.apply(y);
    }
    return y;
  }
}
