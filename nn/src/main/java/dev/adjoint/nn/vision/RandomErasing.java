package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/**
 * Images in which a rectangle is erased with a probability, another one in each image (Zhong et al. 2017, "Random Erasing Data
 * Augmentation").
 *
 * <p>Ten rectangles are proposed, of which the first that is smaller than the image is taken; if none is, the image stays as it
 * is. The area is a uniform fraction of the image's, the logarithm of the ratio of height to width is uniform too.
 */
public final class RandomErasing extends RandomBox {
  private final double p;
  private double[] value = {0};
  private boolean noise;

  /** Erases in every second image on average. */
  public RandomErasing() {
    this(0.5);
  }

  /**
   * Erases with a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public RandomErasing(double p) {
    super("randomErasing", new double[] {0.02, 0.33}, new double[] {0.3, 3.3});
    this.p = probability(p);
  }

  /**
   * Sets the fractions of the area of an image; 0.02 to 0.33 unless this says otherwise.
   *
   * @throws IllegalArgumentException if they are in the wrong order or not in [0, 1]
   */
  public RandomErasing scale(double smallest, double largest) {
    areas(smallest, largest);
    return this;
  }

  /**
   * Sets the ratios of height to width; 0.3 to 3.3 unless this says otherwise.
   *
   * @throws IllegalArgumentException if they are in the wrong order or not positive
   */
  public RandomErasing ratio(double smallest, double largest) {
    ratios(smallest, largest);
    return this;
  }

  /** Sets what is written: one number, or one for each channel; 0 unless this says otherwise. */
  public RandomErasing value(double... values) {
    if (values.length == 0) {
      throw OpError.of(op(), "needs a value");
    }
    value = values.clone();
    noise = false;
    return this;
  }

  /** Sets that standard normal noise is written: {@code value="random"} of torchvision. */
  public RandomErasing randomValue() {
    noise = true;
    return this;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomErasing random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    Sides proposed = propose(x);
    Tensor fits = proposed.first().lt(x.dim(2)).logicalAnd(proposed.second().lt(x.dim(3)));
    Sides drawn = proposed.firstOf(fits);
    Tensor erased = chosen(x, p).logicalAnd(fits.any(0).reshape(x.dim(0), 1, 1, 1));
    erased = erased.logicalAnd(within(x, 2, drawn.first()));
    erased = erased.logicalAnd(within(x, 3, drawn.second()));
    return erased.where(written(x), x);
  }

  /** Which positions along an axis lie in an interval of the given sizes [n], which begins at random. */
  private Tensor within(Tensor x, int axis, Tensor size) {
    int length = x.dim(axis);
    Tensor begin = begins(x, size, length).reshape(x.dim(0), 1, 1, 1);
    Tensor end = begin.add(size.reshape(x.dim(0), 1, 1, 1));
    int[] along = {1, 1, 1, 1};
    along[axis] = length;
    Tensor places =
        Scope.on(x.device(), () -> Tensors.arange(0, length, 1, DType.F32)).reshape(along);
    return places.ge(begin).logicalAnd(places.lt(end));
  }

  private Tensor written(Tensor x) {
    if (noise) {
      requireFloat(x);
      return source().normal(x.shape(), x.dtype(), x.device());
    }
    if (value.length != 1 && value.length != x.dim(1)) {
      throw OpError.of(op(), value.length + " values for the channels of " + x.shape());
    }
    return constant(x, value, value.length, 1, 1);
  }
}
