package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
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

  private static final Vmap FIRST =
      new Vmap(new int[0], new int[0], Randomness.ERROR, Integer.MAX_VALUE);

  private final int[] in;
  private final int[] out;
  private final Randomness randomness;
  private final int chunk;

  private Vmap(int[] in, int[] out, Randomness randomness, int chunk) {
    this.in = in;
    this.out = out;
    this.randomness = randomness;
    this.chunk = chunk;
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
    return new Vmap(inAxes.clone(), FIRST.out, FIRST.randomness, FIRST.chunk);
  }

  /** The same map into other axes of the results, one for each, or {@link #NOT_MAPPED} for one that is equal for all elements. */
  public Vmap outAxes(int... outAxes) {
    return new Vmap(in, outAxes.clone(), randomness, chunk);
  }

  /** The same map with another rule for random numbers, which are an error otherwise. */
  public Vmap randomness(Randomness rule) {
    return new Vmap(in, out, rule, chunk);
  }

  /**
   * The same map, computed at the call for one part of the batch after the other. Inside {@link Scope#noGrad}, intermediate
   * values take memory for one part only; elsewhere those that gradients may need stay. Results are the same, random numbers
   * included. Inside another map nothing can be computed, so this only splits the kernels.
   *
   * @param size the elements of a part, of which the last one may have fewer
   * @throws IllegalArgumentException if the size is not positive
   */
  public Vmap chunkSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("vmap: the chunk size must be positive, it is " + size);
    }
    return new Vmap(in, out, randomness, size);
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
    var arguments = new ArrayList<Tensor>();
    for (int i = 0; i < xs.size(); i++) {
      Tensor front = fronts.get(i);
      boolean mapped = axis(in, i) != NOT_MAPPED;
      arguments.add(mapped ? new Tensor(Batching.placeholder(front.node())) : front);
    }
    int start = Node.nextSerial();
    List<Tensor> results = Recording.deferred(() -> f.apply(List.copyOf(arguments)));
    requireCount("results", out, results.size());
    var chunks = new ArrayList<List<Tensor>>();
    int from = 0;
    do {
      var part = new Batching.Part(from, Math.min(chunk, size - from), size);
      var batching = new Batching(part, randomness, start);
      for (int i = 0; i < xs.size(); i++) {
        if (axis(in, i) != NOT_MAPPED) {
          batching.map(arguments.get(i).node(), fronts.get(i).node());
        }
      }
      boolean all = part.size() == size || Recording.isDeferred();
      chunks.add(all ? values(batching, results) : computed(() -> values(batching, results)));
      from += part.size();
    } while (from < size);
    var batches = new ArrayList<Tensor>();
    for (int i = 0; i < results.size(); i++) {
      int at = i;
      batches.add(joined(chunks.stream().map(values -> values.get(at)).toList(), axis(out, i)));
    }
    return batches;
  }

  /** Kernels of chunks that are computed together may be joined, and their memory lives together. */
  private static List<Tensor> computed(Supplier<List<Tensor>> values) {
    if (!Scope.gradEnabled()) {
      return Scope.temporaries(values);
    }
    List<Tensor> kept = values.get();
    Tensor.realize(kept);
    return kept;
  }

  private List<Tensor> values(Batching batching, List<Tensor> results) {
    var values = new ArrayList<Tensor>();
    for (int i = 0; i < results.size(); i++) {
      Node node = results.get(i).node();
      boolean mapped = axis(out, i) != NOT_MAPPED;
      if (!mapped && !batching.of(node).equals(node)) {
        throw new IllegalArgumentException(
            "vmap: result " + i + " depends on a mapped argument, so it needs an axis");
      }
      values.add(mapped ? new Tensor(batching.whole(node)) : results.get(i));
    }
    return values;
  }

  private static Tensor joined(List<Tensor> chunks, int axis) {
    if (axis == NOT_MAPPED) {
      return chunks.getFirst();
    }
    return (chunks.size() == 1 ? chunks.getFirst() : Tensors.cat(chunks, 0)).movedim(0, axis);
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
