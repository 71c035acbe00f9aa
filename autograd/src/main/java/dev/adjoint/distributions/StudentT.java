package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * Student's t-distribution, of a density in proportion to {@code (1 + z^2 / df)^(-(df + 1) / 2)} with {@code z = (x - loc) /
 * scale}. Without more than 1 degree of freedom the mean is NaN; without more than 2 the variance is infinite, or NaN.
 *
 * @param df the degrees of freedom, positive
 * @param loc the median
 * @param scale what the distance to it is divided by, positive
 */
public record StudentT(Tensor df, Tensor loc, Tensor scale) implements Distribution {
  /** The distributions with these parameters, which are broadcast. */
  public StudentT {
    List<Tensor> all =
        Checks.broadcast(
            "StudentT",
            Constraint.POSITIVE.check("StudentT", "df", df),
            loc,
            Constraint.POSITIVE.check("StudentT", "scale", scale));
    df = all.get(0);
    loc = all.get(1);
    scale = all.get(2);
  }

  /** The distributions of median 0 and scale 1. */
  public StudentT(Tensor df) {
    this(df, Tensors.zerosLike(df), Tensors.onesLike(df));
  }

  /** One distribution. */
  public StudentT(double df, double loc, double scale) {
    this(Tensors.of(df), Tensors.of(loc), Tensors.of(scale));
  }

  @Override
  public Shape batchShape() {
    return loc.shape();
  }

  private Tensor half() {
    return df.mul(0.5);
  }

  private Tensor halfMore() {
    return df.add(1).mul(0.5);
  }

  /** The logarithm of {@code sqrt(df)} times the beta function of df / 2 and 1/2. */
  private Tensor logNormalizer() {
    Tensor beta = half().lgamma().sub(halfMore().lgamma()).add(0.5 * Math.log(Math.PI));
    return beta.add(df.log().mul(0.5));
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor z = Checks.value(this, loc.dtype(), value).sub(loc).div(scale);
    Tensor power = z.square().div(df).log1p().mul(halfMore());
    return power.add(logNormalizer()).add(scale.log()).neg();
  }

  @Override
  public Tensor mean() {
    return df.gt(1).where(loc, Double.NaN);
  }

  @Override
  public Tensor variance() {
    Tensor finite = scale.square().mul(df.div(df.sub(2)));
    Tensor wide = df.gt(1).where(Tensors.fullLike(df, Double.POSITIVE_INFINITY), Double.NaN);
    return df.gt(2).where(finite, wide);
  }

  @Override
  public Tensor entropy() {
    Tensor curve = halfMore().digamma().sub(half().digamma()).mul(halfMore());
    return curve.add(logNormalizer()).add(scale.log());
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor z = random.normal(shape, loc.dtype(), loc.device());
    Tensor log = StandardGamma.logDraw(random, half(), shape).sub(half().log());
    return z.mul(log.mul(-0.5).exp()).to(loc.dtype()).mul(scale).add(loc);
  }
}
