package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of products, norms and distances where they have kinks, as libtorch 2.10.0 gives them. */
class ProductGradientsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final Tensor X = Tensors.of(new float[][] {{3, 0, -4}, {0, 0, 0}});
  private static final Tensor Y = Tensors.of(new float[][] {{3, 0, -4}, {1, 2, 2}});

  private static void assertGradient(UnaryOperator<Tensor> f, Tensor at, double... expected) {
    Tensor x = at.requiresGrad();
    double[] gradient = f.apply(x).sum().backward().of(x).toDoubles();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += 0.0;
    }
    assertArrayEquals(expected, gradient, 1e-6);
  }

  @Test
  void aDistanceOfZeroHasNoGradient() {
    assertGradient(x -> x.cdist(Y, 1), X, 1, -1, -1, -2, -1, 0);
    assertGradient(
        x -> x.cdist(Y, 1.5),
        X,
        0.51796436,
        -0.51796436,
        -0.8971407,
        -1.2645468,
        -0.75178206,
        0.094563246);
    assertGradient(
        x -> x.cdist(Y), X, 0.30151135, -0.30151135, -0.904534, -0.9333334, -0.6666667, 0.13333333);
    assertGradient(x -> x.cdist(Y, INFINITY), X, 0, 0, -1, 0, -1, 0);
  }

  @Test
  void aNormHasNoGradientWhereAnElementIsZero() {
    assertGradient(x -> x.vectorNorm(-1, 1), X, 0, 0, 0, 0, 0, 0);
    assertGradient(x -> x.vectorNorm(0.5, 1), X, 2.1547005, 0, -1.8660254, 0, 0, 0);
    assertGradient(x -> x.vectorNorm(1, 1), X, 1, 0, -1, 0, 0, 0);
    assertGradient(x -> x.vectorNorm(1.5, 1), X, 0.7329564, 0, -0.8463452, 0, 0, 0);
    assertGradient(x -> x.vectorNorm(2, 1), X, 0.6, 0, -0.8, 0, 0, 0);
    assertGradient(x -> x.vectorNorm(INFINITY, 1), X, 0, 0, -1, 0, 0, 0);
  }

  @Test
  void aQueryThatSeesNothingHasNoGradient() {
    Tensor query = Tensors.arange(8).toFloat().sub(3).div(4).reshape(2, 2, 2);
    Tensor key = Tensors.arange(6).toFloat().sub(2).div(2).reshape(1, 3, 2);
    Tensor value = Tensors.of(new float[][] {{1, 0}, {0, 10}, {-5, 2}});
    Tensor mask = Tensors.of(new boolean[][] {{true, false, true}, {false, false, false}});
    double a = -0.704599;
    double b = -1.0806857;
    assertGradient(
        x -> x.scaledDotProductAttention(key, value, mask), query, a, a, 0, 0, b, b, 0, 0);
  }
}
