package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Tensor;

/**
 * Images turned by random angles, each by its own; a positive angle turns counter-clockwise. Images keep their size, so corners
 * are lost.
 *
 * <p>Other than in torchvision there is no {@code expand}, as the images of a batch have one size; and what is outside is blended
 * with a bilinear edge once, not twice.
 */
public final class RandomRotation extends AffineTransform {

  /**
   * Rotations by at most so many degrees in both directions.
   *
   * @throws IllegalArgumentException if they are negative or infinite
   */
  public RandomRotation(double degrees) {
    super("randomRotation", degrees);
  }

  /**
   * Rotations by angles in a range of degrees.
   *
   * @throws IllegalArgumentException if the range is in the wrong order or infinite
   */
  public RandomRotation(double low, double high) {
    super("randomRotation", low, high);
  }

  /**
   * Sets how images are read: {@code "nearest"}, which is the default, or {@code "bilinear"}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public RandomRotation interpolation(String mode) {
    setInterpolation(mode);
    return this;
  }

  /** Sets the value of what is outside of images; 0 unless this says otherwise. */
  public RandomRotation fill(double value) {
    setFill(value);
    return this;
  }

  /** Sets the center of rotation, in pixels from the upper left corner; the middle of images unless this says otherwise. */
  public RandomRotation center(double x, double y) {
    setCenter(x, y);
    return this;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomRotation random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    Tensor none = constant(x, 0);
    Tensor angle = uniform(x, low, high).neg();
    return map(x, angle, none, none, constant(x, 1), none, none);
  }
}
