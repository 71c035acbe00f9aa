package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * A random part of each image, resized as {@link Resize} does it; another part for each image of a batch.
 *
 * <p>Ten parts are proposed, of which the first that lies within the image is taken; if none does, it is the largest part in the
 * middle whose ratio of width to height is in the range. The area is a uniform fraction of the image's, the logarithm of the
 * ratio is uniform too, and so is the place.
 */
public final class RandomResizedCrop extends RandomBox {
  private final int height;
  private final int width;
  private boolean antialias = true;

  /**
   * Squares.
   *
   * @throws IllegalArgumentException if the size is not positive
   */
  public RandomResizedCrop(int size) {
    this(size, size);
  }

  /**
   * Images of a height and a width.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public RandomResizedCrop(int height, int width) {
    super("randomResizedCrop", new double[] {0.08, 1}, new double[] {3.0 / 4, 4.0 / 3});
    this.height = positive("the height", height);
    this.width = positive("the width", width);
  }

  /**
   * Sets the fractions of the area of an image; 0.08 to 1 unless this says otherwise.
   *
   * @throws IllegalArgumentException if they are in the wrong order or not in [0, 1]
   */
  public RandomResizedCrop scale(double smallest, double largest) {
    areas(smallest, largest);
    return this;
  }

  /**
   * Sets the ratios of width to height; 3/4 to 4/3 unless this says otherwise.
   *
   * @throws IllegalArgumentException if they are in the wrong order or not positive
   */
  public RandomResizedCrop ratio(double smallest, double largest) {
    ratios(smallest, largest);
    return this;
  }

  /** Sets whether parts are smoothed before they are made smaller, which is so unless this says otherwise. */
  public RandomResizedCrop antialias(boolean on) {
    antialias = on;
    return this;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomResizedCrop random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    Parts parts = parts(x);
    return inFloats(
        x,
        images -> {
          Tensor across = weights(images, 3, parts.left, parts.width, width);
          Tensor down = weights(images, 2, parts.top, parts.height, height);
          return down.matmul(images.matmul(across.transpose(-2, -1)));
        });
  }

  /** Whole numbers (f32) for each image, [n, 1, 1, 1]. */
  record Parts(Tensor top, Tensor left, Tensor height, Tensor width) {}

  /** The parts that are drawn for the images of a batch. */
  Parts parts(Tensor x) {
    int high = x.dim(2);
    int wide = x.dim(3);
    Sides proposed = propose(x);
    Tensor fits = within(proposed.first(), wide).logicalAnd(within(proposed.second(), high));
    Tensor any = fits.any(0);
    Sides drawn = proposed.firstOf(fits);
    double middle = nearestRatio((double) wide / high);
    double middleWide = Math.min(wide, Math.rint(high * middle));
    double middleHigh = Math.min(high, Math.rint(wide / middle));
    Tensor w = any.where(drawn.first(), middleWide);
    Tensor h = any.where(drawn.second(), middleHigh);
    Tensor top = any.where(begins(x, h, high), Math.floor((high - middleHigh) / 2));
    Tensor left = any.where(begins(x, w, wide), Math.floor((wide - middleWide) / 2));
    return new Parts(perImage(top), perImage(left), perImage(h), perImage(w));
  }

  private static Tensor perImage(Tensor numbers) {
    return numbers.reshape(numbers.dim(0), 1, 1, 1);
  }

  private static Tensor within(Tensor sizes, int most) {
    return sizes.gt(0).logicalAnd(sizes.le(most));
  }

  /** The weights [n, 1, to, from] of the pixels along an axis, where a part of it becomes the result. */
  private Tensor weights(Tensor x, int axis, Tensor begin, Tensor size, int to) {
    DType dtype = x.dtype();
    Tensor results = places(x, to).reshape(1, 1, to, 1);
    Tensor pixels = places(x, x.dim(axis)).reshape(1, 1, 1, x.dim(axis)).sub(begin.to(dtype));
    Tensor length = size.to(dtype);
    Tensor ratio = length.div(to);
    Tensor distance = pixels.add(0.5).sub(results.add(0.5).mul(ratio)).abs();
    Tensor triangle = (antialias ? distance.div(ratio.clampMin(1)) : distance).rsub(1);
    Tensor inside = pixels.ge(0).logicalAnd(pixels.lt(length));
    Tensor weights = inside.where(triangle.clampMin(0), 0);
    return weights.div(weights.sum(-1, true));
  }

  private static Tensor places(Tensor x, int length) {
    return Scope.on(x.device(), () -> Tensors.arange(0, length, 1, x.dtype()));
  }
}
