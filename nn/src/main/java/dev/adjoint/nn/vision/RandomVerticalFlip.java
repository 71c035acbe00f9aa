package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Tensor;

/** Images turned upside down with a probability, each for itself. */
public final class RandomVerticalFlip extends RandomTransform {
  private final double p;

  /** Turns every second image on average. */
  public RandomVerticalFlip() {
    this(0.5);
  }

  /**
   * Turns images with a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public RandomVerticalFlip(double p) {
    super("randomVerticalFlip");
    this.p = probability(p);
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomVerticalFlip random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    return chosen(x, p).where(x.flip(-2), x);
  }
}
