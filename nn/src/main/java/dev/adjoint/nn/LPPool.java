package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** Norms of windows along one to three axes, as roots of means of powers times the number of elements. */
abstract class LPPool extends Module {
  private final int axes;
  private final double normType;
  private final int[] kernel;
  private final int[] stride;
  private final boolean ceilMode;

  LPPool(int axes, double normType, int[] kernel, int[] stride, boolean ceilMode) {
    String op = "lpPool" + axes + "d";
    if (!(normType > 0)) {
      throw OpError.of(op, "the norm type must be above 0, not " + normType);
    }
    this.axes = axes;
    this.normType = normType;
    this.kernel = Checks.perAxis(op, "the kernel size", axes, 1, kernel);
    this.stride = Checks.perAxis(op, "the stride", axes, 1, stride);
    this.ceilMode = ceilMode;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    Tensor powers = x.pow(normType);
    int[] none = new int[axes];
    Tensor means =
        switch (axes) {
          case 1 -> powers.avgPool1d(kernel[0], stride[0], 0, ceilMode, true);
          case 2 -> powers.avgPool2d(kernel, stride, none, ceilMode, true, null);
          default -> powers.avgPool3d(kernel, stride, none, ceilMode, true, null);
        };
    int count = Arrays.stream(kernel).reduce(1, Math::multiplyExact);
    Tensor sums = means.mul(count);
    // The root has no gradient at 0, where that of the norm is 0.
    Tensor zero = sums.eq(0);
    return zero.where(0, zero.where(1, sums).pow(1 / normType));
  }

  @Override
  public final String label() {
    return "LPPool"
        + axes
        + "d(norm "
        + normType
        + ", "
        + Checks.times(kernel)
        + ", stride "
        + Checks.times(stride)
        + (ceilMode ? ", ceil mode)" : ")");
  }
}
