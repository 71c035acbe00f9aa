package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import java.util.Arrays;

/**
 * How well scores put samples of a class above others: the area under the curve of the receiver operating characteristic, or the
 * average precision. It keeps all scores, as both need them in order.
 *
 * <p>With several classes each one is a question of its own, one class against the rest, and the result is a mean over classes.
 */
public final class Ranking implements Metric {
  private final String name;
  private final int classes;
  private final Average average;
  private final Measure measure;
  private double[] scores = new double[0];
  private int[] labels = new int[0];
  private int samples;

  /** A number for scores in ascending order, each with whether it is one of the class. */
  private interface Measure {
    double of(double[] scores, boolean[] isOfClass);
  }

  private Ranking(String name, int classes, Average average, Measure measure) {
    if (classes < 2) {
      throw new IllegalArgumentException(name + ": needs at least two classes, not " + classes);
    }
    if (average == Average.MICRO) {
      throw new IllegalArgumentException(name + ": classes are averaged as MACRO or WEIGHTED");
    }
    this.name = name;
    this.classes = classes;
    this.average = average;
    this.measure = measure;
  }

  /** The area under the curve for two classes: the probability that a sample of class 1 has a larger score than another. */
  public static Ranking rocAuc() {
    return rocAuc(2, Average.MACRO);
  }

  /** The area under the curve of each class against the rest (Hand and Till 2001 discuss this and others), averaged. */
  public static Ranking rocAuc(int classes, Average average) {
    return new Ranking("roc_auc", classes, average, Ranking::area);
  }

  /** The average precision for two classes: the sum over thresholds of the precision times the growth of the recall. */
  public static Ranking averagePrecision() {
    return averagePrecision(2, Average.MACRO);
  }

  /** The average precision of each class against the rest, averaged. */
  public static Ranking averagePrecision(int classes, Average average) {
    return new Ranking("average_precision", classes, average, Ranking::precision);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Takes in one batch.
   *
   * @param output scores [batch, classes]; with two classes also those of class 1, [batch]
   * @param target class numbers [batch]
   * @throws IllegalArgumentException if a score is NaN or a class number is out of range; nothing is taken in then
   */
  @Override
  public void update(Tensor output, Tensor target) {
    boolean isBinary = classes == 2 && output.rank() == 1;
    if (!isBinary && (output.rank() != 2 || output.dim(1) != classes)) {
      throw new IllegalArgumentException(
          name + ": needs scores [batch, " + classes + "], not " + output.shape());
    }
    int n = output.dim(0);
    int[] actual = Labels.actual(target, n, name);
    double[] given = output.toDoubles();
    for (int i = 0; i < n; i++) {
      Labels.requireClass(actual[i], classes, name);
    }
    for (double score : given) {
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException(name + ": a score is NaN");
      }
    }
    int columns = columns();
    scores = Arrays.copyOf(scores, (samples + n) * columns);
    labels = Arrays.copyOf(labels, samples + n);
    for (int i = 0; i < n; i++) {
      labels[samples + i] = actual[i];
      for (int c = 0; c < columns; c++) {
        double score = isBinary ? given[i] : given[i * classes + (columns == 1 ? 1 : c)];
        scores[(samples + i) * columns + c] = score;
      }
    }
    samples += n;
  }

  private int columns() {
    return classes == 2 ? 1 : classes;
  }

  /** The number; NaN if there are no samples or only ones of one class, and with several classes if one of them has none. */
  @Override
  public double value() {
    if (classes == 2) {
      return ofClass(0, 1);
    }
    double sum = 0;
    double weights = 0;
    for (int c = 0; c < classes; c++) {
      double weight = average == Average.WEIGHTED ? support(c) : 1;
      sum += weight * ofClass(c, c);
      weights += weight;
    }
    return sum / weights;
  }

  private int support(int c) {
    return (int) Arrays.stream(labels).filter(label -> label == c).count();
  }

  private double ofClass(int column, int c) {
    int own = support(c);
    if (own == 0 || own == samples) {
      return Double.NaN;
    }
    Integer[] order = new Integer[samples];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (i, j) -> Double.compare(scores[i * columns() + column], scores[j * columns() + column]));
    double[] ascending = new double[samples];
    boolean[] isOfClass = new boolean[samples];
    for (int i = 0; i < samples; i++) {
      ascending[i] = scores[order[i] * columns() + column];
      isOfClass[i] = labels[order[i]] == c;
    }
    return measure.of(ascending, isOfClass);
  }

  /** The number of pairs that are in order, of which equal scores are one half, as a fraction of all. */
  private static double area(double[] scores, boolean[] isOfClass) {
    double pairs = 0;
    long others = 0;
    long own = 0;
    for (int start = 0; start < scores.length; ) {
      int end = endOfEqual(scores, start);
      long here = count(isOfClass, start, end);
      long rest = end - start - here;
      pairs += here * (others + rest / 2.0);
      own += here;
      others += rest;
      start = end;
    }
    return pairs / ((double) own * others);
  }

  private static double precision(double[] scores, boolean[] isOfClass) {
    long own = count(isOfClass, 0, scores.length);
    long above = own;
    double sum = 0;
    for (int start = 0; start < scores.length; ) {
      int end = endOfEqual(scores, start);
      long here = count(isOfClass, start, end);
      sum += (double) above / (scores.length - start) * here / own;
      above -= here;
      start = end;
    }
    return sum;
  }

  private static int endOfEqual(double[] scores, int start) {
    int end = start + 1;
    while (end < scores.length && scores[end] == scores[start]) {
      end++;
    }
    return end;
  }

  private static long count(boolean[] isOfClass, int start, int end) {
    long n = 0;
    for (int i = start; i < end; i++) {
      n += isOfClass[i] ? 1 : 0;
    }
    return n;
  }

  @Override
  public void reset() {
    scores = new double[0];
    labels = new int[0];
    samples = 0;
  }
}
