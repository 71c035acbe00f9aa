package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * What random affine maps share: a shear, a rotation, a scaling and a shift of each image, as {@code
 * torchvision.transforms.functional.affine} composes them, and how images are read under the map.
 */
abstract class AffineTransform extends RandomTransform {
  /** The least angle of a rotation. */
  final double low;

  /** The greatest one. */
  final double high;

  private String mode = "nearest";
  private double fill;
  private double @Nullable [] center;

  /** Rotations by at most so many degrees in both directions. */
  AffineTransform(String op, double degrees) {
    super(op);
    requireRange("the degrees", 0, degrees, 0);
    low = -degrees;
    high = degrees;
  }

  /** Rotations by angles in a range of degrees. */
  AffineTransform(String op, double low, double high) {
    super(op);
    requireRange("the degrees", low, high, -Double.MAX_VALUE);
    this.low = low;
    this.high = high;
  }

  final void setInterpolation(String interpolation) {
    if (!interpolation.equals("nearest") && !interpolation.equals("bilinear")) {
      throw OpError.of(
          op(), "there is no interpolation \"" + interpolation + "\": nearest, bilinear");
    }
    mode = interpolation;
  }

  final void setFill(double value) {
    fill = value;
  }

  final void setCenter(double x, double y) {
    center = new double[] {x, y};
  }

  /** The same number (f32) for each image, [n]. */
  static Tensor constant(Tensor x, double value) {
    return Tensors.full(Shape.of(x.dim(0)), value, DType.F32, x.device());
  }

  /**
   * Images under maps. All but the images are vectors [n], with angles in degrees and shifts in pixels.
   *
   * @param angle of a rotation clockwise
   * @param shiftX to the right
   * @param shiftY down
   * @param scale the factor of the size
   * @param shearX the angle of the shear along x
   * @param shearY the angle of the shear along y
   */
  final Tensor map(
      Tensor images,
      Tensor angle,
      Tensor shiftX,
      Tensor shiftY,
      Tensor scale,
      Tensor shearX,
      Tensor shearY) {
    int height = images.dim(2);
    int width = images.dim(3);
    double centerX = center == null ? 0 : center[0] - width / 2.0;
    double centerY = center == null ? 0 : center[1] - height / 2.0;
    Tensor rotation = radians(angle);
    Tensor sx = radians(shearX);
    Tensor sy = radians(shearY);
    Tensor turned = rotation.sub(sy);
    Tensor a = turned.cos().div(sy.cos());
    Tensor b = a.mul(sx.tan()).add(rotation.sin()).neg();
    Tensor c = turned.sin().div(sy.cos());
    Tensor d = rotation.cos().sub(c.mul(sx.tan()));
    // A pixel of the result is read where the inverse map has it.
    Tensor xx = d.div(scale);
    Tensor xy = b.neg().div(scale);
    Tensor yx = c.neg().div(scale);
    Tensor yy = a.div(scale);
    Tensor fromX = shiftX.add(centerX).neg();
    Tensor fromY = shiftY.add(centerY).neg();
    Tensor x = xx.mul(fromX).add(xy.mul(fromY)).add(centerX);
    Tensor y = yx.mul(fromX).add(yy.mul(fromY)).add(centerY);
    // Positions of a grid go from -1 to 1 along both axes, whatever the sizes.
    double ratio = (double) height / width;
    Tensor theta =
        Tensors.stack(
                1, xx, xy.mul(ratio), x.mul(2.0 / width), yx.div(ratio), yy, y.mul(2.0 / height))
            .reshape(images.dim(0), 2, 3);
    return inFloats(images, floats -> sample(floats, theta.to(floats.dtype())));
  }

  private Tensor sample(Tensor x, Tensor theta) {
    Tensor grid = theta.affineGrid(x.shape().dims());
    // What lies outside is read as 0.
    return fill == 0 ? x.gridSample(grid, mode) : x.sub(fill).gridSample(grid, mode).add(fill);
  }

  private static Tensor radians(Tensor degrees) {
    return degrees.mul(Math.PI / 180);
  }
}
