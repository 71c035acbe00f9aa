package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** The fraction of samples whose class is right. */
public final class Accuracy implements Metric {
  private long right;
  private long total;

  /** An accuracy of no samples. */
  public Accuracy() {}

  /**
   * The fraction of samples whose class is right, for one batch.
   *
   * @param output scores [batch, classes], of which the largest counts, or class numbers [batch]
   * @param target class numbers [batch]
   */
  public static double of(Tensor output, Tensor target) {
    var accuracy = new Accuracy();
    accuracy.update(output, target);
    return accuracy.value();
  }

  @Override
  public String name() {
    return "accuracy";
  }

  /**
   * Counts one batch.
   *
   * @param output scores [batch, classes], of which the largest counts, or class numbers [batch]
   * @param target class numbers [batch]
   */
  @Override
  public void update(Tensor output, Tensor target) {
    int[] predicted = Labels.predicted(output, "accuracy");
    int[] actual = Labels.actual(target, predicted.length, "accuracy");
    for (int i = 0; i < predicted.length; i++) {
      if (predicted[i] == actual[i]) {
        right++;
      }
    }
    total += predicted.length;
  }

  @Override
  public double value() {
    return (double) right / total;
  }

  @Override
  public void reset() {
    right = 0;
    total = 0;
  }
}
