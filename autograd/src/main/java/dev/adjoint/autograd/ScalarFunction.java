package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A kernel of your own: a function of the elements of tensors at one index, or of rows of them, written on {@link Scalar}s. It
 * has gradients of every order and runs on every device.
 *
 * <pre>{@code
 * static final ScalarFunction MISH =
 *     ScalarFunction.of("mish", x -> x.mul(x.exp().log1p().tanh()));
 * static final ScalarFunction SOFTMAX =
 *     ScalarFunction.ofRows("softmax", (row, x) -> {
 *       Scalar e = x.sub(row.max(x)).exp();
 *       return e.div(row.sum(e));
 *     });
 * Tensor y = MISH.apply(x);
 * }</pre>
 *
 * <p>The value is one kernel and its gradients together are another, however long the function is and also with
 * {@code ADJOINT_EAGER=1}, where the same tensor operations would be as many kernels as it takes to keep each small. What
 * surrounds a call may be part of its kernels as well. Only the gradient of an input that was broadcast takes more, as it is
 * summed up. One thread, or one group of a GPU, computes a row, so a few long rows do not keep a device busy.
 *
 * <p>The function is called once for each call of {@code apply} and once for each backward pass, and records what it does with
 * its arguments. So loops of Java are unrolled, {@link Condition#select} decides between two values, and a number that it uses
 * may be another one in the next call, which compiles nothing. It must depend on nothing else that changes. Inputs of f16 and
 * bf16 are computed in f32, and the result is rounded once.
 */
public final class ScalarFunction {
  private final String name;
  private final int arity;
  private final boolean overRows;
  private final BiFunction<Row, List<Scalar>, Scalar> body;

  private ScalarFunction(
      String name, int arity, boolean overRows, BiFunction<Row, List<Scalar>, Scalar> body) {
    this.name = name;
    this.arity = arity;
    this.overRows = overRows;
    this.body = body;
  }

  /** A function of three arguments. */
  @FunctionalInterface
  public interface Ternary {
    /** The value. */
    Scalar apply(Scalar x, Scalar y, Scalar z);
  }

  /**
   * A function of the elements of one tensor.
   *
   * @param name what errors and listings of plans call it
   */
  public static ScalarFunction of(String name, UnaryOperator<Scalar> f) {
    return of(name, 1, x -> f.apply(x.getFirst()));
  }

  /** A function of the elements of two tensors. */
  public static ScalarFunction of(String name, BinaryOperator<Scalar> f) {
    return of(name, 2, x -> f.apply(x.get(0), x.get(1)));
  }

  /** A function of the elements of three tensors. */
  public static ScalarFunction of(String name, Ternary f) {
    return of(name, 3, x -> f.apply(x.get(0), x.get(1), x.get(2)));
  }

  /** A function of the elements of as many tensors as its arity says. */
  public static ScalarFunction of(String name, int arity, Function<List<Scalar>, Scalar> f) {
    return new ScalarFunction(name, arity, false, (_, x) -> f.apply(x));
  }

  /**
   * A function of the rows of a tensor along its last axis: the argument is an element, of which the row knows the sum and so on.
   * If the value is the same for the whole row, the result has no last axis.
   */
  public static ScalarFunction ofRows(String name, BiFunction<Row, Scalar, Scalar> f) {
    return ofRows(name, 1, (row, x) -> f.apply(row, x.getFirst()));
  }

  /** A function of the rows of as many tensors as its arity says. */
  public static ScalarFunction ofRows(
      String name, int arity, BiFunction<Row, List<Scalar>, Scalar> f) {
    return new ScalarFunction(name, arity, true, f);
  }

  /**
   * The function of tensors, which are broadcast.
   *
   * @throws IllegalArgumentException if there are more or fewer than its arguments, their types differ or are no floats, their
   *     shapes do not fit, they are on several devices, a function of rows is given scalars, or the function is more than about
   *     3,000 operations deep
   */
  public Tensor apply(Tensor... inputs) {
    if (inputs.length != arity) {
      throw OpError.of(name, "has " + arity + " arguments, not " + inputs.length);
    }
    Shape shape = inputs[0].shape();
    DType dtype = inputs[0].dtype();
    for (Tensor input : inputs) {
      Graph.sameDevice(name, inputs[0].node(), input.node());
      if (!dtype.isFloat() || input.dtype() != dtype) {
        throw OpError.of(
            name,
            "needs floats of one type, not " + dtype + " and " + input.dtype() + ": call to(...)");
      }
      shape = Shape.broadcast(shape, input.shape(), name);
    }
    if (overRows && shape.rank() == 0) {
      throw OpError.of(name, "is a function of rows, which scalars do not have");
    }
    var stretched = new ArrayList<Tensor>();
    for (Tensor input : inputs) {
      stretched.add(new Tensor(Graph.broadcast(input.node(), shape)));
    }
    return OneKernel.record(name, this::values, stretched).getFirst();
  }

  private List<Tensor> values(List<Tensor> inputs) {
    DType dtype = inputs.getFirst().dtype();
    Shape shape = inputs.getFirst().shape();
    List<Scalar> scalars =
        inputs.stream().map(input -> new Scalar(input.to(dtype.register()), false)).toList();
    Scalar value = body.apply(new Row(shape), scalars);
    Tensor result = value.value().to(dtype);
    return List.of(value.ofRow() ? result.squeeze(-1) : result);
  }
}
