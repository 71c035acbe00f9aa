package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A map of functions of tensors over the elements of a batch, without a loop: the function is recorded once, on arguments without
 * the axis of the batch, and every operation of it is then done for the whole batch.
 *
 * <pre>{@code
 * Tensor dots = Autograd.vmap((x, y) -> x.mul(y).sum(), xs, ys);
 * Tensor perSample = Vmap.over(0, 0).apply((x, t) -> Autograd.grad(w -> loss(w, x, t), weights), xs, ts);
 * }</pre>
 *
 * <p>Functions may take gradients, map other functions and use tensors from outside, which all elements share. They must not read
 * values that depend on an argument, nor set variables to them: that is a {@link dev.adjoint.StaleTensorException}. Gradients
 * flow through what a map gives, like through anything else.
 */
public final class Vmap {
  /** Stands for an axis where there is none: an argument that all elements of the batch share, a result equal for all. */
  public static final int NOT_MAPPED = Integer.MIN_VALUE;

  private static final Vmap FIRST = new Vmap(new int[0], new int[0], Randomness.ERROR);

  private final int[] in;
  private final int[] out;
  private final Randomness randomness;

  private Vmap(int[] in, int[] out, Randomness randomness) {
    this.in = in;
    this.out = out;
    this.randomness = randomness;
  }

  /** A map over the first axis of every argument, into the first axis of every result. */
  public static Vmap overFirst() {
    return FIRST;
  }

  /**
   * A map over one axis of each argument, or {@link #NOT_MAPPED}, into the first axis of every result.
   *
   * @param inAxes one for each argument; a negative axis counts from the end
   */
  public static Vmap over(int... inAxes) {
    if (inAxes.length == 0) {
      throw new IllegalArgumentException("vmap: needs an axis for each argument");
    }
    return new Vmap(inAxes.clone(), FIRST.out, Randomness.ERROR);
  }

  /** The same map into other axes of the results, one for each, or {@link #NOT_MAPPED} for one that is equal for all elements. */
  public Vmap outAxes(int... outAxes) {
    return new Vmap(in, outAxes.clone(), randomness);
  }

  /** The same map with another rule for random numbers, which are an error otherwise. */
  public Vmap randomness(Randomness rule) {
    return new Vmap(in, out, rule);
  }

  /** The values of a function of one argument. */
  public Tensor apply(UnaryOperator<Tensor> f, Tensor x) {
    return apply(xs -> List.of(f.apply(xs.getFirst())), List.of(x)).getFirst();
  }

  /** The values of a function of two arguments. */
  public Tensor apply(BinaryOperator<Tensor> f, Tensor x, Tensor y) {
    return apply(xs -> List.of(f.apply(xs.getFirst(), xs.get(1))), List.of(x, y)).getFirst();
  }

  /**
   * The values of a function of several arguments with several results.
   *
   * @throws IllegalArgumentException if axes do not fit the arguments or results, no argument is mapped, the sizes of mapped axes
   *     differ, or the function draws random numbers and no rule for them was given
   */
  public List<Tensor> apply(Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    requireCount("arguments", in, xs.size());
    var fronts = new ArrayList<Tensor>();
    int size = -1;
    for (int i = 0; i < xs.size(); i++) {
      Tensor x = xs.get(i);
      if (axis(in, i) == NOT_MAPPED) {
        fronts.add(x);
        continue;
      }
      int axis = x.shape().axis(axis(in, i), "vmap");
      if (size >= 0 && size != x.dim(axis)) {
        throw new IllegalArgumentException(
            "vmap: sizes of the mapped axes differ: "
                + size
                + ", and "
                + x.dim(axis)
                + " of argument "
                + i
                + ", which is "
                + x.shape());
      }
      size = x.dim(axis);
      fronts.add(x.movedim(axis, 0));
    }
    if (size < 0) {
      throw new IllegalArgumentException("vmap: needs an argument that is mapped");
    }
    var batching = new Batching(size, randomness);
    var arguments = new ArrayList<Tensor>();
    for (int i = 0; i < xs.size(); i++) {
      Tensor front = fronts.get(i);
      boolean mapped = axis(in, i) != NOT_MAPPED;
      arguments.add(mapped ? new Tensor(batching.placeholder(front.node())) : front);
    }
    List<Tensor> results = Recording.deferred(() -> f.apply(List.copyOf(arguments)));
    requireCount("results", out, results.size());
    var batches = new ArrayList<Tensor>();
    for (int i = 0; i < results.size(); i++) {
      batches.add(result(batching, results.get(i), axis(out, i), i));
    }
    return batches;
  }

  private static Tensor result(Batching batching, Tensor result, int axis, int i) {
    Node node = batching.of(result.node());
    boolean shared = node.equals(result.node());
    if (axis != NOT_MAPPED) {
      return new Tensor(batching.whole(result.node())).movedim(0, axis);
    }
    if (!shared) {
      throw new IllegalArgumentException(
          "vmap: result " + i + " depends on a mapped argument, so it needs an axis");
    }
    return result;
  }

  private static int axis(int[] axes, int i) {
    return axes.length == 0 ? 0 : axes[i];
  }

  private static void requireCount(String what, int[] axes, int count) {
    if (axes.length != 0 && axes.length != count) {
      throw new IllegalArgumentException(
          "vmap: " + axes.length + " axes " + Arrays.toString(axes) + " for " + count + " " + what);
    }
  }
}
