package dev.adjoint.nn.preprocessing;

/**
 * Standardises each feature: the mean becomes 0 and the standard deviation, that of all samples, becomes 1. A feature that is the
 * same in all samples is only shifted.
 */
public final class StandardScaler extends Scaler {
  private boolean withMean = true;
  private boolean withStd = true;

  /** A scaler that shifts and scales. */
  public StandardScaler() {
    super("standardScaler");
  }

  /** Sets whether the mean is subtracted; returns this. To be called before {@link #fit}. */
  public StandardScaler withMean(boolean on) {
    withMean = on;
    return this;
  }

  /** Sets whether features are divided by their standard deviations; returns this. To be called before {@link #fit}. */
  public StandardScaler withStd(boolean on) {
    withStd = on;
    return this;
  }

  @Override
  double[] learn(double... sorted) {
    // A constant is known by its values: its mean may be another number by rounding.
    boolean constant = sorted[0] == sorted[sorted.length - 1];
    double mean = constant ? sorted[0] : Features.mean(sorted);
    double squares = 0;
    for (double value : sorted) {
      squares += (value - mean) * (value - mean);
    }
    return new double[] {
      withMean ? mean : 0, withStd && !constant ? Math.sqrt(squares / sorted.length) : 1
    };
  }
}
