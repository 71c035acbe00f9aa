package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.autograd.CustomFunction;
import java.util.List;

/**
 * The logarithm of draws of gamma distributions of rate 1, which has no underflow where concentrations are small.
 *
 * <p>A draw is that of Marsaglia and Tsang (2000): {@code d (1 + x / sqrt(9 d))^3} for a normally distributed x and {@code d =
 * concentration - 1/3}, if it is accepted. At least 0.951 of all proposals are, so that 13 of them are all rejected with a
 * probability below 2^-53; then d is drawn. A concentration below 1 is that of a draw with one more, times {@code
 * (1 - u)^(1 / concentration)}.
 *
 * <p>The gradient is the implicit one, {@link GammaIntegral#slope}: how the value of equal probability moves.
 */
final class StandardGamma extends CustomFunction {
  private static final int ROUNDS = 13;

  private final Random random;

  private StandardGamma(Random random) {
    this.random = random;
  }

  /** Draws of a shape to which concentrations are broadcast, in f32 or f64. */
  static Tensor logDraw(Random random, Tensor concentration, Shape shape) {
    Tensor wide = concentration.to(concentration.dtype().register());
    return new StandardGamma(random).apply(wide.broadcastTo(shape));
  }

  @Override
  protected Tensor forward(Context context, List<Tensor> inputs) {
    Tensor a = inputs.getFirst();
    DType dtype = a.dtype();
    Tensor small = a.lt(1);
    Tensor d = small.where(a.add(1), a).sub(1 / 3.0);
    Shape proposals = FirstAxis.shape(ROUNDS, a);
    Tensor step = random.normal(proposals, dtype, a.device()).div(d.mul(9).sqrt());
    Tensor log = step.log1p();
    // x^2 / 2 + d (1 - (1 + step)^3 + 3 log(1 + step)), without large numbers that cancel.
    Tensor bound = log.sub(step).mul(3).add(step.rsub(1.5).mul(step.square())).mul(d);
    Tensor u = random.uniform(proposals, dtype, a.device());
    Tensor accepted = step.gt(-1).logicalAnd(u.log().lt(bound));
    Tensor drawn = FirstAxis.firstAccepted(accepted, log.mul(3)).add(d.log());
    Tensor v = random.uniform(a.shape(), dtype, a.device());
    return small.where(v.neg().log1p().div(a).add(drawn), drawn);
  }

  @Override
  protected List<Tensor> backward(Context context, Tensor gradient) {
    return List.of(gradient.mul(GammaIntegral.slope(context.input(0), context.output())));
  }
}
