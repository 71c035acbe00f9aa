package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** Channels as places, {@link Tensor#pixelShuffle}: [..., channels * r * r, h, w] becomes [..., channels, h * r, w * r]. */
public final class PixelShuffle extends Module {
  private final int upscaleFactor;

  /**
   * With a factor.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public PixelShuffle(int upscaleFactor) {
    this.upscaleFactor = Checks.positive("pixelShuffle", "the factor", upscaleFactor);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.pixelShuffle(upscaleFactor);
  }

  @Override
  public String label() {
    return "PixelShuffle(" + upscaleFactor + ")";
  }
}
