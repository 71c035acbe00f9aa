package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** Places as channels, {@link Tensor#pixelUnshuffle}: [..., channels, h * r, w * r] becomes [..., channels * r * r, h, w]. */
public final class PixelUnshuffle extends Module {
  private final int downscaleFactor;

  /**
   * With a factor.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public PixelUnshuffle(int downscaleFactor) {
    this.downscaleFactor = Checks.positive("pixelUnshuffle", "the factor", downscaleFactor);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.pixelUnshuffle(downscaleFactor);
  }

  @Override
  public String label() {
    return "PixelUnshuffle(" + downscaleFactor + ")";
  }
}
