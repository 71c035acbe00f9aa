package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/**
 * Images under random affine maps, each under its own: a shear, a rotation, a scaling and a shift about the middle of images. A
 * positive angle turns clockwise, as in torchvision, where {@link RandomRotation} does the opposite.
 *
 * <p>Other than in torchvision, what is outside is blended with a bilinear edge once, not twice.
 */
public final class RandomAffine extends AffineTransform {
  private double shiftX;
  private double shiftY;
  private double[] scale = {1, 1};
  private double[] shear = {0, 0, 0, 0};

  /**
   * Rotations by at most so many degrees in both directions.
   *
   * @throws IllegalArgumentException if they are negative or infinite
   */
  public RandomAffine(double degrees) {
    super("randomAffine", degrees);
  }

  /**
   * Rotations by angles in a range of degrees.
   *
   * @throws IllegalArgumentException if the range is in the wrong order or infinite
   */
  public RandomAffine(double low, double high) {
    super("randomAffine", low, high);
  }

  /**
   * Sets by which fraction of their width and of their height images are shifted at most, in both directions and by whole pixels.
   *
   * @throws IllegalArgumentException if a fraction is not in [0, 1]
   */
  public RandomAffine translate(double ofWidth, double ofHeight) {
    shiftX = unit("the shift", ofWidth);
    shiftY = unit("the shift", ofHeight);
    return this;
  }

  /**
   * Sets the range of factors of the size.
   *
   * @throws IllegalArgumentException if the range is in the wrong order, or not positive
   */
  public RandomAffine scale(double smallest, double largest) {
    requireRange("the scale", smallest, largest, Double.MIN_NORMAL);
    scale = new double[] {smallest, largest};
    return this;
  }

  /**
   * Sets the angles of shears, in degrees: one number for both directions along x, or a range along x, or two ranges, along x and
   * along y.
   *
   * @throws IllegalArgumentException if there are other numbers of angles, or a range is in the wrong order
   */
  public RandomAffine shear(double... degrees) {
    double[] both =
        switch (degrees.length) {
          case 1 -> new double[] {-degrees[0], degrees[0], 0, 0};
          case 2 -> new double[] {degrees[0], degrees[1], 0, 0};
          case 4 -> degrees.clone();
          default ->
              throw OpError.of(
                  op(), "the shear is 1, 2 or 4 angles, not " + Arrays.toString(degrees));
        };
    requireRange("the shear along x", both[0], both[1], -Double.MAX_VALUE);
    requireRange("the shear along y", both[2], both[3], -Double.MAX_VALUE);
    shear = both;
    return this;
  }

  /**
   * Sets how images are read: {@code "nearest"}, which is the default, or {@code "bilinear"}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public RandomAffine interpolation(String mode) {
    setInterpolation(mode);
    return this;
  }

  /** Sets the value of what is outside of images; 0 unless this says otherwise. */
  public RandomAffine fill(double value) {
    setFill(value);
    return this;
  }

  /** Sets the center of the map, in pixels from the upper left corner; the middle of images unless this says otherwise. */
  public RandomAffine center(double x, double y) {
    setCenter(x, y);
    return this;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomAffine random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    Tensor angle = draw(x, low, high);
    double mostX = shiftX * x.dim(3);
    double mostY = shiftY * x.dim(2);
    Tensor right = draw(x, -mostX, mostX).round();
    Tensor down = draw(x, -mostY, mostY).round();
    Tensor size = draw(x, scale[0], scale[1]);
    return map(
        x, angle, right, down, size, draw(x, shear[0], shear[1]), draw(x, shear[2], shear[3]));
  }

  /** A number in a range for each image; nothing is drawn where there is one number alone. */
  private Tensor draw(Tensor x, double from, double to) {
    return from == to ? constant(x, from) : uniform(x, from, to);
  }
}
