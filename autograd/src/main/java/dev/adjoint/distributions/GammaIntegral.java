package dev.adjoint.distributions;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * Integrals of the density of a gamma distribution of rate 1, from a point to one of its ends.
 *
 * <p>With {@code t = z exp(s)}, the density at t times dt is that at z times {@code z exp(a s - z (exp(s) - 1)) ds}. Between 0
 * and where that has become {@code exp(-37)}, 32 points of Gauss and Legendre give 12 digits of f64, for all a and z. The end is
 * the one at which {@code log(t) - digamma(a)}, the derivative of the logarithm of the density by a, does not change its sign on
 * the way, so that nothing cancels. Where a and z are small, the integral for a + 1 is used, of which that for a is a function.
 */
final class GammaIntegral {
  private static final int POINTS = 32;
  private static final double DEPTH = 37;
  private static final double[] POSITIONS = new double[POINTS];
  private static final double[] WEIGHTS = new double[POINTS];

  static {
    for (int i = 0; i < POINTS; i++) {
      // A zero of the polynomial of Legendre in [-1, 1], by Newton's method.
      double x = StrictMath.cos(Math.PI * (i + 0.75) / (POINTS + 0.5));
      double slope = 0;
      for (int step = 0; step < 8; step++) {
        double last = 1;
        double p = x;
        for (int n = 2; n <= POINTS; n++) {
          double next = ((2 * n - 1) * x * p - (n - 1) * last) / n;
          last = p;
          p = next;
        }
        slope = POINTS * (x * p - last) / (x * x - 1);
        x -= p / slope;
      }
      POSITIONS[i] = (1 - x) / 2;
      WEIGHTS[i] = 1 / ((1 - x * x) * slope * slope);
    }
  }

  private final Tensor z;
  private final Tensor small;
  private final Tensor raised;
  private final Tensor score;
  private final Tensor end;

  /** The integrals for a concentration a up to the point {@code exp(y)}. */
  private GammaIntegral(Tensor a, Tensor y) {
    z = y.exp();
    small = a.lt(1).logicalAnd(z.lt(0.5));
    raised = small.where(a.add(1), a);
    score = y.sub(raised.digamma());
    end = Scope.noGrad(() -> score.lt(0).where(lower(), upper())).detach();
  }

  /** The derivative by the concentration a of {@code y = log z}, where z is what a draw is below with a given probability. */
  static Tensor slope(Tensor a, Tensor y) {
    var g = new GammaIntegral(a, y);
    Tensor s = g.points();
    Tensor integral = g.sum(s, g.score.add(s));
    return g.small.where(g.z.mul(integral).sub(g.score).div(a), integral);
  }

  /** The probability of a draw up to {@code exp(y)}. */
  static Tensor cdf(Tensor a, Tensor y) {
    var g = new GammaIntegral(a, y);
    Tensor s = g.points();
    Tensor density = g.raised.mul(y).sub(g.z).sub(g.raised.lgamma()).exp();
    Tensor part = density.mul(g.sum(s, Tensors.onesLike(s)));
    Tensor below = g.score.lt(0).where(part.neg(), part.rsub(1));
    Tensor step = a.mul(y).sub(g.z).sub(a.add(1).lgamma()).exp();
    return g.small.where(below.add(step), below);
  }

  /** A negative number whose exponential times z is so far below that what is beyond does not count. */
  private Tensor lower() {
    // With exp(-v) - 1 + v >= v^2 / (2 + v), where (a - z) v + z v^2 / (2 + v) is DEPTH.
    Tensor twice = raised.sub(z).mul(2);
    Tensor b = twice.rsub(DEPTH);
    Tensor root = b.square().add(raised.mul(8 * DEPTH)).sqrt();
    Tensor v = b.gt(0).where(b.add(root).div(raised.mul(2)), root.sub(b).rdiv(4 * DEPTH));
    return v.neg();
  }

  /** The same above z. */
  private Tensor upper() {
    // With exp(s) - 1 - s >= s^2 / 2, where (z - a) s + z s^2 / 2 is DEPTH; and one step closer to
    // the end.
    Tensor d = z.sub(raised);
    Tensor first = d.square().add(z.mul(2 * DEPTH)).sqrt().add(d).rdiv(2 * DEPTH);
    return raised.mul(first).add(DEPTH).div(z).log1p();
  }

  private Tensor points() {
    return end.mul(FirstAxis.values(POSITIONS, score));
  }

  /** The integral of a function times {@code exp(a s - z (exp(s) - 1))} from 0 to the end. */
  private Tensor sum(Tensor s, Tensor function) {
    Tensor relative = raised.mul(s).sub(z.mul(s.expm1())).exp();
    return relative.mul(function).mul(FirstAxis.values(WEIGHTS, score)).sum(0).mul(end);
  }
}
