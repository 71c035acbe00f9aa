package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The gradients of the slices of one tensor along one axis. Each alone, surrounded by zeros, would be as large as the tensor;
 * those that do not overlap are put side by side instead, so that n time steps cost n and not n squared.
 */
final class Slices {
  private final Shape whole;
  private final int axis;
  private final Map<Range, Tensor> gradients =
      new TreeMap<>(Comparator.comparingInt(Range::start).thenComparingInt(Range::length));

  /** The slices of a tensor of a shape along an axis, none yet. */
  Slices(Shape whole, int axis) {
    this.whole = whole;
    this.axis = axis;
  }

  /** A range of indices. */
  private record Range(int start, int length) {}

  /** The axis that a node cuts a range out of, if it is a slice of one axis by steps of 1. */
  static OptionalInt axisOf(Node node) {
    if (!(node.op() instanceof Op.Slice(var _, var steps))) {
      return OptionalInt.empty();
    }
    int found = -1;
    Shape from = node.input(0).shape();
    for (int i = 0; i < steps.size(); i++) {
      boolean cut = node.shape().dim(i) != from.dim(i);
      if ((steps.get(i) != 1 && node.shape().dim(i) != 1) || (cut && found >= 0)) {
        return OptionalInt.empty();
      }
      found = cut ? i : found;
    }
    return found >= 0 && node.shape().size() > 0 ? OptionalInt.of(found) : OptionalInt.empty();
  }

  /** The axis of the slices. */
  int axis() {
    return axis;
  }

  /** Adds the gradient of a slice. */
  void add(Node slice, Tensor gradient) {
    Op.Slice op = (Op.Slice) slice.op();
    gradients.merge(
        new Range(op.starts().get(axis), slice.shape().dim(axis)), gradient, Tensor::add);
  }

  /** The gradient of the whole: the sum of as few rows of slices side by side as there are slices over one index. */
  Tensor sum() {
    var rows = new ArrayList<List<Map.Entry<Range, Tensor>>>();
    for (Map.Entry<Range, Tensor> next : gradients.entrySet()) {
      List<Map.Entry<Range, Tensor>> free = null;
      for (List<Map.Entry<Range, Tensor>> row : rows) {
        Range last = row.getLast().getKey();
        if (last.start() + last.length() <= next.getKey().start()) {
          free = row;
          break;
        }
      }
      if (free == null) {
        free = new ArrayList<>();
        rows.add(free);
      }
      free.add(next);
    }
    return rows.stream().map(this::sideBySide).reduce(Tensor::add).orElseThrow();
  }

  private Tensor sideBySide(List<Map.Entry<Range, Tensor>> row) {
    var parts = new ArrayList<Node>();
    int end = 0;
    for (Map.Entry<Range, Tensor> part : row) {
      Range range = part.getKey();
      addZeros(parts, range.start() - end, part.getValue());
      parts.add(part.getValue().node());
      end = range.start() + range.length();
    }
    addZeros(parts, whole.dim(axis) - end, row.getLast().getValue());
    return new Tensor(Graph.concat(parts, axis));
  }

  private void addZeros(List<Node> parts, int length, Tensor like) {
    if (length > 0) {
      parts.add(Constants.full(0, whole.with(axis, length), like).node());
    }
  }
}
