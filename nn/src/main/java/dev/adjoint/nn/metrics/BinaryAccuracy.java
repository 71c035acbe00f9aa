package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** The fraction of elements that are on the right side of a threshold, for yes-or-no questions. */
public final class BinaryAccuracy implements Metric {
  private final double threshold;
  private long right;
  private long total;

  /**
   * An accuracy of no samples.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public BinaryAccuracy(double threshold) {
    this.threshold = threshold;
  }

  @Override
  public String name() {
    return "accuracy";
  }

  /**
   * Counts one batch.
   *
   * @param output any shape
   * @param target of the same shape; not 0 means yes
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, "binary accuracy");
    double[] scores = output.toDoubles();
    boolean[] expected = target.toBooleans();
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > threshold == expected[i]) {
        right++;
      }
    }
    total += scores.length;
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
