package dev.adjoint.nn.vision;

import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/**
 * A part of each image at a random place, which is another one for each image of a batch; torchvision cuts all at one place.
 *
 * {@snippet :
 * loader.prepare(Compose.of(new RandomCrop(32, 4).paddingMode("reflect"), new RandomHorizontalFlip()));
 * }
 */
public final class RandomCrop extends RandomTransform {
  private final int height;
  private final int width;
  private final int padding;
  private boolean padIfNeeded;
  private Number fill = 0;
  private String paddingMode = "constant";

  /**
   * Squares of images that are surrounded by nothing.
   *
   * @throws IllegalArgumentException if the size is not positive
   */
  public RandomCrop(int size) {
    this(size, size, 0);
  }

  /**
   * Squares of images that are surrounded by so many pixels on each side.
   *
   * @throws IllegalArgumentException if the size is not positive, or the padding is negative
   */
  public RandomCrop(int size, int padding) {
    this(size, size, padding);
  }

  /**
   * Rectangles of images that are surrounded by so many pixels on each side.
   *
   * @throws IllegalArgumentException if a size is not positive, or the padding is negative
   */
  public RandomCrop(int height, int width, int padding) {
    super("randomCrop");
    this.height = positive("the height", height);
    this.width = positive("the width", width);
    if (padding < 0) {
      throw OpError.of(op(), "the padding must not be negative, it is " + padding);
    }
    this.padding = padding;
  }

  /** Sets that images that are too small are surrounded by as many pixels as they lack, on both sides. */
  public RandomCrop padIfNeeded(boolean on) {
    padIfNeeded = on;
    return this;
  }

  /** Sets the value of pixels around images for the mode {@code "constant"}; 0 unless this says otherwise. */
  public RandomCrop fill(Number value) {
    fill = value;
    return this;
  }

  /**
   * Sets what surrounds images: {@code "constant"} values, their {@code "edge"}, or their reflection without ({@code "reflect"})
   * the edge.
   *
   * @throws IllegalArgumentException if it is none of these; torchvision's {@code "symmetric"} is not there
   */
  public RandomCrop paddingMode(String mode) {
    if (!mode.equals("constant") && !mode.equals("edge") && !mode.equals("reflect")) {
      throw OpError.of(op(), "there is no padding \"" + mode + "\": constant, edge, reflect");
    }
    paddingMode = mode;
    return this;
  }

  /** Sets where draws come from, which is {@link Random#standard} otherwise. */
  public RandomCrop random(Random source) {
    source(source);
    return this;
  }

  @Override
  Tensor transform(Tensor x) {
    Tensor padded = padding == 0 ? x : pad(x, padding, padding);
    if (padIfNeeded) {
      int high = Math.max(0, height - padded.dim(2));
      int wide = Math.max(0, width - padded.dim(3));
      padded = high > 0 || wide > 0 ? pad(padded, wide, high) : padded;
    }
    if (padded.dim(2) < height || padded.dim(3) < width) {
      throw OpError.of(
          op(),
          "cannot cut " + height + "x" + width + " out of " + padded.dim(2) + "x" + padded.dim(3));
    }
    return cut(cut(padded, 2, height), 3, width);
  }

  private Tensor pad(Tensor x, int wide, int high) {
    int[] sizes = {wide, wide, high, high};
    return switch (paddingMode) {
      case "constant" -> x.pad(sizes, "constant", fill);
      case "edge" -> x.pad(sizes, "replicate");
      default -> x.pad(sizes, paddingMode);
    };
  }

  /** So many elements along an axis, from another one on in each image. */
  private Tensor cut(Tensor x, int axis, int size) {
    if (x.dim(axis) == size) {
      return x;
    }
    Tensor first = integers(x, x.dim(axis) - size + 1).reshape(x.dim(0), 1, 1, 1);
    int[] along = {1, 1, 1, 1};
    along[axis] = size;
    Tensor places = Scope.on(x.device(), () -> Tensors.arange(size)).toLong().reshape(along);
    return x.gather(axis, first.add(places).broadcastTo(x.shape().with(axis, size)));
  }
}
