package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import java.util.function.BiConsumer;

/** A parameter over the largest singular value of it as a matrix. */
final class SpectralNorm extends Parametrization {
  private static final int FIRST_ITERATIONS = 15;

  private final int iterations;
  private final double eps;
  private final int dim;
  private final Variable u;
  private final Variable v;

  SpectralNorm(String name, Parameter parameter, int iterations, double eps, int dim) {
    super(name, parameter);
    if (parameter.rank() < 2) {
      throw OpError.of(
          "spectralNorm", "needs at least 2 axes, " + name + " is " + parameter.shape());
    }
    if (dim < 0 || dim >= parameter.rank()) {
      throw OpError.of("spectralNorm", "axis " + dim + " is not in shape " + parameter.shape());
    }
    this.iterations = Checks.positive("spectralNorm", "the number of iterations", iterations);
    this.eps = eps;
    this.dim = dim;
    Tensor matrix = Scope.noGrad(this::matrix);
    this.u = new Variable("_u", draw(matrix.dim(0)));
    this.v = new Variable("_v", draw(matrix.dim(1)));
    iterate(FIRST_ITERATIONS);
  }

  private Tensor draw(int size) {
    Parameter like = parameter();
    return unit(Random.standard().normal(Shape.of(size), like.dtype(), like.device()));
  }

  private Tensor unit(Tensor x) {
    return x.div(x.vectorNorm().clampMin(eps));
  }

  /** The parameter as a matrix, whose rows are the slices along the axis. */
  private Tensor matrix() {
    return parameter().movedim(dim, 0).flatten(1);
  }

  private void iterate(int count) {
    Scope.noGrad(
        () -> {
          Tensor matrix = matrix();
          Tensor right = v.value();
          Tensor left = u.value();
          for (int i = 0; i < count; i++) {
            left = unit(matrix.matmul(right));
            right = unit(matrix.t().matmul(left));
          }
          u.set(left);
          v.set(right);
        });
  }

  @Override
  Tensor value(boolean training) {
    if (training) {
      iterate(iterations);
    }
    return parameter().div(u.value().dot(matrix().matmul(v.value())));
  }

  @Override
  void variables(BiConsumer<String, Variable> visitor) {
    visitor.accept("original", parameter());
    visitor.accept("0._u", u);
    visitor.accept("0._v", v);
  }
}
