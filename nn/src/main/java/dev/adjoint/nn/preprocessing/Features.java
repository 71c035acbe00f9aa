package dev.adjoint.nn.preprocessing;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The features of samples, one after the other, and what is known about each. */
final class Features {
  private Features() {}

  /** What is computed from the values of a feature. */
  @FunctionalInterface
  interface Statistic {
    /**
     * A statistic.
     *
     * @param sorted the values that are not missing, in ascending order
     */
    double[] of(double... sorted);
  }

  /**
   * Statistics of each feature, NaN being a missing value; computed in double precision.
   *
   * @param count how many a {@link Statistic} gives
   * @return for each statistic a tensor of the shape and the type of a sample
   */
  static Tensor[] statistics(String op, Tensor x, int count, Statistic statistic) {
    requireSamples(op, x);
    int[] shape = sampleShape(x);
    Tensor rows = x.detach().reshape(x.dim(0), -1).realize();
    int features = rows.dim(1);
    double[][] values = new double[count][features];
    for (int f = 0; f < features; f++) {
      double[] sorted =
          Arrays.stream(rows.select(1, f).toDoubles()).filter(v -> !Double.isNaN(v)).toArray();
      Arrays.sort(sorted);
      double[] result = statistic.of(sorted);
      if (result.length == 0) {
        throw OpError.of(op, "feature " + f + " has no value in any of the samples");
      }
      for (int s = 0; s < count; s++) {
        values[s][f] = result[s];
      }
    }
    return Arrays.stream(values).map(v -> tensor(v, shape, x)).toArray(Tensor[]::new);
  }

  private static Tensor tensor(double[] values, int[] shape, Tensor like) {
    return Scope.on(
        like.device(),
        () -> Scope.withDType(like.dtype(), () -> Tensors.of(values, shape).realize()));
  }

  private static void requireSamples(String op, Tensor x) {
    if (x.rank() < 1 || x.dim(0) == 0 || !x.dtype().isFloat()) {
      throw OpError.of(op, "needs samples of floats along axis 0, not " + x.dtype() + x.shape());
    }
  }

  /** What was learned, for samples: in their type and on their device. */
  static Tensor fitted(String op, @Nullable Tensor learned, Tensor x) {
    Tensor value = fitted(op, learned);
    if (x.rank() < 1 || !Arrays.equals(sampleShape(x), value.shape().dims())) {
      throw OpError.of(op, "was fitted to samples " + value.shape() + ", these are " + x.shape());
    }
    if (!x.dtype().isFloat()) {
      throw OpError.of(op, "needs samples of floats, not of " + x.dtype());
    }
    return value.to(x.dtype()).to(x.device());
  }

  /** What was learned. */
  static <T> T fitted(String op, @Nullable T learned) {
    if (learned == null) {
      throw new IllegalStateException(
          op + ": nothing was learned yet: call fit first, or load what was saved");
    }
    return learned;
  }

  private static int[] sampleShape(Tensor x) {
    int[] dims = x.shape().dims();
    return Arrays.copyOfRange(dims, 1, dims.length);
  }

  /** The mean. */
  static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** A quantile of sorted values, between two of which it is on the line. */
  static double quantile(double q, double... sorted) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    double rest = position - below;
    return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
  }
}
