package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;

/** The middle of images. Images that are smaller are surrounded by zeros; an odd pixel is at their end. */
public final class CenterCrop extends ImageTransform {
  private final int height;
  private final int width;

  /**
   * A square.
   *
   * @throws IllegalArgumentException if the size is not positive
   */
  public CenterCrop(int size) {
    this(size, size);
  }

  /**
   * A rectangle.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public CenterCrop(int height, int width) {
    super("centerCrop");
    this.height = positive("the height", height);
    this.width = positive("the width", width);
  }

  @Override
  Tensor transform(Tensor x) {
    int high = Math.max(0, height - x.dim(2));
    int wide = Math.max(0, width - x.dim(3));
    Tensor padded = x;
    if (high > 0 || wide > 0) {
      padded = x.pad(wide / 2, (wide + 1) / 2, high / 2, (high + 1) / 2);
    }
    return padded
        .narrow(2, start(padded.dim(2), height), height)
        .narrow(3, start(padded.dim(3), width), width);
  }

  /** Half of what is left, where half a pixel is rounded to an even number as in Python. */
  private static int start(int size, int cropped) {
    return (int) Math.rint((size - cropped) / 2.0);
  }
}
