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
    if (output.rank() != 2 || output.dim(1) == 0) {
      throw new IllegalArgumentException(
          metric
              + ": needs scores [batch, classes] or class numbers [batch], not "
              + output.dtype()
              + output.shape());
    }
    double[] scores = output.toDoubles();
    int classes = output.dim(1);
    int[] labels = new int[output.dim(0)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = argmax(scores, i * classes, classes);
    }
    return labels;
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
