package dev.adjoint.nn.preprocessing;

/**
 * Scales each feature by numbers that outliers do not move: the median becomes 0, and the distance between the first and the
 * third quartile becomes 1. A feature for which that distance is 0 is only shifted.
 */
public final class RobustScaler extends Scaler {
  /** A scaler by the median and the quartiles. */
  public RobustScaler() {
    super("robustScaler");
  }

  @Override
  double[] learn(double... sorted) {
    double range = Features.quantile(0.75, sorted) - Features.quantile(0.25, sorted);
    return new double[] {Features.quantile(0.5, sorted), range == 0 ? 1 : range};
  }
}
