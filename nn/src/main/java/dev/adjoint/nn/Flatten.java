package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** Several axes as one: [n, c, h, w] becomes [n, c * h * w]. */
public final class Flatten extends Module {
  private final int startDim;
  private final int endDim;

  /** Flattens all axes but the batch axis. */
  public Flatten() {
    this(1);
  }

  /** Flattens all axes from {@code startDim} on. */
  public Flatten(int startDim) {
    this(startDim, -1);
  }

  /** Flattens the axes from {@code startDim} to {@code endDim}; negative ones count from the end. */
  public Flatten(int startDim, int endDim) {
    this.startDim = startDim;
    this.endDim = endDim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.flatten(startDim, endDim);
  }

  @Override
  public String label() {
    return startDim == 1 && endDim == -1 ? "Flatten" : "Flatten(" + startDim + ", " + endDim + ")";
  }
}
