package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;

/** Class numbers, read from tensors, and checks of shapes. */
final class Labels {
  private Labels() {}

  /** The class of each sample: given, or that of the largest score; the first of equal ones, and NaN counts as the largest. */
  static int[] predicted(Tensor output, String metric) {
    if (output.rank() == 1 && !output.dtype().isFloat()) {
      return output.toInts();
    }
    int classes = classes(output, metric);
    double[] scores = output.toDoubles();
    int[] labels = new int[output.dim(0)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = argmax(scores, i * classes, classes);
    }
    return labels;
  }

  /** The number of classes of scores. */
  static int classes(Tensor output, String metric) {
    if (output.rank() != 2 || output.dim(1) == 0) {
      throw new IllegalArgumentException(
          metric
              + ": needs scores [batch, classes] or class numbers [batch], not "
              + output.dtype()
              + output.shape());
    }
    return output.dim(1);
  }

  /** The given class of each sample. */
  static int[] actual(Tensor target, int samples, String metric) {
    if (target.rank() != 1 || target.dim(0) != samples || target.dtype().isFloat()) {
      throw new IllegalArgumentException(
          metric
              + ": needs class numbers ["
              + samples
              + "] as target, not "
              + target.dtype()
              + target.shape());
    }
    return target.toInts();
  }

  /** Checks that there is one target for each output. */
  static void requireSameShape(Tensor output, Tensor target, String metric) {
    if (!output.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          metric
              + ": output and target must have one shape: "
              + output.shape()
              + " and "
              + target.shape());
    }
  }

  /** Scores [batch, classes] with the class of each sample. */
  record Scores(double[] values, int classes, int[] labels) {
    int samples() {
      return labels.length;
    }

    int label(int sample) {
      return labels[sample];
    }

    double get(int sample, int c) {
      return values[sample * classes + c];
    }
  }

  /** The scores of a batch, whose class numbers are in range. */
  static Scores scores(Tensor output, Tensor target, String metric) {
    if (output.rank() != 2 || !output.dtype().isFloat()) {
      throw new IllegalArgumentException(
          metric + ": needs scores [batch, classes], not " + output.dtype() + output.shape());
    }
    int[] labels = actual(target, output.dim(0), metric);
    for (int label : labels) {
      requireClass(label, output.dim(1), metric);
    }
    return new Scores(output.toDoubles(), output.dim(1), labels);
  }

  static void requireClass(int label, int classes, String metric) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(metric + ": class " + label + " is not below " + classes);
    }
  }

  private static int argmax(double[] scores, int start, int n) {
    int best = 0;
    for (int i = 1; i < n && !Double.isNaN(scores[start + best]); i++) {
      if (!(scores[start + i] <= scores[start + best])) {
        best = i;
      }
    }
    return best;
  }
}
