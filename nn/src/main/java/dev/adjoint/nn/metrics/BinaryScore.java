package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import java.util.function.ToDoubleFunction;

/** Precision, recall or F1 of the yes of yes-or-no questions, as those of scikit-learn are by default. */
public final class BinaryScore implements Metric {
  private final String name;
  private final double threshold;
  private final ConfusionMatrix matrix = new ConfusionMatrix(2);
  private final ToDoubleFunction<ConfusionMatrix> number;

  private BinaryScore(String name, double threshold, ToDoubleFunction<ConfusionMatrix> number) {
    this.name = name;
    this.threshold = threshold;
    this.number = number;
  }

  /**
   * The fraction of the outputs that mean yes whose target is yes; 0 if there are none.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore precision(double threshold) {
    return new BinaryScore("precision", threshold, matrix -> matrix.precision(1));
  }

  /**
   * The fraction of the targets yes whose output means yes; 0 if there are none.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore recall(double threshold) {
    return new BinaryScore("recall", threshold, matrix -> matrix.recall(1));
  }

  /**
   * The harmonic mean of precision and recall; 0 if nothing is yes.
   *
   * @param threshold above which an output means yes: 0 for logits, 0.5 for probabilities
   */
  public static BinaryScore f1(double threshold) {
    return new BinaryScore("f1", threshold, matrix -> matrix.f1(1));
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
    matrix.update(output.gt(threshold).toLong().flatten(), target.toBool().toLong().flatten());
  }

  @Override
  public double value() {
    return number.applyAsDouble(matrix);
  }

  @Override
  public void reset() {
    matrix.reset();
  }
}
