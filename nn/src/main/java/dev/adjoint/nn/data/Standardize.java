package dev.adjoint.nn.data;

import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;

/**
 * {@code (x - mean) / deviation} for each feature, with the means and standard deviations of the training data: usually the first
 * layer of a model, so that they are saved with it and whoever predicts need not know about them.
 */
public final class Standardize extends Module {
  private final Variable mean;
  private final Variable deviation;

  private Standardize(Tensor mean, Tensor deviation) {
    this.mean = new Variable("mean", mean);
    this.deviation = new Variable("deviation", deviation);
  }

  /**
   * A standardisation by samples [n, ...]. A feature that is the same in all of them is only shifted.
   *
   * @throws IllegalArgumentException if there is no sample, or they are no floats
   */
  public static Standardize by(Tensor samples) {
    if (samples.rank() < 1 || samples.dim(0) == 0 || !samples.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "standardize: needs float samples along axis 0, not "
              + samples.dtype()
              + samples.shape());
    }
    Tensor x = samples.detach();
    Tensor mean = x.mean(0);
    Tensor deviation = x.sub(mean).square().mean(0).sqrt();
    return new Standardize(mean, deviation.eq(0).where(1, deviation));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.sub(mean).div(deviation);
  }
}
