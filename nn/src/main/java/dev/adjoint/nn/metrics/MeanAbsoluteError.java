package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** The mean of {@code |output - target|} over all elements. */
public final class MeanAbsoluteError implements Metric {
  private double sum;
  private long total;

  /** An error of no samples. */
  public MeanAbsoluteError() {}

  @Override
  public String name() {
    return "mae";
  }

  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, name());
    double[] y = output.toDoubles();
    double[] t = target.toDoubles();
    for (int i = 0; i < y.length; i++) {
      sum += Math.abs(y[i] - t[i]);
    }
    total += y.length;
  }

  @Override
  public double value() {
    return sum / total;
  }

  @Override
  public void reset() {
    sum = 0;
    total = 0;
  }
}
