package dev.adjoint.distributions;

import static dev.adjoint.distributions.Doubles.f64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import org.junit.jupiter.api.Test;

/** Densities, entropies, moments and distribution functions in f64 are those of SciPy 1.17.1. */
class DistributionValuesTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-12));
  }

  /** A distribution at some values. */
  private record At(Distribution d, Tensor value) {
    At logProb(double... expected) {
      near(d.logProb(value), expected);
      return this;
    }

    At entropy(double... expected) {
      near(d.entropy(), expected);
      return this;
    }

    At mean(double... expected) {
      near(d.mean(), expected);
      return this;
    }

    At variance(double... expected) {
      near(d.variance(), expected);
      near(d.stddev().square(), expected);
      return this;
    }

    At cdf(double... expected) {
      near(d.cdf(value), expected);
      return this;
    }

    void inverse() {
      near(d.icdf(d.cdf(value)), value.toDoubles());
    }
  }

  @Test
  void normal() {
    new At(new Normal(f64(-1, 0.5), f64(0.5, 2)), f64(-2.5, 1.25))
        .logProb(-4.725791352644727, -1.682398213764618)
        .entropy(0.7257913526447274, 2.112085713764618)
        .mean(-1, 0.5)
        .variance(0.25, 4)
        .cdf(0.0013498980316300933, 0.6461697666727237)
        .inverse();
    near(new Normal(f64(0), f64(1)).cdf(f64(-9)).mul(1e19), 1.1285884059538323);
  }

  @Test
  void logNormal() {
    new At(new LogNormal(f64(-1, 0.5), f64(0.5, 1.25)), f64(0.2, 3.5))
        .logProb(0.6408174215653049, -2.576173720770397)
        .entropy(-0.2742086473552726, 2.1420820845188824)
        .mean(0.41686201967850844, 3.601138336272176)
        .variance(0.04935621669798469, 48.89961193339875)
        .cdf(0.11144566329319255, 0.7264829447140322)
        .inverse();
  }

  @Test
  void halfNormal() {
    new At(new HalfNormal(f64(0.5, 2)), f64(0.25, 3.0))
        .logProb(0.3423558279152179, -2.0439385332046727)
        .entropy(0.0326441720847821, 1.4189385332046727)
        .mean(0.3989422804014327, 1.5957691216057308)
        .variance(0.09084505690810465, 1.4535209105296745)
        .cdf(0.3829249225480261, 0.8663855974622838)
        .inverse();
  }

  @Test
  void uniform() {
    new At(new Uniform(f64(-1, 2), f64(0.5, 4)), f64(-0.25, 3.5))
        .logProb(-0.4054651081081644, -0.6931471805599453)
        .entropy(0.4054651081081644, 0.6931471805599453)
        .mean(-0.25, 3.0)
        .variance(0.1875, 0.3333333333333333)
        .cdf(0.5, 0.75)
        .inverse();
    near(new Uniform(f64(0), f64(2)).logProb(f64(0, 2)), -Math.log(2), -INF);
    near(new Uniform(f64(0), f64(2)).cdf(f64(-1, 3)), 0, 1);
  }

  @Test
  void laplace() {
    new At(new Laplace(f64(-1, 0.5), f64(0.5, 2)), f64(-1.75, 3.0))
        .logProb(-1.5, -2.636294361119891)
        .entropy(1.0, 2.386294361119891)
        .mean(-1, 0.5)
        .variance(0.5, 8)
        .cdf(0.11156508007421491, 0.8567476015699049)
        .inverse();
  }

  @Test
  void cauchy() {
    new At(new Cauchy(f64(-1, 0.5), f64(0.5, 2)), f64(-1.75, 3.0))
        .logProb(-1.630237701631101, -2.778860410873872)
        .entropy(1.8378770664093453, 3.224171427529236)
        .mean(NAN, NAN)
        .variance(INF, INF)
        .cdf(0.1871670418109988, 0.7852232874772773)
        .inverse();
  }

  @Test
  void studentT() {
    new At(new StudentT(f64(1.5, 7), f64(-1, 0.5), f64(0.5, 2)), f64(-1.75, 3.0))
        .logProb(-1.528866519114639, -2.453609549263443)
        .entropy(1.4565122872847036, 2.25952544227755)
        .mean(-1, 0.5)
        .variance(INF, 5.6);
    near(new StudentT(f64(1, 2, 3)).variance(), NAN, INF, 3);
  }

  @Test
  void exponential() {
    new At(new Exponential(f64(0.5, 4)), f64(3.0, 0.1))
        .logProb(-2.1931471805599454, 0.9862943611198906)
        .entropy(1.6931471805599454, -0.3862943611198906)
        .mean(2, 0.25)
        .variance(4, 0.0625)
        .cdf(0.7768698398515702, 0.3296799539643607)
        .inverse();
  }

  @Test
  void gamma() {
    new At(new Gamma(f64(0.25, 7.5), f64(0.5, 4)), f64(0.3, 2.5))
        .logProb(-0.7083297165936117, -1.1812667711775442)
        .entropy(-0.9394204447741762, 0.9941462280392808)
        .mean(0.5, 1.875)
        .variance(1, 0.46875)
        .cdf(0.6668281976846435, 0.8280673106233991);
    near(new Gamma(f64(1), f64(2)).logProb(f64(0)), Math.log(2));
  }

  @Test
  void beta() {
    new At(new Beta(f64(0.25, 7.5), f64(0.5, 4)), f64(0.3, 0.625))
        .logProb(-0.5757894409776638, 0.9683654214479942)
        .entropy(-1.1379125471183382, -0.6048816928854919)
        .mean(0.3333333333333333, 0.6521739130434783)
        .variance(0.12698412698412698, 0.018147448015122872);
  }

  @Test
  void dirichlet() {
    Tensor concentration = f64(0.5, 2, 3.5, 4, 1, 0.25).reshape(2, 3);
    new At(new Dirichlet(concentration), f64(0.1, 0.3, 0.6, 0.5, 0.3, 0.2).reshape(2, 3))
        .logProb(1.6844088802663815, -0.39076919089369566)
        .entropy(-2.0582311419371573, -3.910588064871187)
        .mean(1 / 12.0, 1 / 3.0, 7 / 12.0, 16 / 21.0, 4 / 21.0, 1 / 21.0)
        .variance(
            0.010912698412698412,
            0.031746031746031744,
            0.034722222222222224,
            0.029024943310657598,
            0.024671201814058956,
            0.0072562358276643995);
  }

  @Test
  void trials() {
    new At(new Bernoulli(f64(0.25, 0.875)), f64(1.0, 0.0))
        .logProb(-1.3862943611198906, -2.0794415416798357)
        .entropy(0.5623351446188083, 0.37677016125643675)
        .mean(0.25, 0.875)
        .variance(0.1875, 0.109375);
    new At(new Binomial(5, f64(0.25, 0.875)), f64(2.0, 5.0))
        .logProb(-1.3330498466010785, -0.6676569631226131)
        .entropy(1.3420521325665231, 1.017036657410015)
        .mean(1.25, 4.375)
        .variance(0.9375, 0.546875);
    new At(new Geometric(f64(0.25, 0.875)), f64(3.0, 0.0))
        .logProb(-2.249340578475233, -0.13353139262452263)
        .entropy(2.249340578475233, 0.4305944700073563)
        .mean(3.0, 0.1428571428571428)
        .variance(12.0, 0.16326530612244897);
    near(new Bernoulli(f64(1)).logProb(f64(1)), 0);
  }

  @Test
  void logitsAreTheSameAsProbabilities() {
    Tensor p = f64(0.25, 0.875);
    Tensor logits = p.logit();
    Tensor x = f64(1, 0);
    near(Bernoulli.ofLogits(logits).logProb(x), new Bernoulli(p).logProb(x).toDoubles());
    near(Geometric.ofLogits(logits).entropy(), new Geometric(p).entropy().toDoubles());
    near(Binomial.ofLogits(3, logits).logProb(x), new Binomial(3, p).logProb(x).toDoubles());
    near(Categorical.ofLogits(p.log()).probs(), new Categorical(p).probs().toDoubles());
    near(Bernoulli.ofLogits(f64(-800, 800)).logProb(f64(1, 1)), -800, 0);
  }

  @Test
  void poisson() {
    new At(new Poisson(f64(0.25, 40)), f64(2.0, 33.0))
        .logProb(-3.7157359027997265, -3.3214450318216393)
        .mean(0.25, 40)
        .variance(0.25, 40);
    near(new Poisson(f64(0)).logProb(f64(0, 1)), 0, -INF);
  }

  @Test
  void categories() {
    Tensor p = f64(0.1, 0.2, 0.7, 2, 1, 1).reshape(2, 3);
    new At(new Categorical(p), f64(2, 0))
        .logProb(Math.log(0.7), Math.log(0.5))
        .entropy(0.8018185525433373, 1.0397207708399179)
        .mean(NAN, NAN)
        .variance(NAN, NAN);
    new At(new OneHotCategorical(p), f64(0, 0, 1, 1, 0, 0).reshape(2, 3))
        .logProb(Math.log(0.7), Math.log(0.5))
        .entropy(0.8018185525433373, 1.0397207708399179)
        .mean(0.1, 0.2, 0.7, 0.5, 0.25, 0.25)
        .variance(0.09, 0.16, 0.21, 0.25, 0.1875, 0.1875);
    new At(new Multinomial(4, p), f64(1, 0, 3, 2, 1, 1).reshape(2, 3))
        .logProb(-1.986315563690352, -1.6739764335716711)
        .entropy(1.9110424739246463, 2.372555140013916)
        .mean(0.4, 0.8, 2.8, 2, 1, 1)
        .variance(0.36, 0.64, 0.84, 1, 0.75, 0.75);
    near(new Categorical(f64(0, 1)).entropy(), 0);
    near(Categorical.ofLogits(f64(-INF, 0)).entropy(), 0);
  }

  @Test
  void multivariateNormal() {
    Tensor loc = f64(1, -1, 0.5);
    Tensor covariance = f64(2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 0.7).reshape(3, 3);
    var d = new MultivariateNormal(loc, covariance);
    new At(d, f64(0.5, 0.25, -1, 2, -2, 0).reshape(2, 3))
        .logProb(-7.439924906591692, -3.898781690511292)
        .entropy(4.254309328702247)
        .mean(1, -1, 0.5)
        .variance(2, 1, 0.7);
    near(d.covarianceMatrix(), covariance.toDoubles());
    near(
        MultivariateNormal.ofScaleTril(loc, covariance.cholesky()).logProb(loc),
        d.logProb(loc).toDoubles());
  }

  @Test
  void mixtureOfNormals() {
    var d =
        new MixtureSameFamily(
            new Categorical(f64(0.3, 0.7)), new Normal(f64(-1, 2), f64(0.5, 1.5)));
    new At(d, f64(-0.5, 0, 3))
        .logProb(-1.6523187985519812, -2.217025801166787, -1.9033008074737714)
        .cdf(0.2858566704115332, 0.3570228142236538, 0.8232552237171538)
        .mean(1.1)
        .variance(3.54);
  }

  @Test
  void independentElementsAreOneEvent() {
    var base = new Normal(f64(0, 1, 2, 3, 4, 5).reshape(2, 3), f64(1, 2, 4));
    var d = new Independent(base, 1);
    Tensor x = f64(0.5, -1, 2);
    assertThat(d.batchShape()).isEqualTo(Shape.of(2));
    assertThat(d.eventShape()).isEqualTo(Shape.of(3));
    near(d.logProb(x), base.logProb(x).sum(-1).toDoubles());
    near(d.entropy(), base.entropy().sum(-1).toDoubles());
    near(d.variance(), base.variance().toDoubles());
    near(new Independent(base, 0).logProb(x), base.logProb(x).toDoubles());
  }
}
