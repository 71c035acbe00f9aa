package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/**
 * The coefficient of determination, {@code 1 - sum((target - output)^2) / sum((target - mean(target))^2)}: 1 for a perfect
 * model, 0 for one that always gives the mean.
 */
public final class R2 implements Metric {
  private double residual;
  private double mean;
  private double spread;
  private long total;

  /** A coefficient of no samples. */
  public R2() {}

  @Override
  public String name() {
    return "r2";
  }

  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, name());
    double[] y = output.toDoubles();
    double[] t = target.toDoubles();
    for (int i = 0; i < y.length; i++) {
      residual += (t[i] - y[i]) * (t[i] - y[i]);
      total++;
      // Welford: no difference of large sums.
      double delta = t[i] - mean;
      mean += delta / total;
      spread += delta * (t[i] - mean);
    }
  }

  /** The coefficient; NaN for less than two samples. Targets that are all equal give 1 if all are met and 0 otherwise. */
  @Override
  public double value() {
    if (total < 2) {
      return Double.NaN;
    }
    return spread == 0 ? (residual == 0 ? 1 : 0) : 1 - residual / spread;
  }

  @Override
  public void reset() {
    residual = 0;
    mean = 0;
    spread = 0;
    total = 0;
  }
}
