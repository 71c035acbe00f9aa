package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/**
 * The fraction of elements that are less than a tolerance away from their targets, such as a 250th of the standard deviation of
 * the targets of the training data: {@code new RegressionAccuracy(y.std().item() / 250)}.
 */
public final class RegressionAccuracy implements Metric {
  private final double tolerance;
  private long near;
  private long total;

  /**
   * An accuracy of no samples.
   *
   * @throws IllegalArgumentException if the tolerance is not positive
   */
  public RegressionAccuracy(double tolerance) {
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException(
          "regression accuracy: the tolerance must be positive, not " + tolerance);
    }
    this.tolerance = tolerance;
  }

  @Override
  public String name() {
    return "accuracy";
  }

  /**
   * Counts one batch.
   *
   * @param output any shape
   * @param target of the same shape
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, "regression accuracy");
    double[] predicted = output.toDoubles();
    double[] actual = target.toDoubles();
    for (int i = 0; i < predicted.length; i++) {
      near += Math.abs(predicted[i] - actual[i]) < tolerance ? 1 : 0;
    }
    total += predicted.length;
  }

  @Override
  public double value() {
    return (double) near / total;
  }

  @Override
  public void reset() {
    near = 0;
    total = 0;
  }
}
