package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** {@code (x - mean) / std} with numbers for each channel. */
public final class Normalize extends ImageTransform {
  private final double[] mean;
  private final double[] std;

  /**
   * A normalisation of one channel, or of all channels by the same numbers.
   *
   * @throws IllegalArgumentException if std is not positive
   */
  public Normalize(double mean, double std) {
    this(new double[] {mean}, new double[] {std});
  }

  /**
   * A normalisation of channels.
   *
   * @throws IllegalArgumentException if the numbers are not equally many, or an std is not positive
   */
  public Normalize(double[] mean, double[] std) {
    super("normalize");
    if (mean.length != std.length || mean.length == 0 || !Arrays.stream(std).allMatch(s -> s > 0)) {
      throw OpError.of(
          op(),
          "needs a mean and a positive std for each channel, not "
              + Arrays.toString(mean)
              + " and "
              + Arrays.toString(std));
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  @Override
  Tensor transform(Tensor x) {
    requireFloat(x);
    if (mean.length != 1 && mean.length != x.dim(1)) {
      throw OpError.of(op(), mean.length + " means for the channels of " + x.shape());
    }
    return x.sub(constant(x, mean, mean.length, 1, 1)).div(constant(x, std, std.length, 1, 1));
  }
}
