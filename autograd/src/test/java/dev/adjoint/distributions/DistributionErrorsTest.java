package dev.adjoint.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Shapes of draws and values, and the errors about those that do not fit. */
class DistributionErrorsTest {
  private static final Tensor X = Tensors.of(0.5, 0.25);

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  /** What is seen when a value is computed, with the line of the call. */
  private static void found(String message, Tensor computed) {
    assertThatThrownBy(computed::toDoubles)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith(message + " (at DistributionErrorsTest.java:");
  }

  @Test
  void shapesAreThoseOfSamplesBatchAndEvent() {
    var d = new Normal(Tensors.zeros(3, 1), Tensors.ones(2));
    assertThat(d.batchShape()).isEqualTo(Shape.of(3, 2));
    assertThat(d.eventShape()).isEqualTo(Shape.SCALAR);
    assertThat(d.sample().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(d.sample(5, 4).shape()).isEqualTo(Shape.of(5, 4, 3, 2));
    assertThat(d.logProb(Tensors.of(1.0)).shape()).isEqualTo(Shape.of(3, 2));
    assertThat(d.logProb(Tensors.zeros(4, 1, 1)).shape()).isEqualTo(Shape.of(4, 3, 2));
    var categorical = Categorical.ofLogits(Tensors.zeros(3, 2, 5));
    assertThat(categorical.sample(4).shape()).isEqualTo(Shape.of(4, 3, 2));
    assertThat(categorical.sample(0).shape()).isEqualTo(Shape.of(0, 3, 2));
    assertThat(categorical.logProb(Tensors.of(1)).shape()).isEqualTo(Shape.of(3, 2));
    assertThat(new Dirichlet(Tensors.ones(3, 2)).rsample(4).shape()).isEqualTo(Shape.of(4, 3, 2));
    var vectors = new MultivariateNormal(Tensors.zeros(3, 1, 2), Tensors.eye(2).expand(4, 2, 2));
    assertThat(vectors.batchShape()).isEqualTo(Shape.of(3, 4));
    assertThat(vectors.sample(5).shape()).isEqualTo(Shape.of(5, 3, 4, 2));
    assertThat(vectors.logProb(Tensors.zeros(5, 3, 4, 2)).shape()).isEqualTo(Shape.of(5, 3, 4));
    assertThat(vectors.logProb(Tensors.zeros(2)).shape()).isEqualTo(Shape.of(3, 4));
    var counts = new Multinomial(3, Tensors.ones(2, 4));
    assertThat(counts.sample(5).shape()).isEqualTo(Shape.of(5, 2, 4));
    var mixture =
        new MixtureSameFamily(
            new Categorical(Tensors.ones(4)), new Normal(Tensors.zeros(3, 4), Tensors.of(1.0)));
    assertThat(mixture.sample(5).shape()).isEqualTo(Shape.of(5, 3));
    assertThat(mixture.logProb(Tensors.zeros(5, 3)).shape()).isEqualTo(Shape.of(5, 3));
  }

  @Test
  void onlyDrawsByRsampleAreTracked() {
    Tensor loc = Tensors.zeros(2).requiresGrad();
    var d = new Normal(loc, Tensors.of(1.0));
    assertThat(d.rsample(new Random(1)).tracked()).isTrue();
    assertThat(d.sample(new Random(1)).tracked()).isFalse();
    assertThat(d.sample(new Random(1)).toFloats()).isEqualTo(d.rsample(new Random(1)).toFloats());
    assertThat(new Independent(d, 1).hasRsample()).isTrue();
    assertThatThrownBy(() -> new Bernoulli(0.5).rsample())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("Bernoulli: there is no rsample");
    assertThatThrownBy(() -> new Poisson(0.5).entropy()).hasMessage("Poisson: there is no entropy");
  }

  @Test
  void parametersFitEachOther() {
    refused(
        "Normal: shapes do not broadcast: [2] and [3]",
        () -> new Normal(Tensors.zeros(2), Tensors.ones(3)));
    refused(
        "Normal: needs parameters of one float type, not f32 and f64",
        () -> new Normal(X, X.to(DType.F64)));
    refused(
        "Normal: needs parameters of one float type, not i32 and i32",
        () -> new Normal(Tensors.of(1), Tensors.of(1)));
    refused(
        "Dirichlet: needs floats with at least 1 axes, not f32[]",
        () -> new Dirichlet(Tensors.of(1.0)));
    refused(
        "MultivariateNormal: matrices f32[2, 2] do not fit means f32[3]",
        () -> new MultivariateNormal(Tensors.zeros(3), Tensors.eye(2)));
    refused(
        "Independent: batch [2] does not have 2 axes",
        () -> new Independent(new Exponential(X), 2));
    refused(
        "MixtureSameFamily: probabilities [3] do not fit a batch [2] of components",
        () -> new MixtureSameFamily(new Categorical(Tensors.ones(3)), new Exponential(X)));
  }

  @Test
  void parametersAreInTheirRange() {
    refused("Normal: scale must be positive, it is 0.0", () -> new Normal(0, 0));
    refused("Normal: scale must be positive, it is NaN", () -> new Normal(0, Double.NaN));
    refused("Bernoulli: probs must be in [0, 1], it is 1.5", () -> new Bernoulli(1.5));
    refused("Poisson: rate must not be negative, it is -1.0", () -> new Poisson(-1));
    refused("Uniform: low must be below high, they are 1.0 and 1.0", () -> new Uniform(1, 1));
    refused("Binomial: totalCount must not be negative, it is -1", () -> new Binomial(-1, X));
    found("Normal: scale must be positive", new Normal(X, X.sub(0.5)).sample());
    found("Gamma: rate must be positive", new Gamma(X, X.neg()).mean());
    found("Uniform: low must be below high", new Uniform(X, X).entropy());
    found("Categorical: probs must not be negative", new Categorical(X.neg()).entropy());
    found("Geometric: probs must be positive", new Geometric(X.sub(0.5)).mean());
    found(
        "MultivariateNormal: scaleTril must be lower triangular with a positive diagonal",
        MultivariateNormal.ofScaleTril(X, Tensors.ones(2, 2)).entropy());
  }

  @Test
  void valuesFit() {
    refused(
        "Normal: a value [3] does not fit batch [2] and event []",
        () -> new Normal(X, X).logProb(Tensors.zeros(3)));
    refused(
        "Dirichlet: a value [3] does not fit batch [] and event [2]",
        () -> new Dirichlet(X).logProb(Tensors.zeros(3)));
    found("Exponential: a value must not be negative", new Exponential(1).logProb(X.neg()));
    found("Uniform: a value must be in [low, high]", new Uniform(0, 1).logProb(X.add(1)));
    found("Bernoulli: a value must be 0 or 1", new Bernoulli(0.5).logProb(X));
    found("Poisson: a value must be a whole number and not negative", new Poisson(1).logProb(X));
    found("Binomial: a value must be at most totalCount", new Binomial(2, X).logProb(X.mul(12)));
    found("Dirichlet: a value must have the sum 1", new Dirichlet(X).logProb(X));
    found("Normal: a probability must be in [0, 1]", new Normal(0, 1).icdf(X.add(1)));
    found(
        "OneHotCategorical: a value must be 1 at one category",
        new OneHotCategorical(X).logProb(X.ceil()));
    assertThatThrownBy(() -> new Categorical(X).logProb(Tensors.of(2)).toDoubles())
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
