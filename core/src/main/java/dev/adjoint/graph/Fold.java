package dev.adjoint.graph;

import dev.adjoint.Shape;
import java.util.List;
import java.util.function.Supplier;

/**
 * The sum of overlapping windows: the transpose of {@link Op.Unfold}, whose gradient it is and which is its gradient.
 *
 * @param axes the axes that count windows
 * @param sizes how many elements of a window lie along each
 * @param steps how far apart windows begin
 * @param dilations how far apart the elements of a window are
 */
public record Fold(Axes axes, Axes sizes, Axes steps, Axes dilations) implements GradientRule {
  /**
   * The sums at the elements of a shape.
   *
   * @param windows what {@code Graph.unfold} gives for that shape
   */
  public static Node of(Node windows, Axes axes, Axes steps, Axes dilations, Shape shape) {
    int[] sizes = new int[axes.size()];
    for (int j = 0; j < sizes.length; j++) {
      sizes[j] = windows.shape().dim(shape.rank() + j);
    }
    var fold = new Fold(axes, Axes.of(sizes), steps, dilations);
    if (!windows.tracked() || !Recording.isTracked()) {
      return fold.sums(windows, shape);
    }
    Node untracked =
        Node.of(new Op.Detach(), List.of(windows), windows.shape(), windows.dtype(), false);
    return Graph.custom(fold, List.of(fold.sums(untracked, shape), windows));
  }

  @Override
  public String name() {
    return "fold";
  }

  @Override
  public List<Supplier<Node>> gradients(Node node, Node gradient) {
    return List.of(() -> Graph.unfold(gradient, axes, sizes, steps, dilations));
  }

  private Node sums(Node windows, Shape shape) {
    for (int j = 0; j < axes.size(); j++) {
      if (dilations.get(j) > 1 || sizes.get(j) > steps.get(j)) {
        return collected(windows, shape);
      }
    }
    return laid(windows, shape);
  }

  /** Windows of neighbours that do not overlap lie one after the other, with zeros between them: there is nothing to add. */
  private Node laid(Node windows, Shape shape) {
    int rank = shape.rank();
    int[] filled = windows.shape().dims();
    int[] joined = shape.dims();
    int[] order = new int[filled.length];
    int at = 0;
    for (int d = 0; d < rank; d++) {
      order[at++] = d;
      for (int j = 0; j < axes.size(); j++) {
        if (axes.get(j) == d) {
          order[at++] = rank + j;
          filled[d] = Math.ceilDiv(shape.dim(d), steps.get(j));
          filled[rank + j] = steps.get(j);
          joined[d] = filled[d] * steps.get(j);
        }
      }
    }
    Node zero = Graph.constant(windows.dtype(), 0, windows.device());
    Node wide = Graph.pad(windows, zero, Axes.of(new int[filled.length]), Shape.of(filled));
    Node line = Graph.reshape(Graph.permute(wide, Axes.of(order)), Shape.of(joined));
    return Graph.slice(line, Axes.of(new int[rank]), Axes.of(Graph.ones(rank).dims()), shape);
  }

  /**
   * An element collects the values of all windows that hold it, by reading them: element p is element k of the window that
   * begins at {@code p - k * dilation}, if there is one.
   *
   * <p>The values of each element of the windows are put where the windows begin, zeros between and before them, and the
   * elements are counted from the last one down. What is wanted for p then lies on a diagonal, from row p and column 0 on, which
   * is a window of the rows written one after the other.
   */
  private Node collected(Node windows, Shape shape) {
    int rank = shape.rank();
    int count = axes.size();
    int[] starts = new int[rank + count];
    int[] flips = Graph.ones(rank + count).dims();
    int[] before = new int[rank + count];
    int[] apart = Graph.ones(rank + count).dims();
    int[] padded = windows.shape().dims();
    int[] order = new int[rank + count];
    int[] joined = shape.dims();
    int[] diagonals = new int[count];
    int[] last = new int[count];
    for (int j = 0; j < count; j++) {
      int axis = axes.get(j);
      int size = sizes.get(j);
      starts[rank + j] = size - 1;
      flips[rank + j] = -1;
      before[axis] = (size - 1) * dilations.get(j);
      apart[axis] = steps.get(j);
      padded[axis] = shape.dim(axis) + before[axis];
      joined[axis] = padded[axis] * size;
      diagonals[j] = dilations.get(j) * size + 1;
      last[j] = rank + j;
    }
    int at = 0;
    for (int d = 0; d < rank; d++) {
      order[at++] = d;
      for (int j = 0; j < count; j++) {
        if (axes.get(j) == d) {
          order[at++] = rank + j;
        }
      }
    }
    Node flipped = Graph.slice(windows, Axes.of(starts), Axes.of(flips), windows.shape());
    Node zero = Graph.constant(windows.dtype(), 0, windows.device());
    Node wide = Graph.pad(flipped, zero, Axes.of(before), Axes.of(apart), Shape.of(padded));
    Node line = Graph.reshape(Graph.permute(wide, Axes.of(order)), Shape.of(joined));
    Node diagonal = Graph.unfold(line, axes, sizes, sizes, Axes.of(diagonals));
    return Graph.reshape(Graph.reduce(ReduceOp.SUM, diagonal, Axes.of(last)), shape);
  }
}
