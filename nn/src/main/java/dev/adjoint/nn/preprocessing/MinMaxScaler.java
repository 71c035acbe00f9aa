package dev.adjoint.nn.preprocessing;

/**
 * Scales each feature to a range, [0, 1] if not told otherwise. A feature that is the same in all samples becomes the lower
 * bound.
 */
public final class MinMaxScaler extends Scaler {
  private final double min;
  private final double max;

  /** A scaler to the range from 0 to 1. */
  public MinMaxScaler() {
    this(0, 1);
  }

  /**
   * A scaler to a range.
   *
   * @throws IllegalArgumentException if the bounds are not finite or not in ascending order
   */
  public MinMaxScaler(double min, double max) {
    super("minMaxScaler");
    if (!(min < max) || !Double.isFinite(min) || !Double.isFinite(max)) {
      throw new IllegalArgumentException(
          "minMaxScaler: the range must have a lower and an upper bound, not "
              + min
              + " and "
              + max);
    }
    this.min = min;
    this.max = max;
  }

  @Override
  double[] learn(double... sorted) {
    double range = sorted[sorted.length - 1] - sorted[0];
    double scale = (range == 0 ? 1 : range) / (max - min);
    return new double[] {sorted[0] - min * scale, scale};
  }
}
