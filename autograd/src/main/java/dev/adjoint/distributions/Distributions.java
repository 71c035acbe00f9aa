package dev.adjoint.distributions;

import dev.adjoint.Tensor;

/** Functions of two distributions. */
public final class Distributions {
  private Distributions() {}

  private record Pair(Distribution p, Distribution q) {}

  /**
   * The divergence of Kullback and Leibler from p to q: the expected value, under p, of {@code p.logProb(x) - q.logProb(x)}.
   * There is one for each element of the batches, which are broadcast. It is infinite where p has draws that q excludes.
   *
   * @throws UnsupportedOperationException if there is no closed form for the two families
   */
  public static Tensor klDivergence(Distribution p, Distribution q) {
    return switch (new Pair(p, q)) {
      case Pair(Normal a, Normal b) -> a.kl(b);
      case Pair(LogNormal a, LogNormal b) -> a.base().kl(b.base());
      case Pair(HalfNormal a, HalfNormal b) -> a.kl(b);
      case Pair(Uniform a, Uniform b) -> a.kl(b);
      case Pair(Laplace a, Laplace b) -> a.kl(b);
      case Pair(Cauchy a, Cauchy b) -> a.kl(b);
      case Pair(Exponential a, Exponential b) -> a.kl(b);
      case Pair(Gamma a, Gamma b) -> a.kl(b);
      case Pair(Beta a, Beta b) -> a.kl(b);
      case Pair(Dirichlet a, Dirichlet b) -> a.kl(b);
      case Pair(Bernoulli a, Bernoulli b) -> a.kl(b);
      case Pair(Binomial a, Binomial b) -> a.kl(b);
      case Pair(Geometric a, Geometric b) -> a.kl(b);
      case Pair(Categorical a, Categorical b) -> a.kl(b);
      case Pair(OneHotCategorical a, OneHotCategorical b) -> a.kl(b);
      case Pair(Poisson a, Poisson b) -> a.kl(b);
      case Pair(MultivariateNormal a, MultivariateNormal b) -> a.kl(b);
      case Pair(Independent a, Independent b) -> a.kl(b);
      case Pair(var _, var _) -> CrossDivergences.of(p, q);
    };
  }
}
