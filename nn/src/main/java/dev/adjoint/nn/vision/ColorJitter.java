package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * Images of 0 to 1 whose brightness, contrast and saturation are multiplied by random factors, and whose hue is turned, each
 * image by its own.
 *
 * <p>With a factor f, brightness makes {@code f x} of an image x, contrast {@code f x + (1 - f) m} with the mean m of its gray
 * image, and saturation {@code f x + (1 - f) g} with its gray image g itself; the hue is turned by a part of its circle. Each is
 * bounded to 0 to 1. The order of the four is drawn once for a batch. Grey images have no saturation and no hue.
 */
public final class ColorJitter extends RandomTransform {
  private static final int KINDS = 4;
  private static final int HUE = 3;

  private final double[] lowest = new double[KINDS];
  private final double[] highest = new double[KINDS];

  /**
   * Factors from {@code max(0, 1 - b)} to {@code 1 + b} for each of these b; 0 leaves images as they are.
   *
   * @throws IllegalArgumentException if one is negative or infinite
   */
  public ColorJitter(double brightness, double contrast, double saturation) {
    this(brightness, contrast, saturation, 0);
  }

  /**
   * Factors from {@code max(0, 1 - b)} to {@code 1 + b} for each of the first three, and turns of the hue from {@code -hue} to
   * {@code hue} of its circle; 0 leaves images as they are.
   *
   * @throws IllegalArgumentException if one is negative or infinite, or the hue above 0.5
   */
  public ColorJitter(double brightness, double contrast, double saturation, double hue) {
    super("colorJitter");
    double[] most = {brightness, contrast, saturation};
    for (int i = 0; i < HUE; i++) {
      if (!(most[i] >= 0 && most[i] < Double.POSITIVE_INFINITY)) {
        throw OpError.of(
            op(),
            "brightness, contrast and saturation must not be negative, they are "
                + brightness
                + ", "
                + contrast
                + " and "
                + saturation);
      }
      lowest[i] = Math.max(0, 1 - most[i]);
      highest[i] = 1 + most[i];
    }
    if (!(hue >= 0 && hue <= 0.5)) {
      throw OpError.of(op(), "the hue must be in [0, 0.5], it is " + hue);
    }
    lowest[HUE] = -hue;
    highest[HUE] = hue;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public ColorJitter random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    requireFloat(x);
    requireGrayOrRgb(x);
    Tensor y = x;
    for (int kind : source().permutation(KINDS)) {
      if (lowest[kind] < highest[kind]) {
        Tensor factor =
            uniform(x, lowest[kind], highest[kind]).reshape(x.dim(0), 1, 1, 1).to(x.dtype());
        y = changed(kind, y, factor);
      }
    }
    return y;
  }

  private static Tensor changed(int kind, Tensor x, Tensor factor) {
    if (kind == HUE) {
      return x.dim(1) == 1 ? x : Hue.turned(x, factor);
    }
    Tensor scaled = x.mul(factor);
    if (kind == 0) {
      return scaled.clamp(0, 1);
    }
    Tensor gray = Grayscale.gray(x);
    Tensor other = kind == 1 ? gray.mean(new int[] {1, 2, 3}, true) : gray;
    return scaled.add(other.mul(factor.rsub(1))).clamp(0, 1);
  }
}
