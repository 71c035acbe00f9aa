package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;

/**
 * Images of another size, by bilinear interpolation; what is made smaller is smoothed before, as PIL and torchvision do.
 *
 * <p>A pixel is a mean of those below a triangle, which is as wide as two pixels of the result, or of the image if those are
 * wider. The weights make a matrix for each axis, and images are multiplied by both, the columns first. Bytes are rounded once
 * at the end; PIL rounds between the axes too, so it may differ by one.
 */
public final class Resize extends ImageTransform {
  private final int height;
  private final int width;
  private final boolean shorter;
  private boolean antialias = true;

  /**
   * A resizing of the shorter edge; the longer one keeps its ratio, rounded down.
   *
   * @throws IllegalArgumentException if the size is not positive
   */
  public Resize(int size) {
    super("resize");
    this.height = positive("the size", size);
    this.width = size;
    this.shorter = true;
  }

  /**
   * A resizing to a height and a width.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public Resize(int height, int width) {
    super("resize");
    this.height = positive("the height", height);
    this.width = positive("the width", width);
    this.shorter = false;
  }

  /** Sets whether images are smoothed before they are made smaller, which is so unless this says otherwise. */
  public Resize antialias(boolean on) {
    antialias = on;
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    int fromHeight = x.dim(2);
    int fromWidth = x.dim(3);
    boolean tall = fromHeight > fromWidth;
    int toHeight = shorter && tall ? longer(height, fromHeight, fromWidth) : height;
    int toWidth = shorter && !tall ? longer(width, fromWidth, fromHeight) : width;
    if (toHeight == fromHeight && toWidth == fromWidth) {
      return x;
    }
    return inFloats(
        x,
        images ->
            antialias
                ? weighted(images, toHeight, toWidth)
                : images.interpolate(new int[] {toHeight, toWidth}, "bilinear"));
  }

  private static int longer(int size, int fromLonger, int fromShorter) {
    return (int) ((long) size * fromLonger / fromShorter);
  }

  private static Tensor weighted(Tensor x, int toHeight, int toWidth) {
    Tensor y = x;
    if (toWidth != x.dim(3)) {
      y = y.matmul(weights(x, x.dim(3), toWidth).t());
    }
    if (toHeight != x.dim(2)) {
      y = weights(x, x.dim(2), toHeight).matmul(y);
    }
    return y;
  }

  /** The weights [to, from] of the pixels along an axis. */
  private static Tensor weights(Tensor x, int from, int to) {
    double[] weights = new double[Math.multiplyExact(to, from)];
    double scale = (double) from / to;
    double radius = Math.max(1, scale);
    for (int i = 0; i < to; i++) {
      double center = scale * (i + 0.5);
      int first = Math.max(0, (int) (center - radius + 0.5));
      int end = Math.min(from, (int) (center + radius + 0.5));
      double sum = 0;
      for (int j = first; j < end; j++) {
        double weight = Math.max(0, 1 - Math.abs(j + 0.5 - center) / radius);
        weights[i * from + j] = weight;
        sum += weight;
      }
      for (int j = first; j < end; j++) {
        weights[i * from + j] /= sum;
      }
    }
    return constant(x, weights, to, from);
  }
}
