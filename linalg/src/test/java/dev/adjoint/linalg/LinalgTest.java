package dev.adjoint.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Results and gradients are those of libtorch 2.10.0; gradients of both orders agree with differences. */
class LinalgTest {
  private static final GradCheck FIRST = new GradCheck(1e-6, 1e-5, 1e-6, 64, 0);
  private static final GradCheck SECOND = new GradCheck(1e-6, 1e-4, 1e-5, 12, 0);

  /** The numbers -4, 3, -1, 6, 2, -2, 5, 1, -3, 4, 0, from which matrices and the gradients of results are made. */
  private static Tensor numbers(int... shape) {
    double[] values = new double[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7 % 11 - 4;
    }
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape)).requiresGrad();
  }

  private static Tensor weighed(Tensor y) {
    return y.mul(numbers(y.shape().dims()).detach()).sum();
  }

  private static Tensor definite(Tensor x) {
    return x.matmul(x.transpose(-2, -1)).add(Tensors.eye(x.dim(-2)).toDouble());
  }

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-10));
  }

  private static void check(UnaryOperator<Tensor> f, int... shape) {
    Tensor x = new Random(5).uniform(-1d, 1d, shape).to(DType.F64);
    FIRST.check("linalg", in -> f.apply(in.getFirst()), List.of(x));
    SECOND.checkSecond("linalg", in -> f.apply(in.getFirst()), List.of(x));
  }

  @Test
  void eigenvaluesAndVectors() {
    Tensor x = numbers(3, 3);
    Eigen f = Linalg.eigh(definite(x));
    near(f.values(), 2.233084390953, 19.389479872832, 86.377435736215);
    Tensor v = f.vectors();
    near(v.matmul(f.values().diagEmbed()).matmul(v.t()).sub(definite(x)), new double[9]);
    near(
        weighed(f.values()).add(weighed(v.square())).backward().of(x),
        -0.569867949203,
        20.688852000105,
        -14.043558320742,
        -15.176051931999,
        0.562514913541,
        -3.779901319436,
        -11.044029806899,
        7.254916200134,
        6.111847173509);
  }

  @Test
  void singularValuesAndVectors() {
    Tensor x = numbers(3, 2);
    Singular f = Linalg.svd(x);
    near(f.s(), 7.815165361066, 2.987170965845);
    near(f.u().mul(f.s()).matmul(f.vh()).sub(x), new double[6]);
    near(
        weighed(f.s()).add(weighed(f.u().square())).backward().of(x),
        -1.021106644364,
        -3.191891621010,
        3.174266129538,
        -1.884454016595,
        -0.249163422137,
        0.914291593885);
  }

  @Test
  void pseudoinverse() {
    Tensor x = numbers(3, 2);
    Tensor p = Linalg.pinv(x);
    near(
        p,
        -0.238532110092,
        0.152293577982,
        0.099082568807,
        -0.045871559633,
        0.190825688073,
        0.003669724771);
    near(
        weighed(p).backward().of(x),
        0.177729147378,
        0.158808181130,
        0.038114636815,
        -0.138513593132,
        -0.281447689588,
        -0.127787223298);
    near(Linalg.pinv(Tensors.ones(2, 2).toDouble()), 0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void ranksConditionsAndNorms() {
    Tensor x = numbers(3, 3);
    near(Linalg.cond(x), 8.320992935746);
    near(Linalg.cond(x, 1), 15);
    near(Linalg.matrixRank(Tensors.stack(0, x, Tensors.ones(3, 3).toDouble())), 3, 1);
    near(Linalg.matrixRank(Tensors.eye(3).mul(Tensors.of(3f, 2f, 1f)), 1.5), 2);
    Tensor diagonal = Tensors.of(3d, -4d, 2d).toDouble().diag();
    near(Linalg.matrixNorm(diagonal, "nuc"), 9);
    near(Linalg.cond(diagonal, "nuc"), 9 * (1 / 3d + 1 / 4d + 1 / 2d));
    near(Linalg.cond(diagonal, "fro").square(), 29 * (1 / 9d + 1 / 16d + 1 / 4d));
    near(Linalg.pinv(diagonal, 0.6).sum(), 1 / 3d - 1 / 4d);
    near(Linalg.lstsq(diagonal, Tensors.ones(3, 1).toDouble(), 0.6).rank(), 2);
    Tensor half = Tensors.of(new double[] {2, 1, 9, 2}, 2, 2).toDouble();
    near(Linalg.eigvalsh(half, "U"), 1, 3);
    near(Linalg.eigvalsh(half, "L"), -7, 11);
    assertThatThrownBy(() -> Linalg.eigh(half, "lower"))
        .hasMessage("eigh: uplo is 'lower', it must be L or U");
    near(Linalg.matrixNorm(diagonal, 2), 4);
    near(Linalg.matrixNorm(diagonal, -2), 2);
    near(Linalg.matrixNorm(diagonal, "fro").square(), 29);
  }

  /** The normal equations {@code A^T A X = A^T B}. */
  @Test
  void leastSquares() {
    Tensor a = numbers(2, 4, 2);
    Tensor b = numbers(4, 3);
    LeastSquares f = Linalg.lstsq(a, b);
    Tensor t = a.transpose(-2, -1);
    near(t.matmul(a).matmul(f.solution()).sub(t.matmul(b)), new double[12]);
    near(f.residuals().sub(a.matmul(f.solution()).sub(b).square().sum(-2)), new double[6]);
    near(f.rank(), 2, 2);
    assertThat(f.singularValues().shape()).isEqualTo(Shape.of(2, 2));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    check(x -> Linalg.eigh(x.add(x.transpose(-2, -1))).vectors().square(), 2, 3, 3);
    check(x -> Linalg.eigvalsh(x.add(x.transpose(-2, -1))), 3, 3);
    for (int[] shape : new int[][] {{3, 3}, {4, 2}, {2, 4}}) {
      check(x -> Linalg.svd(x).u().square(), shape);
      check(x -> Linalg.svd(x).vh().square(), shape);
      check(Linalg::svdvals, shape);
      check(Linalg::pinv, shape);
    }
    check(x -> Linalg.lstsq(x, numbers(4, 2).detach()).solution(), 4, 2);
    check(x -> Linalg.matrixNorm(x, "nuc").add(Linalg.cond(x)), 3, 2);
  }

  /** Equal values have no vectors of their own, but their sum has a gradient. */
  @Test
  void equalValuesHaveGradients() {
    Tensor x = Tensors.eye(3).toDouble().requiresGrad();
    near(Linalg.eigvalsh(x).sum().backward().of(x), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    near(Linalg.matrixNorm(x, "nuc").backward().of(x), 1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void emptyMatricesAndNarrowTypes() {
    assertThat(Linalg.svd(Tensors.ones(2, 3, 0)).u().shape()).isEqualTo(Shape.of(2, 3, 0));
    assertThat(Linalg.pinv(Tensors.ones(3, 0)).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(Linalg.eigvalsh(Tensors.eye(2)).dtype()).isEqualTo(DType.F32);
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> Linalg.eigh(Tensors.ones(2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("eigh: needs square matrices, not shape [2, 3]");
    assertThatThrownBy(() -> Linalg.svd(Tensors.ones(3)))
        .hasMessage("svd: needs matrices, not shape [3]");
    assertThatThrownBy(() -> Linalg.svd(Tensors.ones(3, 3).toHalf()))
        .hasMessage("svd: defined for f32 and f64, not f16: call toFloat()");
    assertThatThrownBy(() -> Linalg.lstsq(Tensors.ones(3, 2), Tensors.ones(2, 2)))
        .hasMessage("lstsq: matrices [3, 2] do not fit right sides [2, 2]");
    assertThatThrownBy(() -> Linalg.svd(Tensors.ones(2, 2).div(0)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("svd: a matrix has elements that are not finite");
  }
}
