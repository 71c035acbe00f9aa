package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that see or change the gradient of a tensor. */
class GradientHookTest {
  private static final Tensor X = Doubles.of(1, -2, 3);

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-12));
  }

  /** A hook sees the whole gradient, once, though the tensor has two users. */
  @Test
  void hooksSeeTheGradient() {
    var seen = new ArrayList<Tensor>();
    Tensor leaf = X.requiresGrad();
    Tensor x =
        leaf.registerHook(
            g -> {
              seen.add(g);
              return g;
            });
    near(x, 1, -2, 3);
    Tensor y = x.square().sum().add(x.mul(3).sum());
    assertThat(seen).isEmpty();
    near(y.backward().of(leaf), 5, -1, 9);
    assertThat(seen).hasSize(1);
    near(seen.getFirst(), 5, -1, 9);
    y.backward();
    assertThat(seen).hasSize(2);
  }

  /** What a hook gives flows on; hooks on hooks run from the last one down. */
  @Test
  void hooksChangeTheGradient() {
    Tensor leaf = X.requiresGrad();
    Tensor y = leaf.square().registerHook(g -> g.add(1)).registerHook(g -> g.clamp(-1, 1).mul(2));
    near(y.mul(Doubles.of(0.25, -5, 7)).sum().backward().of(leaf), 3, 4, 18);
  }

  /** A gradient that passed a hook has a gradient, which passes the hook too: {@code (2 x c)^2}, then {@code (8 x c^2)^2}. */
  @Test
  void hooksInHigherDerivatives() {
    Tensor leaf = X.requiresGrad();
    Tensor cubes = leaf.registerHook(Tensor::square).square().mul(leaf.detach()).sum();
    Tensor slope = Autograd.gradient(cubes, leaf);
    near(slope, 4, 64, 324);
    near(Autograd.gradient(slope.sum(), leaf), 64, 64 * 64, 216 * 216);
    near(
        Autograd.vmap(x -> Autograd.grad(a -> a.registerHook(g -> g.mul(2)).exp(), x), X),
        X.exp().mul(2).toDoubles());
    Tensor mapped = Autograd.vmap(x -> x.registerHook(g -> g.mul(g)).mul(3), leaf).sum();
    near(mapped.backward().of(leaf), 9, 9, 9);
  }

  /** Where no gradient flows, a hook is nothing. */
  @Test
  void withoutGradients() {
    assertThat(X.registerHook(Tensor::neg)).isSameAs(X);
    Tensor leaf = X.requiresGrad();
    assertThat(Scope.noGrad(() -> leaf.registerHook(Tensor::neg))).isSameAs(leaf);
    Tensor aside =
        leaf.registerHook(
            _ -> {
              throw new AssertionError("the result does not depend on it");
            });
    near(leaf.exp().sum().add(aside.detach().sum()).backward().of(leaf), X.exp().toDoubles());
  }

  @Test
  void gradientsOfAnotherShape() {
    Tensor leaf = X.requiresGrad();
    Tensor y = leaf.registerHook(Tensor::sum).sum();
    assertThatThrownBy(y::backward)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("registerHook: the hook gave f64[] as the gradient of f64[3]");
    assertThatThrownBy(() -> Autograd.gradient(y, List.of(leaf))).hasMessageContaining("f64[3]");
  }
}
