package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Jacobians, Hessians and directional derivatives, against differences and against each other. */
class JacobianTest {
  private static final Tensor A = Doubles.of(1, -0.5, 0.25, 2, 0.75, -1.5).reshape(2, 3);
  private static final Tensor X = Doubles.of(0.3, -1.2, 0.8);
  private static final UnaryOperator<Tensor> F =
      x -> A.matmul(x).tanh().outer(x.exp()).cumsum(1).mul(x.roll(1));

  private static void same(Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(tolerance));
  }

  private static Tensor unit(int i, Tensor like) {
    return Tensors.eye((int) like.size())
        .to(like.dtype())
        .select(0, i)
        .reshape(like.shape().dims());
  }

  @Test
  void jacobiansAreDifferences() {
    Tensor jacobian = Autograd.jacobian(F, X);
    assertThat(jacobian.shape()).isEqualTo(Shape.of(2, 3, 3));
    double step = 1e-6;
    for (int i = 0; i < 3; i++) {
      Tensor aside = unit(i, X).mul(step);
      Tensor slope = F.apply(X.add(aside)).sub(F.apply(X.sub(aside))).div(2 * step);
      same(jacobian.select(2, i), slope, 1e-8);
    }
  }

  @Test
  void rowsAreProductsWithVectors() {
    Tensor jacobian = Autograd.jacobian(F, X).reshape(6, 3);
    Tensor y = F.apply(X);
    for (int i = 0; i < 6; i++) {
      same(jacobian.select(0, i), Autograd.vjp(F, X, unit(i, y)), 1e-14);
    }
    same(Autograd.jacobianForward(F, X), jacobian.reshape(2, 3, 3), 1e-14);
  }

  @Test
  void jacobiansOfSeveralTensors() {
    Function<List<Tensor>, Tensor> f = xs -> xs.getFirst().matmul(xs.getLast().sin());
    List<Tensor> both = Autograd.jacobian(f, List.of(A, X));
    same(both.getFirst(), Autograd.jacobian(a -> a.matmul(X.sin()), A), 0);
    same(both.getLast(), A.mul(X.cos()), 1e-15);
    assertThat(both.getFirst().shape()).isEqualTo(Shape.of(2, 2, 3));
  }

  @Test
  void hessiansAreJacobiansOfGradients() {
    UnaryOperator<Tensor> f = x -> F.apply(x).square().sum();
    Tensor hessian = Autograd.hessian(f, X);
    same(hessian, Autograd.jacobianForward(x -> Autograd.grad(f, x), X), 1e-11);
    same(hessian, hessian.transpose(0, 1), 1e-11);
    for (int i = 0; i < 3; i++) {
      same(hessian.select(1, i), Autograd.hvp(f, X, unit(i, X)), 1e-11);
    }
  }

  /** {@code f(a, x) = (a x)^2}: 2 x x^T, 4 a x and 2 a a^T for vectors of one element. */
  @Test
  void hessiansOfSeveralTensors() {
    Tensor a = Doubles.of(3);
    Tensor x = Doubles.of(5);
    List<List<Tensor>> blocks =
        Autograd.hessian(xs -> xs.getFirst().mul(xs.getLast()).square().sum(), List.of(a, x));
    assertThat(blocks.stream().flatMap(List::stream).map(Tensor::item))
        .containsExactly(50.0, 60.0, 60.0, 18.0);
  }

  @Test
  void chunksAreTheWhole() {
    List<Tensor> whole = Autograd.jacobian(xs -> F.apply(xs.getFirst()), List.of(X));
    List<Tensor> chunks = Autograd.jacobian(xs -> F.apply(xs.getFirst()), List.of(X), 4);
    same(chunks.getFirst(), whole.getFirst(), 1e-15);
    same(Autograd.jacobianForward(F, X, 2), whole.getFirst(), 1e-14);
    Function<List<Tensor>, Tensor> f = xs -> F.apply(xs.getFirst()).square().sum();
    List<List<Tensor>> hessian = Scope.noGrad(() -> Autograd.hessian(f, List.of(X), 2));
    same(
        hessian.getFirst().getFirst(),
        Autograd.hessian(f, List.of(X)).getFirst().getFirst(),
        1e-14);
  }

  /** Functions that are flat or linear have Jacobians too, and batches of Jacobians are maps of them. */
  @Test
  void specialJacobians() {
    same(Autograd.jacobian(x -> A, X), Tensors.zeros(2, 3, 3).to(A.dtype()), 0);
    same(Autograd.jacobian(A::matmul, X), A, 0);
    assertThat(Autograd.jacobian(x -> x, Tensors.zeros(0)).shape()).isEqualTo(Shape.of(0, 0));
    Tensor xs = Tensors.stack(List.of(X, X.mul(2), X.exp()), 0);
    Tensor each = Autograd.vmap(x -> Autograd.jacobian(F, x), xs);
    for (int i = 0; i < 3; i++) {
      same(each.select(0, i), Autograd.jacobian(F, xs.select(0, i)), 1e-13);
    }
  }

  /** A Jacobian of a function that is deeper than what is computed on its own. */
  @Test
  void jacobianOfADeepFunction() {
    UnaryOperator<Tensor> f =
        x -> {
          Tensor y = x;
          for (int i = 0; i < 3000; i++) {
            y = y.mul(1.0001).sin();
          }
          return y;
        };
    same(Autograd.jacobian(f, X).diagonal(), Autograd.vjp(f, X, X.mul(0).add(1)), 1e-12);
  }

  /** The directional derivative of a directional derivative, its gradient, and its map over directions. */
  @Test
  void directionalDerivativesCompose() {
    Tensor v = Doubles.of(1, -2, 0.5);
    Tensor jacobian = Autograd.jacobian(F, X);
    same(Autograd.jvp(F, X, v), jacobian.matmul(v), 1e-13);
    UnaryOperator<Tensor> cubes = x -> x.square().mul(x);
    UnaryOperator<Tensor> first = x -> Autograd.jvp(cubes, x, v);
    same(Autograd.jvp(first, X, v), X.mul(6).mul(v.square()), 1e-13);
    same(Autograd.grad(x -> first.apply(x).sum(), X), X.mul(6).mul(v), 1e-13);
    Tensor directions = Tensors.stack(List.of(v, v.neg(), X), 0);
    Tensor each = Autograd.vmap(d -> Autograd.jvp(F, X, d), directions);
    same(each, directions.matmul(jacobian.reshape(6, 3).transpose(0, 1)).reshape(3, 2, 3), 1e-13);
  }

  @Test
  void directionsOfSeveralTensors() {
    Tensor da = A.exp();
    Tensor dx = X.square();
    Tensor along =
        Autograd.jvp(xs -> xs.getFirst().matmul(xs.getLast()), List.of(A, X), List.of(da, dx));
    same(along, da.matmul(X).add(A.matmul(dx)), 1e-14);
    assertThatThrownBy(() -> Autograd.jvp(xs -> xs.getFirst(), List.of(A, X), List.of(da)))
        .hasMessage("jvp: 1 directions for 2 arguments");
    assertThatThrownBy(() -> Autograd.jvp(F, X, da)).hasMessageContaining("jvp: the direction is");
  }

  @Test
  void valuesAndGradients() {
    ValueAndGradients found =
        Autograd.valueAndGrad(
            xs -> xs.getFirst().matmul(xs.getLast()).square().sum(), List.of(A, X));
    Tensor y = A.matmul(X);
    same(found.value(), y.square().sum(), 1e-14);
    same(found.gradient(), y.mul(2).outer(X), 1e-14);
    same(found.gradients().getLast(), A.transpose(0, 1).matmul(y.mul(2)), 1e-14);
    assertThatThrownBy(() -> Autograd.grad(x -> x, X))
        .hasMessageContaining("gradient: needs a scalar, not shape [3]");
  }
}
