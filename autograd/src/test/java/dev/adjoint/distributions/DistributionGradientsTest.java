package dev.adjoint.distributions;

import static dev.adjoint.distributions.Doubles.f64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.autograd.GradCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of first and second order agree with differences; those of gamma draws with closed values. */
class DistributionGradientsTest {
  private static final GradCheck FIRST = new GradCheck(1e-6, 1e-6, 1e-7, 64, 0);
  private static final GradCheck SECOND = new GradCheck(1e-6, 1e-5, 1e-6, 64, 0);

  /** Makes a distribution of its parameters. */
  private interface Family extends Function<List<Tensor>, Distribution> {}

  private static void check(String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    FIRST.check(name, f, inputs);
    SECOND.checkSecond(name, f, inputs);
  }

  /** Checks the logarithm of the density at a value, and the entropy unless it has none. */
  private static void density(Family family, Tensor value, Tensor... parameters) {
    var inputs = new ArrayList<>(List.of(parameters));
    inputs.add(value);
    int n = parameters.length;
    check("logProb", in -> family.apply(in.subList(0, n)).logProb(in.get(n)), inputs);
    check("entropy", in -> family.apply(in).entropy(), List.of(parameters));
  }

  /** Checks the distribution function at a value, and the draws of a generator. */
  private static void path(Family family, Tensor value, Tensor... parameters) {
    density(family, value, parameters);
    var inputs = new ArrayList<>(List.of(parameters));
    inputs.add(value);
    int n = parameters.length;
    check("cdf", in -> family.apply(in.subList(0, n)).cdf(in.get(n)), inputs);
    check("rsample", in -> family.apply(in).rsample(new Random(3), 2), List.of(parameters));
  }

  @Test
  void ofContinuousDistributions() {
    Tensor loc = f64(-0.5, 1);
    Tensor scale = f64(0.75, 2);
    path(in -> new Normal(in.get(0), in.get(1)), f64(0.25, 3), loc, scale);
    path(in -> new LogNormal(in.get(0), in.get(1)), f64(0.25, 3), loc, scale);
    path(in -> new HalfNormal(in.get(0)), f64(0.25, 3), scale);
    path(in -> new Laplace(in.get(0), in.get(1)), f64(0.25, 3), loc, scale);
    path(in -> new Cauchy(in.get(0), in.get(1)), f64(0.25, 3), loc, scale);
    path(in -> new Exponential(in.get(0)), f64(0.25, 3), scale);
    path(in -> new Uniform(in.get(0), in.get(1)), f64(0.25, 1.5), loc, scale);
  }

  @Test
  void ofTheGammaFamily() {
    Tensor a = f64(0.4, 3);
    Tensor b = f64(1.5, 0.75);
    density(in -> new Gamma(in.get(0), in.get(1)), f64(0.2, 5), a, b);
    density(in -> new Beta(in.get(0), in.get(1)), f64(0.2, 0.7), a, b);
    Function<List<Tensor>, Tensor> dirichlet =
        in -> new Dirichlet(in.get(0)).logProb(in.get(1).softmax(-1));
    check("dirichlet", dirichlet, List.of(a, f64(0.3, 0.7)));
    check("entropy", in -> new Dirichlet(in.get(0)).entropy(), List.of(a));
    density(in -> new StudentT(in.get(0), in.get(1), b), f64(0.2, 5), a, f64(1, 2));
    Tensor points = f64(0.1, 0.3, 0.9, 2, 3, 9);
    Tensor shapes = f64(0.3, 0.8, 0.8, 1.5, 4, 7);
    check("cdf", in -> new Gamma(in.get(0), f64(1)).cdf(in.get(1)), List.of(shapes, points));
    check("slope", in -> GammaIntegral.slope(in.get(0), in.get(1)), List.of(shapes, points.log()));
  }

  @Test
  void ofCounts() {
    Tensor p = f64(0.25, 0.6);
    density(in -> new Bernoulli(in.get(0)), Tensors.of(1, 0), p);
    density(in -> Bernoulli.ofLogits(in.get(0)), Tensors.of(1, 0), p);
    density(in -> new Binomial(3, in.get(0)), Tensors.of(1, 3), p);
    density(in -> new Geometric(in.get(0)), Tensors.of(1, 4), p);
    density(in -> new Categorical(in.get(0)), Tensors.of(1), p);
    density(in -> Categorical.ofLogits(in.get(0)), Tensors.of(1), p);
    density(in -> new Multinomial(3, in.get(0)), Tensors.of(1, 2), p);
    check("poisson", in -> new Poisson(in.get(0)).logProb(Tensors.of(0, 3)), List.of(p));
  }

  @Test
  void ofVectorsAndMixtures() {
    Tensor loc = f64(1, -1);
    Tensor matrix = f64(2, 0.5, 0.5, 1).reshape(2, 2);
    Tensor values = f64(0.5, 0.25, 2, -2).reshape(2, 2);
    Family normal = in -> new MultivariateNormal(in.get(0), in.get(1).add(in.get(1).t()).mul(0.5));
    density(normal, values, loc, matrix);
    check("draw", in -> normal.apply(in).rsample(new Random(3)), List.of(loc, matrix));
    Family mixture =
        in -> new MixtureSameFamily(new Categorical(in.get(0)), new Normal(in.get(1), f64(1)));
    check("mixture", in -> mixture.apply(in).logProb(f64(0.5)), List.of(f64(0.3, 0.6), loc));
  }

  @Test
  void ofDivergences() {
    Tensor a = f64(1.5);
    Tensor b = f64(0.75);
    Tensor c = f64(2);
    check(
        "normal",
        in ->
            Distributions.klDivergence(
                new Normal(in.get(0), in.get(1)), new Normal(in.get(1), in.get(2))),
        List.of(a, b, c));
    check(
        "gamma",
        in ->
            Distributions.klDivergence(
                new Gamma(in.get(0), in.get(1)), new Gamma(in.get(1), in.get(2))),
        List.of(a, b, c));
    check(
        "uniform to beta",
        in ->
            Distributions.klDivergence(
                new Uniform(f64(0), in.get(1)), new Beta(in.get(0), in.get(2))),
        List.of(a, b, c));
  }

  /** The values of {@code torch._standard_gamma_grad} in libtorch 2.10.0 have an error of up to 5e-4 themselves. */
  @Test
  void gammaDrawsMoveAsInPyTorch() {
    double[] a = {0.02, 0.5, 0.9, 1, 3, 10, 10, 100, 1e4};
    double[] z = {0.006, 0.5, 1.53, 1, 3, 3, 17, 121, 9790};
    double[] torch = {
      1.38119064984,
      1.33735548388,
      1.54237922354,
      1.17362116273,
      1.05701203609,
      0.524443479129,
      1.31036620561,
      1.10017147952,
      0.989442986605
    };
    // By mpmath 1.3.0 with 40 digits, from the integral of the derivative of the density.
    double[] exact = {
      1.381190649835002, 1.337352594335335, 1.542290382785791, 1.173563027224727,
      1.057026965688284, 0.524211960601438, 1.310200463376439, 1.100166691062372,
      0.9894422087319186
    };
    Tensor slopes = GammaIntegral.slope(f64(a), f64(z).log()).mul(f64(z));
    for (int i = 0; i < a.length; i++) {
      assertThat(slopes.toDoubles()[i]).isCloseTo(torch[i], within(5e-4 * torch[i]));
      assertThat(slopes.toDoubles()[i]).isCloseTo(exact[i], within(1e-12 * exact[i]));
    }
    double[] f32 = GammaIntegral.slope(f64(a).toFloat(), f64(z).toFloat().log()).toDoubles();
    for (int i = 0; i < a.length; i++) {
      double error = 2e-6 * Math.max(1, Math.sqrt(a[i]));
      assertThat(f32[i] * z[i] / exact[i]).isCloseTo(1, within(error));
    }
  }

  /** The value of equal probability: by the derivatives of the distribution function. */
  @Test
  void gammaDrawsKeepTheirProbability() {
    Tensor a = f64(0.05, 0.7, 2.5, 60).requiresGrad();
    Tensor z = new Gamma(a, f64(1)).rsample(new Random(5), 3);
    Tensor moved = Autograd.gradient(z.sum(), a);
    Tensor at = z.detach().requiresGrad();
    Tensor fixed = a.detach().expand(3, 4).requiresGrad();
    Tensor below = new Gamma(fixed, f64(1)).cdf(at).sum();
    List<Tensor> slopes = Autograd.gradient(below, List.of(fixed, at));
    Tensor implicit = slopes.get(0).div(slopes.get(1)).neg().sum(0);
    assertThat(moved.toDoubles()).containsExactly(implicit.toDoubles(), within(1e-9));
  }

  private static void mean(double expected, UnaryOperator<Tensor> meanOfDraws) {
    Tensor parameter = Tensors.full(Shape.of(20_000), 0.7).requiresGrad();
    Tensor slopes = Autograd.gradient(meanOfDraws.apply(parameter).sum(), parameter);
    double error = 4 * slopes.std().item() / Math.sqrt(20_000);
    assertThat(slopes.mean().item()).isCloseTo(expected, within(error));
  }

  /** Gradients of draws are, on the average, those of the mean or variance. */
  @Test
  void gradientsOfDrawsAreUnbiased() {
    Tensor two = Tensors.of(2d);
    mean(0.5, a -> new Gamma(a, two).rsample(new Random(1)));
    mean(2 / (2.7 * 2.7), a -> new Beta(a, two).rsample(new Random(2)));
    mean(-0.7 / (2.7 * 2.7), a -> new Beta(Tensors.of(0.7), a.add(1.3)).rsample(new Random(3)));
    // Of df / (df - 2), at 10.7.
    mean(
        -2 / (8.7 * 8.7),
        df ->
            new StudentT(df.add(10), Tensors.of(0d), Tensors.of(1d))
                .rsample(new Random(4))
                .square());
    mean(
        2 / (2.7 * 2.7),
        a ->
            new Dirichlet(Tensors.stack(-1, a, a.mul(0).add(2)))
                .rsample(new Random(5))
                .select(-1, 0));
  }
}
