package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A number of a {@link ConfusionMatrix} as a metric: {@code trainer.metrics(ClassScore.f1(10, Average.MACRO))}. Where several
 * numbers or those of each class are wanted, a matrix gives them all.
 */
public final class ClassScore implements Metric {
  private final String name;
  private final ToDoubleFunction<ConfusionMatrix> number;
  private @Nullable ConfusionMatrix matrix;

  private ClassScore(
      String name, @Nullable ConfusionMatrix matrix, ToDoubleFunction<ConfusionMatrix> number) {
    this.name = name;
    this.matrix = matrix;
    this.number = number;
  }

  /** The fraction of the samples taken for a class that are of it, over all classes. */
  public static ClassScore precision(int classes, Average average) {
    return new ClassScore(
        "precision", new ConfusionMatrix(classes), matrix -> matrix.precision(average));
  }

  /** The fraction of the samples taken for a class that are of it, over as many classes as a sample has scores. */
  public static ClassScore precision(Average average) {
    return new ClassScore("precision", null, matrix -> matrix.precision(average));
  }

  /** The fraction of the samples of a class that were taken for it, over all classes. */
  public static ClassScore recall(int classes, Average average) {
    return new ClassScore("recall", new ConfusionMatrix(classes), matrix -> matrix.recall(average));
  }

  /** The fraction of the samples of a class that were taken for it, over as many classes as a sample has scores. */
  public static ClassScore recall(Average average) {
    return new ClassScore("recall", null, matrix -> matrix.recall(average));
  }

  /** The harmonic mean of precision and recall, over all classes. */
  public static ClassScore f1(int classes, Average average) {
    return new ClassScore("f1", new ConfusionMatrix(classes), matrix -> matrix.f1(average));
  }

  /** The harmonic mean of precision and recall, over as many classes as a sample has scores. */
  public static ClassScore f1(Average average) {
    return new ClassScore("f1", null, matrix -> matrix.f1(average));
  }

  /** The intersection over union, over all classes. */
  public static ClassScore iou(int classes, Average average) {
    return new ClassScore("iou", new ConfusionMatrix(classes), matrix -> matrix.iou(average));
  }

  /** The correlation coefficient of Matthews. */
  public static ClassScore matthews(int classes) {
    return new ClassScore("mcc", new ConfusionMatrix(classes), ConfusionMatrix::matthews);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Counts one batch.
   *
   * @param output scores [batch, classes], of which the largest counts; or class numbers [batch], if the number of classes is
   *     known
   * @param target class numbers [batch]
   */
  @Override
  public void update(Tensor output, Tensor target) {
    if (matrix == null) {
      matrix = new ConfusionMatrix(Labels.classes(output, name));
    }
    matrix.update(output, target);
  }

  @Override
  public double value() {
    return matrix == null || matrix.total() == 0 ? Double.NaN : number.applyAsDouble(matrix);
  }

  @Override
  public void reset() {
    if (matrix != null) {
      matrix.reset();
    }
  }
}
