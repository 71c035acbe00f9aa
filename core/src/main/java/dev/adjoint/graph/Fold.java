package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import java.util.Arrays;
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
  /** The most values that are added one by one rather than folded along axes. */
  private static final int FEW = 4;

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
    boolean overlap = false;
    boolean apart = false;
    boolean phases = true;
    for (int j = 0; j < axes.size(); j++) {
      boolean strides = steps.get(j) > 1;
      overlap |= dilations.get(j) > 1 || sizes.get(j) > steps.get(j);
      apart |= strides;
      phases &= dilations.get(j) == 1 || !strides;
      phases &= shape.dim(axes.get(j)) % steps.get(j) == 0;
    }
    if (!overlap) {
      return laid(windows, shape);
    }
    return apart && phases ? phased(windows, shape) : collected(windows, shape);
  }

  /**
   * The sums where windows begin steps apart and their elements are neighbours. Element k of a window lies {@code k / step} whole
   * steps and {@code k % step} elements behind its begin. So the elements of each remainder are windows that begin one step
   * apart, which no other remainder overlaps; where only a few of them overlap, they are added one by one. Sizes must be whole
   * numbers of steps: only then is what is put together one kernel.
   */
  private Node phased(Node windows, Shape shape) {
    int rank = shape.rank();
    int count = axes.size();
    int[] wide = windows.shape().dims();
    int[] apart = Arrays.copyOf(wide, rank + 2 * count);
    int[] most = new int[count];
    int[] order = new int[rank + 2 * count];
    int[] coarse = Arrays.copyOf(wide, count + rank);
    int[] moved = new int[count];
    int[] ones = Graph.ones(count).dims();
    int terms = 1;
    for (int j = 0; j < count; j++) {
      int step = steps.get(j);
      most[j] = Math.ceilDiv(sizes.get(j), step);
      wide[rank + j] = most[j] * step;
      apart[rank + 2 * j] = most[j];
      apart[rank + 2 * j + 1] = step;
      order[j] = rank + 2 * j + 1;
      order[count + rank + j] = rank + 2 * j;
      coarse[j] = step;
      moved[j] = count + axes.get(j);
      terms *= most[j];
    }
    for (int d = 0; d < rank; d++) {
      order[count + d] = d;
      coarse[count + d] = shape.dim(d);
    }
    for (int j = 0; j < count; j++) {
      int reach = (most[j] - 1) * dilations.get(j) + windows.shape().dim(axes.get(j));
      coarse[moved[j]] = Math.max(reach, Math.ceilDiv(shape.dim(axes.get(j)), steps.get(j)));
    }
    Node zero = Graph.constant(windows.dtype(), 0, windows.device());
    Node whole = Graph.pad(windows, zero, Axes.of(new int[wide.length]), Shape.of(wide));
    Node split = Graph.permute(Graph.reshape(whole, Shape.of(apart)), Axes.of(order));
    var fold = new Fold(Axes.of(moved), Axes.of(most), Axes.of(ones), dilations);
    Shape phases = Shape.of(coarse);
    return joined(terms <= FEW ? fold.added(split, phases) : fold.collected(split, phases), shape);
  }

  /** Brings the remainders, which are the first axes, behind the axes that they belong to. */
  private Node joined(Node phases, Shape shape) {
    int rank = shape.rank();
    int count = axes.size();
    int[] order = new int[count + rank];
    int[] line = shape.dims();
    int at = 0;
    for (int d = 0; d < rank; d++) {
      order[at++] = count + d;
      for (int j = 0; j < count; j++) {
        if (axes.get(j) == d) {
          order[at++] = j;
          line[d] = phases.shape().dim(count + d) * steps.get(j);
        }
      }
    }
    Node joined = Graph.reshape(Graph.permute(phases, Axes.of(order)), Shape.of(line));
    return Graph.slice(joined, Axes.of(new int[rank]), Axes.of(Graph.ones(rank).dims()), shape);
  }

  /** The sums of windows that begin one element apart, as a chain of additions in the order of their elements. */
  private Node added(Node windows, Shape shape) {
    int rank = shape.rank();
    Node zero = Graph.constant(windows.dtype(), 0, windows.device());
    int[] element = windows.shape().dims();
    Arrays.fill(element, rank, element.length, 1);
    int[] place = new int[element.length];
    int[] before = new int[rank];
    Axes ones = Axes.of(Graph.ones(element.length).dims());
    DType wide = windows.dtype().folded();
    Node sum = null;
    do {
      for (int j = 0; j < axes.size(); j++) {
        before[axes.get(j)] = place[rank + j] * dilations.get(j);
      }
      Node one = Graph.slice(windows, Axes.of(place), ones, Shape.of(element));
      Node flat = Graph.reshape(one, Shape.of(Arrays.copyOf(element, rank)));
      Node term = Graph.cast(Graph.pad(flat, zero, Axes.of(before), shape), wide);
      sum = sum == null ? term : Graph.binary(BinaryOp.ADD, sum, term);
    } while (next(place, rank));
    return Graph.cast(sum, windows.dtype());
  }

  /** Goes on to the next element of a window; false after the last. */
  private boolean next(int[] place, int rank) {
    for (int j = axes.size() - 1; j >= 0; j--) {
      if (++place[rank + j] < sizes.get(j)) {
        return true;
      }
      place[rank + j] = 0;
    }
    return false;
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
