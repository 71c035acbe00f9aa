package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * How often samples of one class were taken for another, with precision, recall and F1.
 *
 * <p>For class c with TP samples that are rightly, FP wrongly taken for c and FN of c taken for another: precision = TP / (TP +
 * FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN); 0 where the denominator is 0.
 */
public final class ConfusionMatrix implements Metric {
  private final int classes;
  private final long[] counts;

  /**
   * An empty matrix.
   *
   * @throws IllegalArgumentException if there is less than one class
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "confusion matrix: needs at least one class, not " + classes);
    }
    this.classes = classes;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  @Override
  public String name() {
    return "f1";
  }

  /**
   * Counts one batch.
   *
   * @param output scores [batch, classes], of which the largest counts, or class numbers [batch]
   * @param target class numbers [batch]
   * @throws IllegalArgumentException if a class number is out of range; nothing is counted then
   */
  @Override
  public void update(Tensor output, Tensor target) {
    int[] predicted = Labels.predicted(output, "confusion matrix");
    int[] actual = Labels.actual(target, predicted.length, "confusion matrix");
    for (int i = 0; i < predicted.length; i++) {
      check(predicted[i]);
      check(actual[i]);
    }
    for (int i = 0; i < predicted.length; i++) {
      counts[actual[i] * classes + predicted[i]]++;
    }
  }

  private void check(int label) {
    Labels.requireClass(label, classes, "confusion matrix");
  }

  /** How many samples of one class were taken for another. */
  public long count(int actual, int predicted) {
    check(actual);
    check(predicted);
    return counts[actual * classes + predicted];
  }

  /** The number of samples. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** The macro average of F1. */
  @Override
  public double value() {
    return f1(Average.MACRO);
  }

  /** The fraction of samples on the diagonal; NaN if there are none. */
  public double accuracy() {
    return (double) allRight() / total();
  }

  /** Of the samples that were taken for a class, the fraction that is of it. */
  public double precision(int c) {
    return ratio(count(c, c), taken(c));
  }

  /** Of the samples of a class, the fraction that was taken for it. */
  public double recall(int c) {
    return ratio(count(c, c), support(c));
  }

  /** The harmonic mean of precision and recall of a class. */
  public double f1(int c) {
    return ratio(2 * count(c, c), taken(c) + support(c));
  }

  /** The intersection over union of a class, TP / (TP + FP + FN), also called Jaccard index. */
  public double iou(int c) {
    return ratio(count(c, c), taken(c) + support(c) - count(c, c));
  }

  /** The precision over all classes. */
  public double precision(Average average) {
    return average(average, this::precision);
  }

  /** The recall over all classes. */
  public double recall(Average average) {
    return average(average, this::recall);
  }

  /** The F1 over all classes. */
  public double f1(Average average) {
    return average(average, this::f1);
  }

  /** The intersection over union over all classes; of the counts of all classes together it is not the accuracy. */
  public double iou(Average average) {
    return average == Average.MICRO
        ? ratio(allRight(), 2 * total() - allRight())
        : average(average, this::iou);
  }

  /**
   * The correlation coefficient of Matthews (Gorodkin 2004 for several classes): 1 if all samples are right, 0 if the classes
   * that were taken tell nothing; 0 if there is only one class among the actual or the taken ones.
   */
  public double matthews() {
    double n = total();
    double both = 0;
    double ofActual = 0;
    double ofTaken = 0;
    for (int c = 0; c < classes; c++) {
      both += (double) support(c) * taken(c);
      ofActual += (double) support(c) * support(c);
      ofTaken += (double) taken(c) * taken(c);
    }
    double spread = (n * n - ofActual) * (n * n - ofTaken);
    return spread == 0 ? 0 : (allRight() * n - both) / Math.sqrt(spread);
  }

  /** The number of samples of a class. */
  public long support(int c) {
    long n = 0;
    for (int j = 0; j < classes; j++) {
      n += count(c, j);
    }
    return n;
  }

  private long taken(int c) {
    long n = 0;
    for (int i = 0; i < classes; i++) {
      n += count(i, c);
    }
    return n;
  }

  private long allRight() {
    long n = 0;
    for (int c = 0; c < classes; c++) {
      n += count(c, c);
    }
    return n;
  }

  private double average(Average average, IntToDoubleFunction perClass) {
    return switch (average) {
      // Each wrong sample is one FP and one FN, so that precision, recall and F1 are all the
      // accuracy.
      case MICRO -> ratio(allRight(), total());
      case MACRO -> sum(perClass) / classes;
      case WEIGHTED ->
          total() == 0 ? 0 : sum(c -> support(c) * perClass.applyAsDouble(c)) / total();
    };
  }

  private double sum(IntToDoubleFunction perClass) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += perClass.applyAsDouble(c);
    }
    return sum;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  @Override
  public void reset() {
    Arrays.fill(counts, 0);
  }

  /** A table: one row per actual class with its counts by predicted class, then precision, recall and F1. */
  @Override
  public String toString() {
    int width = Math.max(6, Long.toString(Arrays.stream(counts).max().orElse(0)).length() + 1);
    var text = new StringBuilder(String.format("%6s", "class"));
    for (int c = 0; c < classes; c++) {
      text.append(String.format("%" + width + "d", c));
    }
    text.append(String.format("%11s%8s%8s%n", "precision", "recall", "f1"));
    for (int c = 0; c < classes; c++) {
      text.append(String.format("%6d", c));
      for (int j = 0; j < classes; j++) {
        text.append(String.format("%" + width + "d", count(c, j)));
      }
      text.append(String.format(Locale.ROOT, "%11.4f%8.4f%8.4f%n", precision(c), recall(c), f1(c)));
    }
    return text.toString();
  }
}
