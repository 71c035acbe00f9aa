package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A mean over all elements of how far outputs are from targets. */
public final class MeanError implements Metric {
  private final String name;
  private final DoubleBinaryOperator error;
  private final DoubleUnaryOperator last;
  private double sum;
  private long total;

  private MeanError(String name, DoubleBinaryOperator error, DoubleUnaryOperator last) {
    this.name = name;
    this.error = error;
    this.last = last;
  }

  /** The mean of {@code |output - target|}. */
  public static MeanError absolute() {
    return new MeanError("mae", (y, t) -> Math.abs(y - t), mean -> mean);
  }

  /** The mean of {@code (output - target)^2}. */
  public static MeanError squared() {
    return new MeanError("mse", (y, t) -> (y - t) * (y - t), mean -> mean);
  }

  /** The root of the mean of {@code (output - target)^2}. */
  public static MeanError rootSquared() {
    return new MeanError("rmse", (y, t) -> (y - t) * (y - t), Math::sqrt);
  }

  /** The mean of {@code |output - target| / |target|}, a fraction; the denominator is not below 2^-52, as in scikit-learn. */
  public static MeanError absolutePercentage() {
    double epsilon = Math.ulp(1.0);
    return new MeanError(
        "mape", (y, t) -> Math.abs(y - t) / Math.max(Math.abs(t), epsilon), mean -> mean);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Counts one batch.
   *
   * @param output any shape
   * @param target of the same shape
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, name);
    double[] y = output.toDoubles();
    double[] t = target.toDoubles();
    for (int i = 0; i < y.length; i++) {
      sum += error.applyAsDouble(y[i], t[i]);
    }
    total += y.length;
  }

  @Override
  public double value() {
    return last.applyAsDouble(sum / total);
  }

  @Override
  public void reset() {
    sum = 0;
    total = 0;
  }
}
