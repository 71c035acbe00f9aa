package dev.adjoint.distributions;

import static dev.adjoint.distributions.Doubles.f64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import org.junit.jupiter.api.Test;

/** Divergences are the integrals, or sums, of their definition, computed by SciPy 1.17.1. */
class DivergencesTest {
  private static final Normal NORMAL = new Normal(f64(-0.25), f64(0.75));
  private static final Laplace LAPLACE = new Laplace(f64(-0.25), f64(0.75));
  private static final Exponential EXPONENTIAL = new Exponential(f64(2));
  private static final Gamma GAMMA = new Gamma(f64(1.25), f64(2));
  private static final Beta BETA = new Beta(f64(1.25), f64(2));
  private static final Uniform UNIFORM = new Uniform(f64(0.25), f64(0.75));

  private static void near(double expected, Distribution p, Distribution q) {
    assertThat(Distributions.klDivergence(p, q).item())
        .as("%s to %s", Checks.name(p), Checks.name(q))
        .isCloseTo(expected, within(1e-10));
  }

  @Test
  void ofOneFamily() {
    near(0.8780632651228983, new Normal(f64(0.5), f64(1.25)), NORMAL);
    near(
        1.3445348918918356,
        new LogNormal(f64(0.5), f64(0.75)),
        new LogNormal(f64(-0.25), f64(0.5)));
    near(0.12768733033038662, new HalfNormal(f64(0.5)), new HalfNormal(f64(0.75)));
    near(1.0986122886681096, UNIFORM, new Uniform(f64(0), f64(1.5)));
    near(0.40386043639072006, new Laplace(f64(0.5), f64(1.25)), LAPLACE);
    near(0.19611487892629056, new Cauchy(f64(0.5), f64(1.25)), new Cauchy(f64(-0.25), f64(0.75)));
    near(1.613705638880109, new Exponential(f64(0.5)), EXPONENTIAL);
    near(3.43662119431383, new Gamma(f64(2.5), f64(0.75)), GAMMA);
    near(0.512397631353258, new Beta(f64(2.5), f64(1.5)), BETA);
    near(12.133299537996345, new Dirichlet(f64(0.5, 2, 3.5)), new Dirichlet(f64(4, 1, 0.25)));
  }

  @Test
  void ofCounts() {
    near(0.4298131946103267, new Bernoulli(f64(0.25)), new Bernoulli(f64(0.7)));
    near(2.149065973051633, new Binomial(5, f64(0.25)), new Binomial(5, f64(0.7)));
    near(1.7192527784413065, new Geometric(f64(0.25)), new Geometric(f64(0.7)));
    near(0.32499092688566134, new Poisson(f64(2.5)), new Poisson(f64(4)));
    near(3.091091265101219, new Bernoulli(f64(0.25)), new Poisson(f64(4)));
    Tensor p = f64(0.1, 0.2, 0.7);
    Tensor q = f64(0.5, 0.25, 0.25);
    near(0.5151610905205586, new Categorical(p), new Categorical(q));
    near(0.5151610905205586, new OneHotCategorical(p), new OneHotCategorical(q));
  }

  @Test
  void ofTwoFamilies() {
    near(0.32562546439513373, new Normal(f64(0.5), f64(1.25)), LAPLACE);
    Beta beta = new Beta(f64(2.5), f64(1.5));
    near(1.5420821304590477, beta, NORMAL);
    near(0.7454562669239881, beta, EXPONENTIAL);
    near(0.612137892308828, beta, GAMMA);
    near(0.8817506280438788, beta, new Uniform(f64(-0.5), f64(1.5)));
    near(6.993664835748502, new Exponential(f64(0.5)), NORMAL);
    near(1.3131641284037068, new Exponential(f64(0.5)), GAMMA);
    near(13.977824009660255, new Gamma(f64(2.5), f64(0.75)), NORMAL);
    near(3.9558895041498867, new Gamma(f64(2.5), f64(0.75)), EXPONENTIAL);
    near(1.9927435066565147, new Laplace(f64(0.5), f64(1.25)), NORMAL);
    near(1.842922159831356, UNIFORM, NORMAL);
    near(1, UNIFORM, EXPONENTIAL);
    near(0.913035350467632, UNIFORM, GAMMA);
    near(0.5820433231765642, UNIFORM, BETA);
  }

  @Test
  void ofNormalVectors() {
    var p =
        new MultivariateNormal(
            f64(1, -1, 0.5), f64(2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 0.7).reshape(3, 3));
    var q =
        new MultivariateNormal(
            f64(0, 0.25, 1), f64(1, 0.1, 0, 0.1, 1.5, -0.4, 0, -0.4, 0.9).reshape(3, 3));
    near(2.036470274066379, p, q);
    var a = new Normal(f64(0, 1), f64(1, 2));
    var b = new Normal(f64(1, 1), f64(1, 3));
    Tensor each = Distributions.klDivergence(a, b);
    near(each.sum().item(), new Independent(a, 1), new Independent(b, 1));
  }

  @Test
  void isInfiniteWhereDrawsAreExcluded() {
    double infinite = Double.POSITIVE_INFINITY;
    near(infinite, new Uniform(f64(0), f64(2)), UNIFORM);
    near(infinite, new Uniform(f64(-1), f64(2)), EXPONENTIAL);
    near(infinite, new Uniform(f64(-1), f64(2)), GAMMA);
    near(infinite, new Uniform(f64(0), f64(2)), BETA);
    near(infinite, BETA, UNIFORM);
    near(infinite, NORMAL, EXPONENTIAL);
    near(infinite, LAPLACE, UNIFORM);
    near(infinite, GAMMA, BETA);
    near(infinite, new Poisson(f64(2)), new Binomial(3, f64(0.5)));
    near(infinite, new Binomial(5, f64(0.5)), new Binomial(3, f64(0.5)));
    near(infinite, new Categorical(f64(0.5, 0.5)), new Categorical(f64(1, 0)));
    near(Math.log(2), new Categorical(f64(1, 0)), new Categorical(f64(0.5, 0.5)));
  }

  @Test
  void batchesAreBroadcast() {
    var p = new Normal(f64(0, 1, 2), f64(1));
    var q = new Normal(f64(0, 1).reshape(2, 1), f64(1));
    assertThat(Distributions.klDivergence(p, q).toDoubles())
        .containsExactly(0, 0.5, 2, 0.5, 0, 0.5);
    assertThat(Distributions.klDivergence(q, new Gamma(f64(1, 2, 3), f64(1))).shape())
        .isEqualTo(Shape.of(2, 3));
  }

  @Test
  void namesFamiliesWithoutAClosedForm() {
    assertThatThrownBy(() -> Distributions.klDivergence(EXPONENTIAL, new Poisson(f64(1))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("klDivergence: there is none from Exponential to Poisson");
    assertThatThrownBy(
            () -> Distributions.klDivergence(new Binomial(2, f64(0.5)), new Binomial(3, f64(0.5))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("klDivergence: there is no closed form for Binomial of 2 trials and of 3");
    var flat = new Independent(new Normal(f64(0, 1), f64(1)), 0);
    assertThatThrownBy(() -> Distributions.klDivergence(flat, new Independent(flat.baseDist(), 1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("klDivergence: there is none of Independent with 0 axes and with 1");
  }
}
