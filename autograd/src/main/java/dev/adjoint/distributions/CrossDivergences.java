package dev.adjoint.distributions;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** Divergences between distributions of two families: their cross entropy less the entropy of the first. */
final class CrossDivergences {
  private static final double EULER = 0.57721566490153286061;

  private CrossDivergences() {}

  private record Pair(Distribution p, Distribution q) {}

  static Tensor of(Distribution p, Distribution q) {
    if (excludes(q, p)) {
      Shape shape = Shape.broadcast(p.batchShape(), q.batchShape(), "klDivergence");
      Tensor mean = p.mean();
      return Tensors.full(shape, Double.POSITIVE_INFINITY, mean.dtype(), mean.device());
    }
    return crossEntropy(p, q).sub(p.entropy());
  }

  /** Whether there are draws of p that q never has, whatever the parameters are. */
  private static boolean excludes(Distribution q, Distribution p) {
    boolean bounded = q instanceof Beta || q instanceof Uniform;
    boolean positive = q instanceof Exponential || q instanceof Gamma;
    return switch (p) {
      case Normal _, Laplace _ -> bounded || positive;
      case Exponential _, Gamma _ -> bounded;
      case Poisson _ -> q instanceof Bernoulli || q instanceof Binomial;
      default -> false;
    };
  }

  /** The expected value of {@code -q.logProb(x)} under p. */
  private static Tensor crossEntropy(Distribution p, Distribution q) {
    return switch (new Pair(p, q)) {
      case Pair(Normal a, Laplace b) -> laplace(a, b);
      case Pair(Beta _, Normal b) -> normal(p, b);
      case Pair(Exponential _, Normal b) -> normal(p, b);
      case Pair(Gamma _, Normal b) -> normal(p, b);
      case Pair(Laplace _, Normal b) -> normal(p, b);
      case Pair(Uniform _, Normal b) -> normal(p, b);
      case Pair(Beta _, Exponential b) -> exponential(p, b);
      case Pair(Gamma _, Exponential b) -> exponential(p, b);
      case Pair(Uniform a, Exponential b) -> where(a.low().ge(0), exponential(p, b));
      case Pair(Beta a, Gamma b) -> gamma(p, a.expectedLog(), b);
      case Pair(Exponential a, Gamma b) -> gamma(p, a.rate().log().add(EULER).neg(), b);
      case Pair(Uniform a, Gamma b) -> where(a.low().ge(0), gamma(p, expectedLog(a), b));
      case Pair(Beta _, Uniform b) -> where(b.low().le(0).logicalAnd(b.high().ge(1)), b.entropy());
      case Pair(Uniform a, Beta b) ->
          where(
              a.low().ge(0).logicalAnd(a.high().le(1)),
              b.crossEntropy(expectedLog(a), expectedLogOfRest(a)));
      case Pair(Bernoulli a, Poisson b) -> b.rate().sub(a.probs().mul(b.rate().log()));
      case Pair(var _, var _) ->
          throw new UnsupportedOperationException(
              "klDivergence: there is none from " + Checks.name(p) + " to " + Checks.name(q));
    };
  }

  /** A cross entropy where a condition holds; it is infinite elsewhere. */
  private static Tensor where(Tensor condition, Tensor crossEntropy) {
    return condition.where(crossEntropy, Double.POSITIVE_INFINITY);
  }

  private static Tensor normal(Distribution p, Normal q) {
    Tensor square = p.variance().add(p.mean().sub(q.loc()).square());
    Tensor distance = square.div(q.variance()).mul(0.5);
    return distance.add(q.scale().log()).add(Normal.HALF_LOG_2_PI);
  }

  /** By the mean distance of draws to the centre of the other, which is that of a folded normal distribution. */
  private static Tensor laplace(Normal p, Laplace q) {
    Tensor shift = p.loc().sub(q.loc());
    Tensor z = shift.div(p.scale());
    Tensor around = z.square().mul(-0.5).exp().mul(p.scale()).mul(Math.sqrt(2 / Math.PI));
    Tensor distance = around.add(shift.mul(z.mul(Math.sqrt(0.5)).erf()));
    return distance.div(q.scale()).add(q.scale().mul(2).log());
  }

  private static Tensor exponential(Distribution p, Exponential q) {
    return q.rate().mul(p.mean()).sub(q.rate().log());
  }

  private static Tensor gamma(Distribution p, Tensor expectedLog, Gamma q) {
    Tensor powers = q.concentration().mul(q.rate().log()).sub(q.concentration().lgamma());
    Tensor ofDraw = q.concentration().sub(1).mul(expectedLog);
    return q.rate().mul(p.mean()).sub(ofDraw).sub(powers);
  }

  private static Tensor expectedLog(Uniform p) {
    return expectedLog(p.low(), p.high());
  }

  /** The expected logarithm of 1 minus a draw. */
  private static Tensor expectedLogOfRest(Uniform p) {
    return expectedLog(p.high().rsub(1), p.low().rsub(1));
  }

  private static Tensor expectedLog(Tensor low, Tensor high) {
    Tensor from = low.clampMin(0);
    return high.xlogy(high).sub(from.xlogy(from)).div(high.sub(low)).sub(1);
  }
}
