package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.LogDeterminant;
import dev.adjoint.LuMatrices;
import dev.adjoint.QrMatrices;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

/** Factors of matrices and systems give what PyTorch gives, and their gradients; the numbers are those of libtorch 2.10.0. */
class LinearAlgebraMeaningTest {
  /** The numbers -4, 3, -1, 6, 2, -2, 5, 1, -3, 4, 0, from which matrices and the gradients of results are made. */
  private static Tensor numbers(int... shape) {
    double[] values = new double[shape[0] * shape[1]];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7 % 11 - 4;
    }
    return Doubles.of(values).reshape(shape).requiresGrad();
  }

  private static Tensor weighed(Tensor y) {
    return y.mul(numbers(y.dim(0), y.dim(1)).detach()).sum();
  }

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-11));
  }

  @Test
  void cholesky() {
    Tensor x = numbers(3, 3);
    Tensor l = x.matmul(x.t()).add(Tensors.eye(3).toDouble()).cholesky();
    near(
        l,
        5.196152422707,
        0,
        0,
        -3.079201435678,
        5.959741480846,
        0,
        -2.694301256218,
        4.984059090343,
        1.974815364715);
    near(
        weighed(l).backward().of(x),
        11.116336733361,
        5.552841768072,
        -6.437915376638,
        -3.558222346769,
        3.863535195573,
        -3.966860204080,
        -3.073649085668,
        4.437814463945,
        0.654110987021);
  }

  @Test
  void luOfSquares() {
    Tensor x = numbers(3, 3);
    LuMatrices f = x.lu();
    near(f.p(), 0, 1, 0, 1, 0, 0, 0, 0, 1);
    near(f.l(), 1, 0, 0, -2 / 3.0, 1, 0, 5 / 6.0, -2 / 13.0, 1);
    near(f.u(), 6, 2, -2, 0, 13 / 3.0, -7 / 3.0, 0, 0, -22 / 13.0);
    near(
        weighed(f.l()).add(weighed(f.u())).backward().of(x),
        -0.416173570020,
        1.786982248521,
        -2.461538461538,
        -4.523175542406,
        5.345167652860,
        -0.141025641026,
        0.294871794872,
        -1.384615384615,
        -3);
  }

  @Test
  void luOfOthers() {
    Tensor tall = numbers(4, 2);
    LuMatrices f = tall.lu();
    near(f.p(), 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0);
    near(f.u(), 5, 1, 0, 6.2);
    near(
        weighed(f.l()).add(weighed(f.u())).backward().of(tall),
        0.967741935484,
        0.161290322581,
        -1.355254942768,
        5.776274713840,
        0.464516129032,
        -0.322580645161,
        -3.682663891779,
        4.413319458897);
    Tensor wide = numbers(2, 4);
    f = wide.lu();
    near(f.u(), -4, 3, -1, 6, 0, -0.5, 4.5, 4);
    near(weighed(f.l()).add(weighed(f.u())).backward().of(wide), -4.5, 2, 1.5, 6.5, -1, -2, 5, 1);
  }

  @Test
  void qr() {
    Tensor x = numbers(4, 2);
    QrMatrices f = x.qr();
    near(
        f.q(),
        -0.589767824620,
        -0.230151117988,
        -0.147441956155,
        -0.851559136555,
        0.294883912310,
        0.190696640619,
        0.737209780774,
        -0.430711377949);
    near(f.r(), 6.782329983125, -2.506513254633, 0, -6.611912832483);
    near(
        weighed(f.q()).add(weighed(f.r())).backward().of(x),
        2.436784945260,
        -3.150210181787,
        0.877308317712,
        -5.551680687797,
        -1.243926956573,
        2.028831580641,
        -2.803403584121,
        -0.372638925370);
    Tensor wide = numbers(2, 4);
    f = wide.qr();
    near(
        f.r(),
        4.472135955000,
        -3.577708764000,
        3.130495168500,
        -4.919349550500,
        0,
        -0.447213595500,
        4.024922359500,
        3.577708764000);
    near(
        weighed(f.q()).add(weighed(f.r())).backward().of(wide),
        3.130495168500,
        -3.577708764000,
        3.130495168500,
        -4.919349550500,
        -2.683281573000,
        -0.447213595500,
        4.024922359500,
        3.577708764000);
  }

  @Test
  void solve() {
    Tensor x = numbers(3, 3);
    Tensor b = numbers(3, 2);
    Tensor y = x.solve(b);
    near(y, 0, 1, -1.75, 3.5, -1.25, 3.5);
    var g = weighed(y).backward();
    near(g.of(x), -1, -3.5, -3.5, -2, -7.4375, -7.3125, 1, 2.625, 2.875);
    near(g.of(b), 0, 1, -0.25, 2, -0.5, -1);
  }

  @Test
  void solveTriangular() {
    Tensor x = numbers(3, 3);
    Tensor b = numbers(3, 2);
    Tensor y = x.solveTriangular(b, true);
    near(y, 7 / 24.0, 11 / 6.0, -7 / 6.0, 11 / 3.0, -2 / 3.0, 2 / 3.0);
    var g = weighed(y).backward();
    near(g.of(x), 13 / 12.0, 47 / 12.0, 7 / 6.0, 0, -17.458333333333, -49 / 12.0, 0, 0, 13 / 9.0);
    near(g.of(b), 1, -0.75, -2, 4.125, 1 / 3.0, -11 / 6.0);
    Tensor right = numbers(2, 3);
    y = x.solveTriangular(right, false, false, true);
    near(y, -23, 4, -1, -8, 4, -2);
    g = weighed(y).backward();
    near(g.of(x), 0, 0, 0, -8, 0, 0, 8, -41, 0);
    near(g.of(right), -4, 27, -8, 6, -34, 2);
    near(
        b.choleskySolve(x.tril()),
        -2.847222222222,
        3.930555555556,
        -1.777777777778,
        2.819444444444,
        0.055555555556,
        -0.388888888889);
  }

  @Test
  void inverseAndDeterminant() {
    Tensor x = numbers(3, 3);
    near(x.inv().mul(44), -4, 8, -4, 8, 17, -14, -4, 19, -26);
    near(x.det(), 44);
    near(x.det().backward().of(x), -4, 8, -4, 8, 17, 19, -4, -14, -26);
    LogDeterminant d = x.neg().slogdet();
    near(d.sign(), -1);
    near(d.logAbsDet(), 3.784189633918);
    near(d.logAbsDet().backward().of(x).mul(44), -4, 8, -4, 8, 17, 19, -4, -14, -26);
  }

  /** The gradient of a determinant is the matrix of cofactors; libtorch gives zeros. */
  @Test
  void singularMatrixHasADeterminantWithAGradient() {
    Tensor x = Doubles.of(1, 2, 4, 1, 2, 4, 2, 3, 5).reshape(3, 3).requiresGrad();
    near(x.det(), 0);
    near(x.det().backward().of(x), -2, 3, -1, 2, -3, 1, 0, 0, 0);
    near(x.slogdet().sign(), 0);
    assertThat(x.slogdet().logAbsDet().item()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void errorsComeWhenValuesAreComputed() {
    Tensor indefinite =
        Tensors.stack(0, Tensors.eye(3), Tensors.eye(3).sub(Tensors.of(0f, 2f, 0f)));
    Tensor l = indefinite.cholesky();
    assertThatThrownBy(l::realize)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageMatching(
            "cholesky: a matrix is not positive definite: its leading minor of order 2 is not positive"
                + " \\(at LinearAlgebraMeaningTest.java:\\d+\\)");
    Tensor x = Tensors.ones(2, 2).solve(Tensors.ones(2));
    assertThatThrownBy(x::realize)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith(
            "solve: a matrix is singular: element 2 of the diagonal of its U is 0 (at ");
    near(Tensors.eye(2).toDouble().cholesky(), 1, 0, 0, 1);
  }
}
