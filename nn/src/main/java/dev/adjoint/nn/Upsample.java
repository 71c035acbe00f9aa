package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Inputs [n, channels, size...] of one to three axes in other sizes, {@link Tensor#interpolate(int[], String, boolean)}:
 * {@code Upsample.scaleFactor(2).mode("bilinear")}. The mode is {@code "nearest"} at first, and corners are not aligned.
 */
public final class Upsample extends Module {
  private final int @Nullable [] size;
  private final double @Nullable [] scaleFactor;
  private final String mode;
  private final boolean alignCorners;

  private Upsample(
      int @Nullable [] size, double @Nullable [] scaleFactor, String mode, boolean alignCorners) {
    this.size = size;
    this.scaleFactor = scaleFactor;
    this.mode = mode;
    this.alignCorners = alignCorners;
  }

  /**
   * To sizes; one stands for all axes.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public static Upsample size(int... size) {
    for (int s : size) {
      Checks.positive("upsample", "a size", s);
    }
    return new Upsample(size.clone(), null, "nearest", false);
  }

  /**
   * By factors; one stands for all axes.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public static Upsample scaleFactor(double... scaleFactor) {
    if (Arrays.stream(scaleFactor).anyMatch(factor -> !(factor > 0))) {
      throw OpError.of("upsample", "factors " + Arrays.toString(scaleFactor) + " must be positive");
    }
    return new Upsample(null, scaleFactor.clone(), "nearest", false);
  }

  /** This with a mode of {@link Tensor#interpolate(int[], String, boolean)}. */
  public Upsample mode(String mode) {
    return new Upsample(size, scaleFactor, mode, alignCorners);
  }

  /** This with the centers of the first and the last elements where they are, or not. */
  public Upsample alignCorners(boolean alignCorners) {
    return new Upsample(size, scaleFactor, mode, alignCorners);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return size != null
        ? x.interpolate(size, mode, alignCorners)
        : x.interpolate(Objects.requireNonNull(scaleFactor), mode, alignCorners);
  }

  @Override
  public String label() {
    String by = size != null ? Arrays.toString(size) : "x" + Arrays.toString(scaleFactor);
    return "Upsample(" + by + ", " + mode + (alignCorners ? ", corners aligned)" : ")");
  }
}
