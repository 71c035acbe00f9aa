package dev.adjoint.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Draws have the moments and the distribution that they should have, within what their number allows; the seeds are fixed. */
class DistributionSamplesTest {
  private static final int N = 20_000;

  /** Mean and variance are within 4 standard errors. */
  private static double[] moments(Distribution d) {
    double[] x = d.sample(new Random(11), N).toDoubles();
    double mean = d.mean().item();
    double variance = d.variance().item();
    double[] square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).toArray();
    near(x, mean);
    near(square, variance);
    return x;
  }

  private static void near(double[] x, double expected) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(mean).isCloseTo(expected, within(4 * Math.sqrt(square / x.length)));
  }

  /** The distance of Kolmogorov and Smirnov is below 1.95 / sqrt(n), which 1 of 1000 samples is above. */
  private static void follows(double[] sample, DoubleUnaryOperator cdf) {
    double[] x = sample.clone();
    Arrays.sort(x);
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      double p = cdf.applyAsDouble(x[i]);
      distance = Math.max(distance, Math.max(p - i / (double) N, (i + 1) / (double) N - p));
    }
    assertThat(distance).isLessThan(1.95 / Math.sqrt(x.length));
  }

  private static void followsCdf(Distribution d, double[] sample) {
    double[] x = sample.clone();
    Arrays.sort(x);
    double[] p = d.cdf(Tensors.of(x)).toDoubles();
    follows(p, u -> u);
  }

  @Test
  void continuousDistributions() {
    for (Distribution d :
        new Distribution[] {
          new Normal(-1, 2),
          new LogNormal(0.5, 0.5),
          new HalfNormal(2),
          new Uniform(-1, 3),
          new Laplace(1, 0.5),
          new Exponential(2),
          new Gamma(0.2, 1.5),
          new Gamma(1, 2),
          new Gamma(30, 0.5),
          new MixtureSameFamily(
              new Categorical(Tensors.of(0.3, 0.7)),
              new Normal(Tensors.of(-1.0, 2), Tensors.of(0.5, 1.5)))
        }) {
      followsCdf(d, moments(d));
    }
    Cauchy cauchy = new Cauchy(1, 2);
    followsCdf(cauchy, cauchy.sample(new Random(12), N).toDoubles());
  }

  @Test
  void ratiosOfGammaDraws() {
    follows(moments(new Beta(0.5, 1)), Math::sqrt);
    follows(moments(new Beta(1, 6)), x -> 1 - Math.pow(1 - x, 6));
    StudentT two = new StudentT(2, 0, 1);
    follows(two.sample(new Random(13), N).toDoubles(), t -> 0.5 + t / (2 * Math.sqrt(2 + t * t)));
    moments(new StudentT(9, 1, 2));
    Tensor shares = new Dirichlet(Tensors.of(0.5, 1, 3)).sample(new Random(14), N);
    near(shares.select(-1, 0).toDoubles(), 0.5 / 4.5);
    near(shares.select(-1, 2).toDoubles(), 3 / 4.5);
    near(shares.select(-1, 2).square().toDoubles(), 3 * 4 / (4.5 * 5.5));
    assertThat(shares.sum(-1).sub(1).abs().max().item()).isLessThan(1e-6);
  }

  @Test
  void smallConcentrationsGiveNoZeroAndNoNan() {
    Tensor gamma = new Gamma(1e-3, 1).sample(new Random(1), 1000);
    assertThat(gamma.min().item()).isPositive();
    assertThat(gamma.isFinite().all().item()).isEqualTo(1);
    Tensor beta = new Beta(1e-3, 1e-3).sample(new Random(2), 1000);
    assertThat(beta.min().item()).isPositive();
    assertThat(beta.max().item()).isLessThan(1);
    near(beta.toDoubles(), 0.5);
    Tensor shares = new Dirichlet(Tensors.of(1e-3, 1e-3, 1e-3)).sample(new Random(3), 1000);
    assertThat(shares.isNan().any().item()).isZero();
  }

  /** The chi-squared statistic of the counts 0 to most, of which those with fewer than 5 expected draws are left out. */
  private static void counts(Distribution d, int most) {
    double[] x = moments(d);
    double[] p = d.logProb(Tensors.arange(0, most + 1).to(DType.F32)).exp().toDoubles();
    int[] seen = new int[most + 1];
    for (double v : x) {
      if (v <= most) {
        seen[(int) v]++;
      }
    }
    double statistic = 0;
    int degrees = 0;
    for (int i = 0; i <= most; i++) {
      double expected = p[i] * N;
      if (expected >= 5) {
        statistic += (seen[i] - expected) * (seen[i] - expected) / expected;
        degrees++;
      }
    }
    assertThat(statistic).isLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  }

  @Test
  void discreteDistributions() {
    counts(new Bernoulli(0.3), 1);
    counts(new Geometric(0.3), 40);
    counts(new Binomial(12, Tensors.of(0.3)), 12);
    counts(new Poisson(0.25), 10);
    counts(new Poisson(11.9), 40);
    counts(new Poisson(12.1), 40);
    counts(new Poisson(200.5), 300);
    moments(new Poisson(1e5));
    assertThat(new Poisson(0).sample(new Random(1), 100).max().item()).isZero();
  }

  @Test
  void categories() {
    Tensor p = Tensors.of(0.1, 0.2, 0.7, 0.5, 0.25, 0.25).reshape(2, 3);
    Tensor drawn = new Categorical(p).sample(new Random(4), N);
    assertThat(drawn.dtype()).isEqualTo(DType.I64);
    Tensor hot = new OneHotCategorical(p).sample(new Random(4), N);
    assertThat(hot.argmax(-1).toLongs()).isEqualTo(drawn.toLongs());
    Tensor counts = new Multinomial(4, p).sample(new Random(5), N);
    assertThat(counts.sum(-1).ne(4).any().item()).isZero();
    IntStream.range(0, 6)
        .forEach(
            i -> {
              near(hot.select(2, i % 3).select(1, i / 3).toDoubles(), p.get(i / 3, i % 3).item());
              Tensor count = counts.select(2, i % 3).select(1, i / 3);
              near(count.toDoubles(), 4 * p.get(i / 3, i % 3).item());
            });
  }

  @Test
  void normalVectors() {
    Tensor covariance = Tensors.of(2, 0.5, 0.5, 1).reshape(2, 2);
    var d = new MultivariateNormal(Tensors.of(1.0, -1), covariance);
    Tensor x = d.sample(new Random(6), N);
    near(x.select(1, 0).toDoubles(), 1);
    Tensor centred = x.sub(d.mean());
    near(centred.prod(1).toDoubles(), 0.5);
    near(centred.square().select(1, 0).toDoubles(), 2);
    near(centred.square().select(1, 1).toDoubles(), 1);
  }

  @Test
  void mixturesOfVectorsDrawWholeVectors() {
    var components =
        new Independent(new Normal(Tensors.of(0.0, 0, 100, 100).reshape(2, 2), Tensors.of(1.0)), 1);
    var d = new MixtureSameFamily(new Categorical(Tensors.of(0.25, 0.75)), components);
    Tensor x = d.sample(new Random(7), N);
    assertThat(x.shape()).isEqualTo(Shape.of(N, 2));
    near(x.select(1, 0).gt(50).toFloat().toDoubles(), 0.75);
    assertThat(x.gt(50).sum(-1).eq(1).any().item()).isZero();
    near(d.mean().toDoubles(), 75);
  }

  @Test
  void drawsAreOfTheTypeOfTheParameters() {
    for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F32, DType.F64}) {
      Tensor two = Tensors.full(Shape.of(3), 2, dtype);
      for (Distribution d :
          new Distribution[] {
            new Normal(two, two),
            new Gamma(two, two),
            new Beta(two, two),
            new Dirichlet(two),
            new StudentT(two),
            new Poisson(two),
            new Bernoulli(two.mul(0.25))
          }) {
        Tensor x = d.sample(new Random(8), 2);
        assertThat(x.dtype()).isEqualTo(dtype);
        assertThat(x.isFinite().all().item()).isEqualTo(1);
        assertThat(d.logProb(x).isFinite().all().item()).as("%s", Checks.name(d)).isEqualTo(1);
      }
    }
  }
}
