package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** Normalisation of [n, channels, ...] by neighbouring channels, {@link Tensor#localResponseNorm}. */
public final class LocalResponseNorm extends Module {
  private final int size;
  private final double alpha;
  private final double beta;
  private final double k;

  /** Over so many channels, with alpha 1e-4, beta 0.75 and k 1. */
  public LocalResponseNorm(int size) {
    this(size, 1e-4, 0.75, 1);
  }

  /**
   * Over so many channels: {@code x / (k + alpha m)^beta} with the mean m of their squares.
   *
   * @throws IllegalArgumentException if the size is not positive
   */
  public LocalResponseNorm(int size, double alpha, double beta, double k) {
    this.size = Checks.positive("localResponseNorm", "the size", size);
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.localResponseNorm(size, alpha, beta, k);
  }

  @Override
  public String label() {
    return "LocalResponseNorm(" + size + ")";
  }
}
