package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * The beta distribution over [0, 1], of a density in proportion to {@code x^(concentration1 - 1) (1 - x)^(concentration0 - 1)}.
 *
 * <p>A draw is the share of one of two gamma draws in their sum, and has their implicit gradients. None is 0 or 1.
 *
 * @param concentration1 the weight of 1, positive
 * @param concentration0 the weight of 0, positive
 */
public record Beta(Tensor concentration1, Tensor concentration0) implements Distribution {
  /** The distributions with these parameters, which are broadcast. */
  public Beta {
    List<Tensor> both =
        Checks.broadcast(
            "Beta",
            Constraint.POSITIVE.check("Beta", "concentration1", concentration1),
            Constraint.POSITIVE.check("Beta", "concentration0", concentration0));
    concentration1 = both.get(0);
    concentration0 = both.get(1);
  }

  /** One distribution. */
  public Beta(double concentration1, double concentration0) {
    this(Tensors.of(concentration1), Tensors.of(concentration0));
  }

  @Override
  public Shape batchShape() {
    return concentration1.shape();
  }

  /** The sum of both weights. */
  private Tensor total() {
    return concentration1.add(concentration0);
  }

  /** The logarithm of the beta function. */
  private Tensor logNormalizer() {
    return concentration1.lgamma().add(concentration0.lgamma()).sub(total().lgamma());
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor x = Constraint.PROBABILITY.value(this, concentration1.dtype(), value);
    Tensor ofOne = concentration1.sub(1).xlogy(x);
    return ofOne.add(concentration0.sub(1).xlogy(x.rsub(1))).sub(logNormalizer());
  }

  @Override
  public Tensor mean() {
    return concentration1.div(total());
  }

  @Override
  public Tensor variance() {
    return mean().mul(concentration0).div(total()).div(total().add(1));
  }

  @Override
  public Tensor entropy() {
    return crossEntropy(expectedLog(), expectedLogOfRest());
  }

  /** The expected value of {@code -logProb(x)} for some x, by the expected logarithms of x and of 1 - x. */
  Tensor crossEntropy(Tensor log, Tensor logOfRest) {
    Tensor ofOne = concentration1.sub(1).mul(log);
    return logNormalizer().sub(ofOne).sub(concentration0.sub(1).mul(logOfRest));
  }

  /** The expected logarithm of a draw. */
  Tensor expectedLog() {
    return concentration1.digamma().sub(total().digamma());
  }

  /** The expected logarithm of 1 minus a draw. */
  private Tensor expectedLogOfRest() {
    return concentration0.digamma().sub(total().digamma());
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor one = StandardGamma.logDraw(random, concentration1, shape);
    Tensor zero = StandardGamma.logDraw(random, concentration0, shape);
    DType dtype = concentration1.dtype();
    return one.sub(zero).sigmoid().to(dtype).clamp(Checks.tiny(dtype), 1 - dtype.epsilon() / 2);
  }

  /** The divergence from this to another. */
  Tensor kl(Beta q) {
    return q.crossEntropy(expectedLog(), expectedLogOfRest()).sub(entropy());
  }
}
