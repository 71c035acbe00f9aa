package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** All axes from a first one on as one axis: [n, c, h, w] becomes [n, c * h * w]. */
public final class Flatten extends Module {
  private final int start;

  /** Flattens all axes but the batch axis. */
  public Flatten() {
    this(1);
  }

  /** Flattens all axes from {@code start} on. */
  public Flatten(int start) {
    this.start = start;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.flatten(start, -1);
  }
}
