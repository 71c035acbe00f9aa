package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/**
 * Draws of Poisson distributions, as tensor operations.
 *
 * <p>Below a rate of 12 it is a race: each count up to 63 arrives after an exponential time with its probability as the rate, and
 * the first one is drawn. Larger counts have a probability below 2^-83.
 *
 * <p>From there on it is the ratio of uniform numbers (Stadlober 1990): {@code rate + 1/2 + h (v - 1/2) / u}, rounded down, is
 * accepted if {@code u^2} is at most its probability over that of the mode. At least 0.62 of all proposals are accepted, so that
 * 38 of them are all rejected with a probability below 2^-53; then the mode is drawn.
 */
final class PoissonSampler {
  private static final int SMALL = 12;
  private static final int COUNTS = 64;
  private static final int ROUNDS = 38;
  private static final double WIDTH = 2 * Math.sqrt(2 / Math.E);
  private static final double BREADTH = 3 - 2 * Math.sqrt(3 / Math.E);

  private static final double[] LOG_FACTORIALS = new double[COUNTS];

  static {
    for (int i = 1; i < COUNTS; i++) {
      LOG_FACTORIALS[i] = LOG_FACTORIALS[i - 1] + StrictMath.log(i);
    }
  }

  private PoissonSampler() {}

  /** Draws of a shape to which rates are broadcast. */
  static Tensor draw(Random random, Tensor rate, Shape shape) {
    Tensor wide = rate.to(rate.dtype().register()).broadcastTo(shape);
    Tensor small = raced(random, wide.clampMax(SMALL));
    Tensor large = accepted(random, wide.clampMin(SMALL));
    return wide.lt(SMALL).where(small, large).to(rate.dtype());
  }

  private static Tensor uniform(Random random, Tensor rate, int count) {
    return random.uniform(FirstAxis.shape(count, rate), rate.dtype(), rate.device());
  }

  private static Tensor raced(Random random, Tensor rate) {
    Tensor count = FirstAxis.numbers(COUNTS, rate).to(rate.dtype());
    Tensor log = rate.clampMin(Checks.tiny(rate.dtype())).log();
    Tensor speed = count.mul(log).sub(FirstAxis.values(LOG_FACTORIALS, rate)).exp();
    Tensor time = uniform(random, rate, COUNTS).neg().log1p().neg();
    return speed.div(time.clampMin(rate.dtype().epsilon() / 4)).argmax(0).to(rate.dtype());
  }

  private static Tensor accepted(Random random, Tensor rate) {
    Tensor mode = rate.floor();
    Tensor u = uniform(random, rate, ROUNDS);
    Tensor v = uniform(random, rate, ROUNDS);
    Tensor h = rate.add(0.5).sqrt().mul(WIDTH).add(BREADTH);
    Tensor count = v.sub(0.5).div(u).mul(h).add(rate).add(0.5).floor();
    Tensor below = u.log().mul(2).le(logProb(count, rate).sub(logProb(mode, rate)));
    return FirstAxis.firstAccepted(below.logicalAnd(count.ge(0)), count.sub(mode)).add(mode);
  }

  /**
   * The logarithm of the probability of a count k, up to a number that depends on the rate alone. With n = k + 1 and Stirling's
   * series for n, large numbers cancel in {@code n log(n / rate) - (n - rate)}, which has a small error as a function of their
   * ratio less 1.
   */
  private static Tensor logProb(Tensor count, Tensor rate) {
    Tensor n = count.add(1);
    Tensor x = n.sub(rate).div(rate);
    Tensor deviance = x.add(1).mul(x.log1p()).sub(x).mul(rate);
    Tensor r = n.reciprocal();
    Tensor series = r.square().mul(-1 / 1260.0).add(1 / 360.0).mul(r.square()).sub(1 / 12.0);
    return n.log().mul(0.5).sub(deviance).add(series.mul(r));
  }
}
