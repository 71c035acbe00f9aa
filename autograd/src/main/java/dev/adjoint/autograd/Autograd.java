package dev.adjoint.autograd;

import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Derivatives of functions made of tensor operations. What they give is recorded like any other tensor, so it can be
 * differentiated again, unless {@link Scope#noGrad} says otherwise.
 */
public final class Autograd {
  private Autograd() {}

  /**
   * The gradient of a scalar with respect to one tensor, of the shape of that tensor; zeros if the scalar does not depend on it.
   *
   * @throws IllegalArgumentException if y is no scalar or x is not tracked
   */
  public static Tensor gradient(Tensor y, Tensor x) {
    return gradient(y, List.of(x)).getFirst();
  }

  /** The gradients of a scalar with respect to several tensors. */
  public static List<Tensor> gradient(Tensor y, Tensor... xs) {
    return gradient(y, List.of(xs));
  }

  /** The gradients of a scalar with respect to several tensors. */
  public static List<Tensor> gradient(Tensor y, List<Tensor> xs) {
    if (y.size() != 1) {
      throw new IllegalArgumentException(
          "gradient: needs a scalar, not shape " + y.shape() + "; or pass the gradient of it");
    }
    return gradient(y, Tensors.onesLike(y), xs);
  }

  /**
   * The gradients of the sum of {@code y * seed} with respect to several tensors, which need not be leaves: whatever flows from
   * one to another is included.
   *
   * @throws IllegalArgumentException if y and seed differ in shape or type, or a tensor is not tracked
   */
  public static List<Tensor> gradient(Tensor y, Tensor seed, List<Tensor> xs) {
    requireLike("gradient", "seed", seed, y);
    for (Tensor x : xs) {
      if (!x.tracked()) {
        throw new IllegalArgumentException(
            "gradient: " + x.node() + " is not tracked; call requiresGrad() before using it");
      }
    }
    Map<Node, Tensor> gradients = Propagation.to(xs.stream().map(Tensor::node).toList(), y, seed);
    return xs.stream().map(x -> gradients.get(x.node())).toList();
  }

  /**
   * The product of a vector and a Jacobian, {@code v^T df/dx}: reverse mode.
   *
   * @param v of the shape of {@code f(x)}
   */
  public static Tensor vjp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    Tensor at = argument(x);
    Tensor y = Scope.withGrad(() -> f.apply(at));
    return gradient(y, v, List.of(at)).getFirst();
  }

  /**
   * The product of a Jacobian and a vector, {@code df/dx v}: forward mode, the directional derivative.
   *
   * @param v of the shape of {@code x}
   */
  public static Tensor jvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    requireLike("jvp", "direction", v, x);
    Tensor at = argument(x);
    // v^T J is linear in v, so its own gradient with respect to v is J; the value of the place
    // holder does not matter.
    Tensor y = Scope.withGrad(() -> f.apply(at));
    Tensor dual = Tensors.zerosLike(y).requiresGrad();
    Tensor pulled = Scope.withGrad(() -> gradient(y, dual, List.of(at)).getFirst());
    return gradient(pulled, v, List.of(dual)).getFirst();
  }

  /**
   * The product of the Hessian of a scalar function and a vector, without forming the Hessian.
   *
   * @param v of the shape of {@code x}
   */
  public static Tensor hvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    Tensor at = argument(x);
    Tensor slope = Scope.withGrad(() -> gradient(f.apply(at), at));
    return gradient(slope, v, List.of(at)).getFirst();
  }

  /** All partial derivatives of a function, of shape {@code [shape of f(x)..., shape of x...]}: one reverse pass per row. */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
    Tensor at = argument(x);
    return rows(Scope.withGrad(() -> f.apply(at)), at);
  }

  /** All second derivatives of a scalar function, of shape {@code [shape of x..., shape of x...]}: one pass per row. */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
    Tensor at = argument(x);
    return rows(Scope.withGrad(() -> gradient(f.apply(at), at)), at);
  }

  /**
   * The value of a function that keeps nothing but its inputs for the backward pass, which computes the rest again: less memory
   * for more time. Values, gradients and random numbers are those of the plain call, also for tensors and variables that the
   * function uses without being given them.
   */
  public static Tensor checkpoint(UnaryOperator<Tensor> f, Tensor x) {
    return Recomputation.record(xs -> f.apply(xs.getFirst()), List.of(x));
  }

  /** The value of a function of several tensors that keeps nothing but its inputs. */
  public static Tensor checkpoint(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return Recomputation.record(f, xs);
  }

  /**
   * Computes gradients and returns them if all their elements are finite.
   *
   * @throws ArithmeticException naming the leaves whose gradients have NaN or infinite elements
   */
  public static Gradients checkFinite(Gradients gradients) {
    return FiniteGradients.check(gradients, List.of());
  }

  /**
   * Computes gradients and returns them if all their elements are finite.
   *
   * @param variables whose names the error gives
   * @throws ArithmeticException naming the variables and leaves whose gradients have NaN or infinite elements
   */
  public static Gradients checkFinite(Gradients gradients, Collection<Variable> variables) {
    return FiniteGradients.check(gradients, variables);
  }

  private static Tensor rows(Tensor y, Tensor x) {
    int m = Math.toIntExact(y.size());
    int n = Math.toIntExact(x.size());
    var rows = new ArrayList<Tensor>();
    for (int i = 0; i < m; i++) {
      Tensor unit = Tensors.arange(m).to(y.device()).eq(i).to(y.dtype()).reshape(y.shape());
      rows.add(gradient(y, unit, List.of(x)).getFirst().reshape(Shape.of(1, n)));
    }
    int[] dims = new int[y.rank() + x.rank()];
    System.arraycopy(y.shape().dims(), 0, dims, 0, y.rank());
    System.arraycopy(x.shape().dims(), 0, dims, y.rank(), x.rank());
    return Tensors.cat(rows, 0).reshape(Shape.of(dims));
  }

  /** A tracked node of its own, so that what a function captured is no part of its derivative. */
  static Tensor argument(Tensor x) {
    Node node = x.node();
    return x.tracked() && Scope.gradEnabled()
        ? new Tensor(Node.of(new Op.Reshape(), List.of(node), x.shape(), x.dtype(), true))
        : x.requiresGrad();
  }

  private static void requireLike(String op, String what, Tensor v, Tensor like) {
    if (!v.shape().equals(like.shape()) || v.dtype() != like.dtype()) {
      throw new IllegalArgumentException(
          op
              + ": the "
              + what
              + " is "
              + v.dtype()
              + v.shape()
              + ", must be "
              + like.dtype()
              + like.shape());
    }
  }
}
