package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of composed operations where a careless composition gives NaN or a wrong side: far out, at joints, at ties. */
final class EdgeGradientsTest {
  private static final double[] FAR = {-1e4, 0, 1e4};

  /** The numbers 1, 2, ... */
  private static Tensor weights(int n) {
    return Tensors.arange(1, n + 1).to(DType.F64);
  }

  private static void assertGradient(double[] expected, UnaryOperator<Tensor> f, double... at) {
    Scope.withDType(
        DType.F64,
        () -> {
          Tensor x = Tensors.of(at).requiresGrad();
          assertArrayEquals(expected, f.apply(x).sum().backward().of(x).toDoubles(), 1e-12);
          return x;
        });
  }

  /** For example, the third factor is in two products: 3 (1 * 2) + 4 (1 * 2 * 4). */
  @Test
  void runningProductsWithZeros() {
    assertGradient(new double[] {5, 2, 38, 0}, x -> x.cumprod(0).mul(weights(4)), 1, 2, 0, 4);
    assertGradient(new double[] {1, 2, 0, 0}, x -> x.cumprod(0).mul(weights(4)), 1, 0, 0, 4);
  }

  @Test
  void runningLogarithmsFarOut() {
    assertGradient(
        new double[] {3, 0, 0}, x -> x.logcumsumexp(0), 1e4, -1e4, Double.NEGATIVE_INFINITY);
    assertGradient(new double[] {1, 2}, x -> x.logcumsumexp(0).mul(weights(2)), -1e4, 1e4);
  }

  @Test
  void runningExtremesGiveTheLastOfEqualOnes() {
    assertGradient(new double[] {1, 1, 2, 0}, x -> x.cummax(0).values(), 3, 7, 7, 1);
    assertGradient(new double[] {1, 1, 1}, x -> x.cummin(0).values(), 3, 2, 2);
  }

  @Test
  void activationsFarOut() {
    assertGradient(new double[] {0, 0.5, 1}, Tensor::softplus, FAR);
    assertGradient(new double[] {1, 0.5, 0}, Tensor::logSigmoid, FAR);
    assertGradient(new double[] {0, 1, 1}, Tensor::elu, FAR);
    assertGradient(new double[] {0, 0.5, 1}, Tensor::gelu, FAR);
    assertGradient(new double[] {0, 0.5, 1}, x -> x.gelu("tanh"), FAR);
    assertGradient(new double[] {0, 0.5, 1}, Tensor::silu, FAR);
    assertGradient(new double[] {0, 0.6, 1}, Tensor::mish, FAR);
    assertGradient(new double[] {0, 0.25, 0}, Tensor::sigmoid, FAR);
    assertGradient(new double[] {0, 1, 0}, Tensor::tanh, FAR);
  }

  /** Far out on the left, against mpmath: one plus the error function, or plus a tangent, is 0 there. */
  @Test
  void activationsDoNotCancel() {
    assertRelative(
        new double[] {-0.0005036496612, -1.695051794e-9, -8.164789523e-17},
        Tensor::gelu,
        -4,
        -6.5,
        -8.75);
    assertRelative(
        new double[] {-0.0003351231971, -6.583473768e-12, -2.343666527e-25},
        x -> x.gelu("tanh"),
        -4,
        -6.5,
        -8.75);
    assertRelative(
        new double[] {-0.0004085602087, -1.65685816e-16, -1.425832596e-33},
        Tensor::silu,
        -10,
        -40,
        -80);
    assertRelative(
        new double[] {-0.0004085797869, -1.65685816e-16, -1.425832596e-33},
        Tensor::mish,
        -10,
        -40,
        -80);
  }

  private static void assertRelative(double[] expected, UnaryOperator<Tensor> f, double... at) {
    Tensor x = Tensors.of(at).requiresGrad();
    double[] gradient = f.apply(x).sum().backward().of(x).toDoubles();
    for (int i = 0; i < at.length; i++) {
      assertEquals(expected[i], gradient[i], 1e-4 * Math.abs(expected[i]));
    }
  }

  @Test
  void jointsTakeTheSideOfPyTorch() {
    assertGradient(new double[] {0, 1, 1, 1, 0}, x -> x.clamp(0, 1), -1, 0, 0.5, 1, 2);
    assertGradient(new double[] {0, 0, 1, 0, 0}, Tensor::relu6, -1, 0, 3, 6, 7);
    assertGradient(new double[] {0.01, 0.01, 1}, Tensor::leakyRelu, -1, 0, 1);
    assertGradient(new double[] {0, 0.5, 1}, x -> x.maximum(1), 0, 1, 2);
    assertGradient(
        new double[] {1, 0, 0}, Tensor::nanToNum, 1, Double.NaN, Double.POSITIVE_INFINITY);
  }

  @Test
  void sumsOfExponentials() {
    assertGradient(new double[] {1, 0, 0}, Tensor::logsumexp, 1e4, 0, -1e4);
    double infinity = Double.POSITIVE_INFINITY;
    assertGradient(new double[] {0, Double.NaN, 0}, Tensor::logsumexp, 90, infinity, -infinity);
    assertGradient(new double[] {1, 1.5, 2}, x -> x.logaddexp(x.mul(2)), -1e4, 0, 1e4);
    assertGradient(
        new double[] {0, 0, 0}, x -> x.softmax(0).mul(Tensors.of(1.0, 2, 3)), 1e4, 0, -1e4);
  }

  @Test
  void lengthsAtZeroHaveNoSlope() {
    assertGradient(new double[] {0, 0}, Tensor::norm, 0, 0);
    assertGradient(new double[] {0, 0}, x -> x.norm(3), 0, 0);
    assertGradient(new double[] {0, 0}, Tensor::std, 2, 2);
    assertGradient(new double[] {0.6, 0.8}, Tensor::norm, 3, 4);
    assertGradient(new double[] {0, 0.6}, x -> x.hypot(Tensors.of(0.0, 4)), 0, 3);
  }

  @Test
  void powersNearZero() {
    assertGradient(
        new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -0.25},
        x -> x.pow(-2),
        0,
        -0.0,
        2);
    assertGradient(
        new double[] {0, 0, 0, 0}, x -> x.pow(0), 0, 3, Double.POSITIVE_INFINITY, Double.NaN);
    assertGradient(new double[] {0, 0}, x -> x.pow(Tensors.of(0.0, 0)), 0, Double.NaN);
    assertGradient(
        new double[] {0, 0, Double.NEGATIVE_INFINITY}, x -> Tensors.of(0.0, 0, 0).pow(x), 2, 0, -1);
    Tensor small = Tensors.of(1e-12f).requiresGrad();
    assertEquals(-2e36, small.pow(-2).backward().of(small).item(), 1e30);
  }

  @Test
  void anglesAtTheOriginHaveNoSlope() {
    assertGradient(new double[] {0, 0.25, 0}, x -> x.atan2(Tensors.of(0.0, 4, -0.0)), 0, 0, -0.0);
    assertGradient(new double[] {0, -0.25}, x -> Tensors.of(0.0, 4).atan2(x), 0, 0);
    Tensor y = Tensors.of(1e-25f).requiresGrad();
    assertEquals(5e24, y.atan2(Tensors.of(1e-25f)).backward().of(y).item(), 1e19);
    Tensor far = Tensors.of(1e25f).requiresGrad();
    assertEquals(5e-26, far.atan2(Tensors.of(1e25f)).backward().of(far).item(), 1e-31);
  }

  /** As in PyTorch: {@code fmax} and {@code fmin} give a tie to the first operand, maximum and minimum share it. */
  @Test
  void tiesOfExtremes() {
    double nan = Double.NaN;
    assertGradient(
        new double[] {1, 0, 0, 1}, x -> x.fmax(Tensors.of(2.0, 3, 3, nan)), 2, 2, nan, 2);
    assertGradient(
        new double[] {1, 1, 0, 1}, x -> x.fmin(Tensors.of(2.0, 3, 3, nan)), 2, 2, nan, 2);
    assertGradient(new double[] {0, 1}, x -> Tensors.of(2.0, 3).fmax(x), 2, 4);
    assertGradient(new double[] {0.5, 0}, x -> x.maximum(Tensors.of(2.0, 3)), 2, 2);
  }

  @Test
  void productsWithZero() {
    assertGradient(new double[] {6, 0, 0}, Tensor::prod, 0, 2, 3);
    assertGradient(
        new double[] {0, Math.log(5), Math.log(2)}, x -> x.xlogy(Tensors.of(0.0, 5, 2)), 0, 0, 3);
    assertGradient(new double[] {0, 0.4, 1.5}, x -> Tensors.of(0.0, 2, 3).xlogy(x), 0, 5, 2);
  }

  @Test
  void inverseErrorFunction() {
    double half = 0.4769362762044698733814;
    double slope = Math.sqrt(Math.PI) / 2;
    assertGradient(new double[] {slope, slope * Math.exp(half * half)}, Tensor::erfinv, 0, 0.5);
  }
}
