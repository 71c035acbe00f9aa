package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Op;
import org.junit.jupiter.api.Test;

/** Gradients that were derived by hand; the formula stands next to the numbers. */
class HandDerivedTest {
  private static final double[] ROWS = {0.5, -1.0, 2.0, 1.5, 0.25, -0.75};

  private static Tensor matrix(int rows, int columns, double... values) {
    return Doubles.of(values).reshape(rows, columns);
  }

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-12));
  }

  /** y = a W^T + b and L = sum(c y): delta = c, dL/dW = delta^T a, dL/db = column sums of delta, dL/da = delta W. */
  @Test
  void denseLayer() {
    Tensor a = matrix(2, 3, ROWS).requiresGrad();
    Tensor w = matrix(2, 3, 1, 2, 3, -1, 0.5, 4).requiresGrad();
    Tensor b = Doubles.of(0.1, 0.2).requiresGrad();
    Tensor delta = matrix(2, 2, 1, -2, 3, 0.5);
    Gradients g = a.matmul(w.t()).add(b).mul(delta).sum().backward();
    near(
        g.of(w),
        1 * 0.5 + 3 * 1.5,
        1 * -1.0 + 3 * 0.25,
        1 * 2.0 + 3 * -0.75,
        -2 * 0.5 + 0.5 * 1.5,
        -2 * -1.0 + 0.5 * 0.25,
        -2 * 2.0 + 0.5 * -0.75);
    near(g.of(b), 4, -1.5);
    near(
        g.of(a),
        1 * 1 + -2 * -1,
        1 * 2 + -2 * 0.5,
        1 * 3 + -2 * 4,
        3 * 1 + 0.5 * -1,
        3 * 2 + 0.5 * 0.5,
        3 * 3 + 0.5 * 4);
  }

  /** L = -log softmax(z)[k]: dL/dz = p - onehot(k). */
  @Test
  void softmaxWithCrossEntropy() {
    double[] logits = {0.2, -1.3, 2.1, 0.7};
    Tensor z = Doubles.of(logits).requiresGrad();
    Tensor gradient = z.logSoftmax(0).select(0, 2).neg().backward().of(z);
    double total = 0;
    for (double v : logits) {
      total += Math.exp(v);
    }
    double[] expected = new double[4];
    for (int i = 0; i < 4; i++) {
      expected[i] = Math.exp(logits[i]) / total - (i == 2 ? 1 : 0);
    }
    near(gradient, expected);
  }

  /** L = mean((p - t)^2): dL/dp = 2 (p - t) / n. */
  @Test
  void meanSquaredError() {
    Tensor p = Doubles.of(1.0, 2.0, -3.0, 4.0).requiresGrad();
    Tensor t = Doubles.of(0.5, 2.5, -1.0, 4.0);
    near(p.sub(t).square().mean().backward().of(p), 0.25, -0.25, -1, 0);
  }

  /** relu'(0) = 0 and abs'(0) = 0. */
  @Test
  void kinks() {
    Tensor x = Doubles.of(-2.0, 0.0, 3.0).requiresGrad();
    near(x.relu().sum().backward().of(x), 0, 0, 1);
    near(x.abs().sum().backward().of(x), -1, 0, 1);
  }

  /** A tie of two gives each a half, one of n in a reduction an n-th; where a position is chosen, its element has all. */
  @Test
  void ties() {
    Tensor a = Doubles.of(1.0, 2.0, 3.0).requiresGrad();
    Tensor b = Doubles.of(3.0, 2.0, 1.0).requiresGrad();
    Gradients larger = a.maximum(b).sum().backward();
    near(larger.of(a), 0, 0.5, 1);
    near(larger.of(b), 1, 0.5, 0);
    Gradients smaller = a.minimum(b).sum().backward();
    near(smaller.of(a), 1, 0.5, 0);
    near(smaller.of(b), 0, 0.5, 1);
    Tensor x = matrix(2, 3, 5, 1, 5, 2, 2, 2).requiresGrad();
    near(x.amax(1).sum().backward().of(x), 0.5, 0, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    near(x.amin(1).sum().backward().of(x), 0, 1, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    near(x.max(1).values().sum().backward().of(x), 1, 0, 0, 1, 0, 0);
    near(x.min(0, true).values().sum().backward().of(x), 0, 1, 0, 1, 0, 1);
  }

  /** The derivative of a product by a factor is the product of the others, zeros or not. */
  @Test
  void productsWithZeros() {
    Tensor x = matrix(4, 3, 2, 3, 4, 2, 0, 4, 0, 3, 0, 0, 0, 0).requiresGrad();
    near(x.prod(1).sum().backward().of(x), 12, 8, 6, 0, 8, 0, 0, 0, 0, 0, 0, 0);
  }

  /** d(a^b)/da = b a^(b-1) and d(a^b)/db = a^b log a, with 0 for the base 0. */
  @Test
  void powersAtZero() {
    Tensor a = Doubles.of(0.0, 0.0, 2.0, 0.0).requiresGrad();
    Tensor b = Doubles.of(0.0, 2.0, 0.0, 1.0).requiresGrad();
    Gradients g = a.pow(b).sum().backward();
    near(g.of(a), 0, 0, 0, 1);
    near(g.of(b), 0, 0, Math.log(2), 0);
  }

  @Test
  void theZerothPowerIsFlat() {
    Tensor a = Doubles.of(0.0, 2.0).requiresGrad();
    near(a.pow(Tensors.zerosLike(a)).sum().backward().of(a), 0, 0);
  }

  /** An element that is repeated n times and summed has gradient n. */
  @Test
  void constantGradientsAreFolded() {
    Tensor x = Doubles.of(1.0, 2.0, 3.0).requiresGrad();
    Tensor gradient = x.expand(5, 3).mul(2).neg().div(4).sum().backward().of(x);
    near(gradient, -2.5, -2.5, -2.5);
    assertThat(Constants.valueOf(gradient)).hasValue(-2.5);
  }

  /** Rounding is flat: its leaf has a gradient, which is zero. */
  @Test
  void flatFunctions() {
    Tensor x = Doubles.of(1.25, -0.5).requiresGrad();
    near(
        x.floor().add(x.ceil()).add(x.round()).add(x.trunc()).add(x.sign()).sum().backward().of(x),
        0,
        0);
  }

  /** A leaf used twice collects both gradients: d(x x + x)/dx = 2x + 1. */
  @Test
  void fanOut() {
    Tensor x = Doubles.of(3.0).requiresGrad();
    near(x.mul(x).add(x).sum().backward().of(x), 7);
  }

  @Test
  void seedsWeightTheOutput() {
    Tensor x = Doubles.of(1.0, 2.0).requiresGrad();
    near(x.square().backward(Doubles.of(10.0, 100.0)).of(x), 20, 400);
  }

  @Test
  void frozenTensorsHaveNoGradient() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor frozen = Doubles.of(5.0);
    Gradients g = x.mul(frozen).sum().backward();
    near(g.of(x), 5);
    assertThat(g.byLeaf()).hasSize(1);
    assertThatThrownBy(() -> g.of(frozen))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none for");
  }

  @Test
  void detachStopsTheGradient() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    near(x.mul(x.detach()).sum().backward().of(x), 2);
  }

  @Test
  void nothingIsTrackedInNoGrad() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor y = Scope.noGrad(() -> x.square().sum());
    assertThat(y.tracked()).isFalse();
    assertThatThrownBy(y::backward)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no tracked leaf");
  }

  @Test
  void plainGradientsAreNotTracked() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor w = Doubles.of(3.0).requiresGrad();
    Gradients g = x.mul(w).sum().backward();
    assertThat(g.of(x).tracked()).isFalse();
    assertThat(g.of(w).tracked()).isFalse();
    assertThat(x.exp().mul(x).sum().backward().of(x).node().op())
        .isEqualTo(new Op.Binary(BinaryOp.ADD));
  }

  @Test
  void gradientsAdd() {
    Tensor x = Doubles.of(2.0, 3.0).requiresGrad();
    Tensor w = Doubles.of(1.0, 1.0).requiresGrad();
    Gradients both = x.square().sum().backward().plus(x.mul(w).sum().backward());
    near(both.of(x), 5, 7);
    near(both.of(w), 2, 3);
  }
}
