package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.StaleTensorException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A NaN or infinite element of a node, of which the operation that made it is looked for: from the node down to inputs that have
 * such an element too, NaN before infinite ones.
 *
 * @param node of a float type
 * @param value NaN or infinite
 * @param at its position in row-major order
 */
record Anomaly(Node node, double value, long at) {
  /**
   * Computes nodes and searches them.
   *
   * @param compute computes nodes and nothing else
   * @throws ArithmeticException about the first anomaly of the first node that has one
   */
  static void check(List<Node> roots, Consumer<List<Node>> compute) {
    compute.accept(roots);
    for (Node root : roots) {
      Anomaly found = in(root, compute);
      if (found != null) {
        throw found.error(compute);
      }
    }
  }

  private ArithmeticException error(Consumer<List<Node>> compute) {
    Anomaly first = first(compute);
    // A NaN of finite inputs or an infinite one has no infinite input.
    Anomaly below = first.below(false, compute);
    String text = "anomaly: " + first + (below == null ? "" : ", from " + below.first(compute));
    return new ArithmeticException(text + NodeError.advice(first.node));
  }

  private Anomaly first(Consumer<List<Node>> compute) {
    Anomaly anomaly = this;
    for (Anomaly next = below(isNaN(), compute);
        next != null;
        next = next.below(next.isNaN(), compute)) {
      anomaly = next;
    }
    return anomaly;
  }

  private boolean isNaN() {
    return Double.isNaN(value);
  }

  /** The first anomaly of an input: a NaN if there is one, else an infinite element if that may be. */
  private @Nullable Anomaly below(boolean onlyNaN, Consumer<List<Node>> compute) {
    Anomaly below = null;
    try {
      compute.accept(missing());
      for (Node input : node.inputs()) {
        Anomaly found = in(input, compute);
        if (found == null || (onlyNaN && !found.isNaN())) {
          continue;
        }
        if (below == null || (found.isNaN() && !below.isNaN())) {
          below = found;
        }
      }
    } catch (StaleTensorException e) {
      // What is below was computed from a value that is gone, so more cannot be said.
      return null;
    }
    return below;
  }

  /** What the inputs are computed from and is not known, but for views, which may be larger than what they show. */
  private List<Node> missing() {
    var missing = new ArrayList<Node>();
    Set<Node> seen = new HashSet<>();
    var pending = new ArrayDeque<Node>(node.inputs());
    while (!pending.isEmpty()) {
      Node next = pending.pop();
      if (next.storage() == null && seen.add(next)) {
        boolean view = next.op().kind() == Op.Kind.VIEW || next.op().kind() == Op.Kind.ALIAS;
        if (!view && next.dtype().isFloat()) {
          missing.add(next);
        }
        pending.addAll(next.inputs());
      }
    }
    return missing;
  }

  private static @Nullable Anomaly in(Node node, Consumer<List<Node>> compute) {
    if (!node.dtype().isFloat() || node.shape().size() == 0) {
      return null;
    }
    compute.accept(List.of(node));
    Storage storage = HostValues.of(node);
    long bytes = HostValues.bytes(node);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(bytes, Long.BYTES);
      HostValues.read(node, storage, 0, data);
      Anomaly infinite = null;
      for (long i = 0; i < node.shape().size(); i++) {
        double value = value(data, i, node.dtype());
        if (Double.isNaN(value)) {
          return new Anomaly(node, value, i);
        }
        if (infinite == null && Double.isInfinite(value)) {
          infinite = new Anomaly(node, value, i);
        }
      }
      return infinite;
    } finally {
      Reference.reachabilityFence(node);
    }
  }

  private static double value(MemorySegment data, long i, DType dtype) {
    return switch (dtype.bytes()) {
      case Short.BYTES -> dtype.widen(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
      case Integer.BYTES -> dtype.value(data.getAtIndex(ValueLayout.JAVA_INT, i));
      default -> dtype.value(data.getAtIndex(ValueLayout.JAVA_LONG, i));
    };
  }

  /** The element with its position, and the node with its place in the program. */
  @Override
  public String toString() {
    int[] position = new int[node.shape().rank()];
    long rest = at;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = (int) (rest % node.shape().dim(axis));
      rest /= node.shape().dim(axis);
    }
    String where = position.length == 0 ? "" : " at " + Arrays.toString(position);
    return value + where + " in " + NodeError.place(node);
  }
}
