package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** The fraction of samples whose class is among those with the k largest scores. */
public final class TopKAccuracy implements Metric {
  private final int k;
  private long right;
  private long total;

  /**
   * An accuracy of no samples.
   *
   * @param k at least 1
   */
  public TopKAccuracy(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top-k accuracy: k must be at least 1, not " + k);
    }
    this.k = k;
  }

  @Override
  public String name() {
    return "top" + k;
  }

  /**
   * Counts one batch. Of classes with equal scores the last ones come first, as in scikit-learn; NaN is the smallest score.
   *
   * @param output scores [batch, classes]
   * @param target class numbers [batch]
   * @throws IllegalArgumentException if a class number is out of range; nothing is counted then
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Labels.Scores scores = Labels.scores(output, target, "top-k accuracy");
    for (int i = 0; i < scores.samples(); i++) {
      int label = scores.label(i);
      double own = scores.get(i, label);
      int before = 0;
      for (int c = 0; c < scores.classes(); c++) {
        double other = scores.get(i, c);
        boolean isFirst = Double.isNaN(own) ? !Double.isNaN(other) : other > own;
        boolean isEqual = other == own || (Double.isNaN(own) && Double.isNaN(other));
        if (isFirst || (isEqual && c > label)) {
          before++;
        }
      }
      right += before < k ? 1 : 0;
    }
    total += scores.samples();
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
