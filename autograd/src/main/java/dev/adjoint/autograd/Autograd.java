package dev.adjoint.autograd;

import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
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
   * The gradient of a scalar function at a tensor: {@code f.backward()} as a function, which can be mapped and differentiated.
   *
   * @throws IllegalArgumentException if the value is no scalar
   */
  public static Tensor grad(UnaryOperator<Tensor> f, Tensor x) {
    return valueAndGrad(f, x).gradient();
  }

  /** The gradients of a scalar function at several tensors, in their order. */
  public static List<Tensor> grad(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return valueAndGrad(f, xs).gradients();
  }

  /** The value and the gradient of a scalar function at a tensor. */
  public static ValueAndGradients valueAndGrad(UnaryOperator<Tensor> f, Tensor x) {
    return valueAndGrad(ofList(f), List.of(x));
  }

  /** The value and the gradients of a scalar function at several tensors. */
  public static ValueAndGradients valueAndGrad(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    List<Tensor> at = arguments(xs);
    Tensor y = Scope.withGrad(() -> f.apply(at));
    return new ValueAndGradients(y, gradient(y, at));
  }

  /**
   * The product of a vector and a Jacobian, {@code v^T df/dx}: reverse mode.
   *
   * @param v of the shape of {@code f(x)}
   */
  public static Tensor vjp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return vjp(ofList(f), List.of(x), v).getFirst();
  }

  /** The products of a vector and the Jacobians with respect to several tensors. */
  public static List<Tensor> vjp(Function<List<Tensor>, Tensor> f, List<Tensor> xs, Tensor v) {
    List<Tensor> at = arguments(xs);
    Tensor y = Scope.withGrad(() -> f.apply(at));
    return gradient(y, v, at);
  }

  /**
   * The product of a Jacobian and a vector, {@code df/dx v}: forward mode, the directional derivative.
   *
   * @param v of the shape of {@code x}
   */
  public static Tensor jvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return jvp(ofList(f), List.of(x), List.of(v));
  }

  /** The directional derivative with respect to several tensors, each of which moves in a direction of its own. */
  public static Tensor jvp(Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> vs) {
    if (xs.size() != vs.size()) {
      throw new IllegalArgumentException(
          "jvp: " + vs.size() + " directions for " + xs.size() + " arguments");
    }
    for (int i = 0; i < vs.size(); i++) {
      requireLike("jvp", "direction", vs.get(i), xs.get(i));
    }
    return new Linearization(f, arguments(xs)).along(vs);
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

  /**
   * All partial derivatives of a function, of shape {@code [shape of f(x)..., shape of x...]}: reverse mode, one product with the
   * Jacobian for all elements of the result at once.
   */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
    return jacobian(ofList(f), List.of(x)).getFirst();
  }

  /** All partial derivatives with respect to several tensors, one Jacobian for each. */
  public static List<Tensor> jacobian(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return jacobian(f, xs, Integer.MAX_VALUE);
  }

  /** The Jacobians, computed for so many elements of the result at a time, as {@link Vmap#chunkSize} says. */
  public static List<Tensor> jacobian(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, int chunkSize) {
    List<Tensor> at = arguments(xs);
    return Jacobians.byRow(Scope.withGrad(() -> f.apply(at)), at, chunkSize);
  }

  /**
   * What {@link #jacobian} gives, in forward mode: one product for all elements of the argument at once. It is cheaper where a
   * function has more results than arguments.
   */
  public static Tensor jacobianForward(UnaryOperator<Tensor> f, Tensor x) {
    return jacobianForward(f, x, Integer.MAX_VALUE);
  }

  /** The Jacobian in forward mode, computed for so many elements of the argument at a time. */
  public static Tensor jacobianForward(UnaryOperator<Tensor> f, Tensor x, int chunkSize) {
    return Jacobians.byColumn(new Linearization(ofList(f), arguments(List.of(x))), x, chunkSize);
  }

  /** All second derivatives of a scalar function, of shape {@code [shape of x..., shape of x...]}. */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
    return hessian(ofList(f), List.of(x)).getFirst().getFirst();
  }

  /** All second derivatives with respect to pairs of several tensors: list i has those of the gradient by tensor i. */
  public static List<List<Tensor>> hessian(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return hessian(f, xs, Integer.MAX_VALUE);
  }

  /** The second derivatives, computed for so many elements of a gradient at a time. */
  public static List<List<Tensor>> hessian(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, int chunkSize) {
    List<Tensor> at = arguments(xs);
    List<Tensor> slopes = Scope.withGrad(() -> gradient(f.apply(at), at));
    return slopes.stream().map(slope -> Jacobians.byRow(slope, at, chunkSize)).toList();
  }

  /** The values of a function for all elements of a batch, which are along the first axis; {@link Vmap} has the choices. */
  public static Tensor vmap(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.overFirst().apply(f, x);
  }

  /** The values of a function of two arguments for all elements of two batches. */
  public static Tensor vmap(BinaryOperator<Tensor> f, Tensor x, Tensor y) {
    return Vmap.overFirst().apply(f, x, y);
  }

  /**
   * The value of a function that keeps nothing but its inputs for the backward pass, which computes the rest again: less memory
   * for more time. Values, gradients and random numbers are those of the plain call, also for tensors and variables that the
   * function uses without being given them.
   */
  public static Tensor checkpoint(UnaryOperator<Tensor> f, Tensor x) {
    return Recomputation.record(ofList(f), List.of(x));
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

  private static Function<List<Tensor>, Tensor> ofList(UnaryOperator<Tensor> f) {
    return xs -> f.apply(xs.getFirst());
  }

  private static List<Tensor> arguments(List<Tensor> xs) {
    return xs.stream().map(Autograd::argument).toList();
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
