package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Tensor;

/** Images turned left to right with a probability, each for itself. */
public final class RandomHorizontalFlip extends RandomTransform {
  private final double p;

  /** Turns every second image on average. */
  public RandomHorizontalFlip() {
    this(0.5);
  }

  /**
   * Turns images with a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public RandomHorizontalFlip(double p) {
    super("randomHorizontalFlip");
    this.p = probability(p);
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomHorizontalFlip random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    return chosen(x, p).where(x.flip(-1), x);
  }
}
