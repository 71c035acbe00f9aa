package dev.adjoint.nn.train;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Reduction;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.metrics.Average;
import dev.adjoint.nn.metrics.BinaryAccuracy;
import dev.adjoint.nn.metrics.BinaryScore;
import dev.adjoint.nn.metrics.ClassScore;
import dev.adjoint.nn.metrics.MeanError;
import dev.adjoint.nn.metrics.Metric;
import dev.adjoint.nn.metrics.R2;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BinaryOperator;

/**
 * The losses that Keras knows by name, with their metrics and what they make of outputs. Where the last layer is a softmax or
 * sigmoid, outputs are probabilities, else scores.
 */
enum Objective {
  CATEGORICAL_CROSSENTROPY,
  SPARSE_CATEGORICAL_CROSSENTROPY,
  BINARY_CROSSENTROPY,
  MEAN_SQUARED_ERROR,
  MEAN_ABSOLUTE_ERROR,
  HUBER,
  HINGE,
  KL_DIVERGENCE;

  /** What keeps the logarithms of probabilities finite, as in Keras. */
  private static final double EPSILON = 1e-7;

  static Objective of(String name) {
    return switch (name) {
      case "mse" -> MEAN_SQUARED_ERROR;
      case "mae" -> MEAN_ABSOLUTE_ERROR;
      default ->
          Arrays.stream(values())
              .filter(objective -> objective.toString().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "compile: no loss '"
                              + name
                              + "', there are "
                              + Arrays.toString(values())
                              + ", mse and mae"));
    };
  }

  BinaryOperator<Tensor> loss(boolean probabilities) {
    return switch (this) {
      // One-hot rows may be integers, as in Keras; to the loss such are class numbers.
      case CATEGORICAL_CROSSENTROPY ->
          (output, target) ->
              Losses.crossEntropy(scores(output, probabilities), target.to(output.dtype()));
      case SPARSE_CATEGORICAL_CROSSENTROPY ->
          (output, target) -> Losses.crossEntropy(scores(output, probabilities), target);
      case BINARY_CROSSENTROPY ->
          probabilities
              ? (output, target) -> Losses.binaryCrossEntropy(bounded(output), target)
              : Losses::binaryCrossEntropyWithLogits;
      case MEAN_SQUARED_ERROR -> Losses::mse;
      case MEAN_ABSOLUTE_ERROR -> Losses::l1;
      case HUBER -> Losses::huber;
      case HINGE -> Losses::hinge;
      case KL_DIVERGENCE ->
          (output, target) -> Losses.klDiv(bounded(output).log(), target, Reduction.BATCHMEAN);
    };
  }

  private static Tensor scores(Tensor output, boolean probabilities) {
    return probabilities ? bounded(output).log() : output;
  }

  private static Tensor bounded(Tensor probabilities) {
    return probabilities.clamp(EPSILON, 1 - EPSILON);
  }

  /** Whether targets are rows of probabilities where metrics want class numbers. */
  boolean isOneHot() {
    return this == CATEGORICAL_CROSSENTROPY || this == KL_DIVERGENCE;
  }

  Metric metric(String name, boolean probabilities) {
    boolean binary = this == BINARY_CROSSENTROPY;
    double threshold = probabilities ? 0.5 : 0;
    return switch (name) {
      case "mae", "mean_absolute_error" -> MeanError.absolute();
      case "mse", "mean_squared_error" -> MeanError.squared();
      case "r2_score" -> new R2();
      case "accuracy", "precision", "recall", "f1" -> {
        requireClasses(name);
        yield switch (name) {
          case "accuracy" -> binary ? new BinaryAccuracy(threshold) : new Accuracy();
          case "precision" ->
              binary ? BinaryScore.precision(threshold) : ClassScore.precision(Average.MACRO);
          case "recall" ->
              binary ? BinaryScore.recall(threshold) : ClassScore.recall(Average.MACRO);
          default -> binary ? BinaryScore.f1(threshold) : ClassScore.f1(Average.MACRO);
        };
      }
      default ->
          throw new IllegalArgumentException(
              "compile: no metric '"
                  + name
                  + "', there are accuracy, precision, recall, f1, mae, mse and r2_score");
    };
  }

  private void requireClasses(String metric) {
    switch (this) {
      case MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, HUBER, HINGE ->
          throw new IllegalArgumentException(
              "compile: the metric '"
                  + metric
                  + "' is one of classes, of which the loss "
                  + this
                  + " has none; there are mae, mse and r2_score, and RegressionAccuracy by Model.metrics");
      case CATEGORICAL_CROSSENTROPY,
          SPARSE_CATEGORICAL_CROSSENTROPY,
          BINARY_CROSSENTROPY,
          KL_DIVERGENCE -> {}
    }
  }

  /** The probabilities in outputs. */
  Tensor confidences(Tensor output, boolean probabilities) {
    if (probabilities) {
      return output;
    }
    return switch (this) {
      case CATEGORICAL_CROSSENTROPY, SPARSE_CATEGORICAL_CROSSENTROPY, KL_DIVERGENCE ->
          output.softmax(-1);
      case BINARY_CROSSENTROPY -> output.sigmoid();
      case MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, HUBER, HINGE ->
          throw new IllegalStateException("confidences: the loss " + this + " has none");
    };
  }

  /** Whether the outputs of a module are probabilities: its last layer, inside all others, makes them. */
  static boolean endsInProbabilities(Module module) {
    return module.modules().getLast().label().matches("Sigmoid|Softmax(\\(-?[0-9]+\\))?");
  }

  /** The name that Keras has for this. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
