package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** Precision, recall or F1 of the yes of yes-or-no questions, as those of scikit-learn are by default. */
public final class BinaryScore implements Metric {
  private final String name;
  private final double threshold;
  private final Score score;
  private long bothYes;
  private long outputYes;
  private long targetYes;

  /** A number of counts. */
  @FunctionalInterface
  private interface Score {
    double of(long bothYes, long outputYes, long targetYes);
  }

  private BinaryScore(String name, double threshold, Score score) {
    this.name = name;
    this.threshold = threshold;
    this.score = score;
  }

  /**
   * The fraction of the outputs that mean yes whose target is yes; 0 if there are none.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore precision(double threshold) {
    return new BinaryScore(
        "precision", threshold, (both, output, _) -> ConfusionMatrix.ratio(both, output));
  }

  /**
   * The fraction of the targets yes whose output means yes; 0 if there are none.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore recall(double threshold) {
    return new BinaryScore(
        "recall", threshold, (both, _, target) -> ConfusionMatrix.ratio(both, target));
  }

  /**
   * The harmonic mean of precision and recall; 0 if nothing is yes.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore f1(double threshold) {
    return new BinaryScore(
        "f1",
        threshold,
        (both, output, target) -> ConfusionMatrix.ratio(2 * both, output + target));
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Counts one batch.
   *
   * @param output any shape
   * @param target of the same shape; not 0 means yes
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Labels.requireSameShape(output, target, name);
    double[] scores = output.toDoubles();
    boolean[] expected = target.toBooleans();
    for (int i = 0; i < scores.length; i++) {
      boolean yes = scores[i] > threshold;
      bothYes += yes && expected[i] ? 1 : 0;
      outputYes += yes ? 1 : 0;
      targetYes += expected[i] ? 1 : 0;
    }
  }

  @Override
  public double value() {
    return score.of(bothYes, outputYes, targetYes);
  }

  @Override
  public void reset() {
    bothYes = 0;
    outputYes = 0;
    targetYes = 0;
  }
}
