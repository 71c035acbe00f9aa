package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Derivatives of derivatives, and the products with Jacobians and Hessians. */
class HigherOrderTest {
  private static final UnaryOperator<Tensor> WAVE = x -> x.sin().mul(x.roll(1).exp());

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-11));
  }

  /** x^4, 4x^3, 12x^2, 24x, 24, 0. */
  @Test
  void derivativesOfAPower() {
    Tensor x = Doubles.of(1.5).requiresGrad();
    Tensor y = x.square().square().sum();
    double[] expected = {4 * 3.375, 12 * 2.25, 24 * 1.5, 24, 0};
    for (double derivative : expected) {
      Tensor gradient = Autograd.gradient(y, x);
      near(gradient, derivative);
      y = gradient.sum();
    }
  }

  /** sin, cos, -sin, -cos, sin. */
  @Test
  void derivativesOfTheSine() {
    Tensor x = Doubles.of(0.7).requiresGrad();
    Tensor y = x.sin().sum();
    for (double derivative :
        new double[] {Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)}) {
      Tensor gradient = Autograd.gradient(y, x);
      near(gradient, derivative);
      y = gradient.sum();
    }
  }

  /** The mixed derivative of a b^2: d/db d/da = 2b. */
  @Test
  void mixedDerivatives() {
    Tensor a = Doubles.of(3.0).requiresGrad();
    Tensor b = Doubles.of(5.0).requiresGrad();
    Tensor byA = Autograd.gradient(a.mul(b.square()).sum(), a);
    near(byA, 25);
    near(Autograd.gradient(byA.sum(), b), 10);
  }

  /** A gradient penalty: the loss contains a gradient and is differentiated by a parameter. */
  @Test
  void gradientsInsideALoss() {
    Tensor w = Doubles.of(2.0).requiresGrad();
    Tensor x = Doubles.of(3.0).requiresGrad();
    Tensor slope = Autograd.gradient(w.mul(x.square()).sum(), x);
    near(slope.square().sum().backward().of(w), 2 * 2.0 * 6 * 6);
  }

  /** Targets that are no leaves: y = (x^2)^3, by x^2 and by x. */
  @Test
  void gradientsOfIntermediateTensors() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor square = x.square();
    Tensor y = square.pow(3).sum();
    List<Tensor> gradients = Autograd.gradient(y, square, x);
    near(gradients.get(0), 48);
    near(gradients.get(1), 192);
  }

  @Test
  void independentTensorsHaveZeroGradient() {
    Tensor x = Doubles.of(2.0, 3.0).requiresGrad();
    Tensor other = Doubles.of(1.0).requiresGrad();
    near(Autograd.gradient(other.square().sum(), x), 0, 0);
  }

  @Test
  void untrackedTensorsAreRefused() {
    Tensor x = Doubles.of(2.0);
    assertThatThrownBy(() -> Autograd.gradient(x.square().sum(), x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not tracked");
    Tensor leaf = x.requiresGrad();
    assertThatThrownBy(() -> Autograd.gradient(leaf.expand(3), leaf))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a scalar");
    assertThatThrownBy(() -> Autograd.jvp(Tensor::sin, x, Doubles.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("direction");
  }

  /** The entries of the Jacobian of y_i = sin(x_i) exp(x_{i-1}). */
  @Test
  void jacobianHasTheDerivedEntries() {
    double[] x = {0.3, -0.8, 1.1};
    Tensor jacobian = Autograd.jacobian(WAVE, Doubles.of(x));
    assertThat(jacobian.shape()).isEqualTo(Shape.of(3, 3));
    double[] expected = new double[9];
    for (int i = 0; i < 3; i++) {
      int before = (i + 2) % 3;
      expected[3 * i + i] = Math.cos(x[i]) * Math.exp(x[before]);
      expected[3 * i + before] = Math.sin(x[i]) * Math.exp(x[before]);
    }
    near(jacobian, expected);
  }

  @Test
  void productsAgreeWithTheJacobian() {
    Tensor x = Doubles.of(0.3, -0.8, 1.1);
    Tensor v = Doubles.of(0.5, 2.0, -1.0);
    Tensor jacobian = Autograd.jacobian(WAVE, x);
    near(Autograd.vjp(WAVE, x, v), jacobian.t().mul(v).sum(1).toDoubles());
    near(Autograd.jvp(WAVE, x, v), jacobian.mul(v).sum(1).toDoubles());
  }

  @Test
  void jvpIsTheDirectionalDerivative() {
    Tensor x = Doubles.of(0.3, -0.8, 1.1);
    Tensor v = Doubles.of(0.5, 2.0, -1.0);
    double h = 1e-6;
    double[] high = WAVE.apply(x.add(v.mul(h))).toDoubles();
    double[] low = WAVE.apply(x.sub(v.mul(h))).toDoubles();
    double[] jvp = Autograd.jvp(WAVE, x, v).toDoubles();
    for (int i = 0; i < 3; i++) {
      assertThat(jvp[i]).isCloseTo((high[i] - low[i]) / (2 * h), within(1e-8));
    }
  }

  /** f = sum(x^3) + x_0 x_1: the Hessian is diag(6x) plus ones at (0, 1) and (1, 0). */
  @Test
  void hessian() {
    UnaryOperator<Tensor> f = x -> x.pow(3).sum().add(x.select(0, 0).mul(x.select(0, 1)));
    Tensor x = Doubles.of(1.0, -2.0, 0.5);
    near(Autograd.hessian(f, x), 6, 1, 0, 1, -12, 0, 0, 0, 3);
    near(Autograd.hvp(f, x, Doubles.of(1.0, 10.0, 100.0)), 16, -119, 300);
  }

  /** A derivative inside a function that is differentiated: d/dx (x * d/dx x^3) = 9x^2; what is captured is a constant. */
  @Test
  void derivativesNest() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor inner = x.mul(Autograd.vjp(t -> t.pow(3), x, Doubles.of(1.0)));
    near(Autograd.gradient(inner.sum(), x), 36);
    Tensor captured = x.mul(10);
    near(Autograd.vjp(t -> t.mul(captured), x, Doubles.of(1.0)), 20);
  }

  @Test
  void derivativesAreTakenInNoGradToo() {
    Tensor x = Doubles.of(2.0);
    Tensor slope = Scope.noGrad(() -> Autograd.jvp(Tensor::square, x, Doubles.of(1.0)));
    near(slope, 4);
    assertThat(slope.tracked()).isFalse();
  }
}
