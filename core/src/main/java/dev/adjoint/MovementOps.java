package dev.adjoint;

import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Reductions;
import dev.adjoint.ops.ShapeMath;
import java.util.Arrays;

/**
 * Other shapes and orders of the same elements. Nothing is copied until it must be; negative axes count from the end.
 */
public sealed interface MovementOps permits Tensor {
  /**
   * The same elements in row-major order under other sizes; one size may be -1, which is then computed.
   *
   * @throws IllegalArgumentException if the number of elements differs
   */
  default Tensor reshape(int... sizes) {
    Tensor x = (Tensor) this;
    return new Tensor(
        Graph.reshape(x.node(), ShapeMath.resolve("reshape", x.shape(), x.size(), sizes)));
  }

  /** The same elements in row-major order under another shape. */
  default Tensor reshape(Shape shape) {
    return new Tensor(Graph.reshape(((Tensor) this).node(), shape));
  }

  /** The same as {@link #reshape(int...)}. */
  default Tensor view(int... sizes) {
    return reshape(sizes);
  }

  /** Axes of size 1 stretched to sizes; -1 keeps a size, and further axes may be put in front. */
  default Tensor expand(int... sizes) {
    Tensor x = (Tensor) this;
    return broadcastTo("expand", ShapeMath.keepSizes("expand", x.shape(), sizes));
  }

  /** This broadcast to a shape. */
  default Tensor broadcastTo(Shape shape) {
    return broadcastTo("broadcastTo", shape);
  }

  /** This broadcast to a shape. */
  default Tensor broadcastTo(int... sizes) {
    return broadcastTo("broadcastTo", Shape.of(sizes));
  }

  /** This broadcast to the shape of another tensor. */
  default Tensor expandAs(Tensor other) {
    return broadcastTo("expandAs", other.shape());
  }

  private Tensor broadcastTo(String op, Shape shape) {
    Tensor x = (Tensor) this;
    if (!ShapeMath.stretches(x.shape(), shape)) {
      throw OpError.of(op, x.shape() + " does not broadcast to " + shape);
    }
    return new Tensor(Graph.broadcast(x.node(), shape));
  }

  /** This without its axes of size 1. */
  default Tensor squeeze() {
    int[] dims = Arrays.stream(((Tensor) this).shape().dims()).filter(d -> d != 1).toArray();
    return reshape(Shape.of(dims));
  }

  /** This without those of the given axes that have size 1. */
  default Tensor squeeze(int... axes) {
    Tensor x = (Tensor) this;
    int[] ones =
        Arrays.stream(Reductions.axes("squeeze", x, axes)).filter(a -> x.dim(a) == 1).toArray();
    return reshape(Reductions.without(x.shape(), ones));
  }

  /** This with an axis of size 1 put in at a position from -rank-1 to rank. */
  default Tensor unsqueeze(int axis) {
    Tensor x = (Tensor) this;
    int a = axis < 0 ? axis + x.rank() + 1 : axis;
    if (a < 0 || a > x.rank()) {
      throw OpError.of("unsqueeze", "axis " + axis + " is out of range for shape " + x.shape());
    }
    return reshape(ShapeMath.insert(x.shape(), a, 1));
  }

  /** All elements along one axis. */
  default Tensor flatten() {
    return reshape(-1);
  }

  /** This with the axes from one to the last made into one. */
  default Tensor flatten(int from) {
    return flatten(from, -1);
  }

  /** This with the axes from one to another, inclusive, made into one. */
  default Tensor flatten(int from, int to) {
    Tensor x = (Tensor) this;
    return x.rank() == 0 ? x.reshape(1) : reshape(ShapeMath.flatten(x.shape(), from, to));
  }

  /** This with one axis split into several; one size may be -1. */
  default Tensor unflatten(int axis, int... sizes) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "unflatten");
    int[] parts = ShapeMath.resolve("unflatten", x.shape(), x.dim(a), sizes).dims();
    int[] dims = x.shape().dims();
    int[] all = Arrays.copyOf(dims, dims.length - 1 + parts.length);
    System.arraycopy(parts, 0, all, a, parts.length);
    System.arraycopy(dims, a + 1, all, a + parts.length, dims.length - a - 1);
    return reshape(Shape.of(all));
  }

  /** The axes in another order: axis i of the result is axis {@code order[i]} of this. */
  default Tensor permute(int... order) {
    Tensor x = (Tensor) this;
    int[] axes = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      axes[i] = x.shape().axis(order[i], "permute");
    }
    return new Tensor(Graph.permute(x.node(), Axes.of(axes)));
  }

  /** Two axes swapped. */
  default Tensor transpose(int a, int b) {
    Tensor x = (Tensor) this;
    int[] order = ShapeMath.order(x.rank());
    int i = x.shape().axis(a, "transpose");
    int j = x.shape().axis(b, "transpose");
    order[i] = j;
    order[j] = i;
    return new Tensor(Graph.permute(x.node(), Axes.of(order)));
  }

  /** The transpose of a matrix; vectors and scalars stay as they are. */
  default Tensor t() {
    Tensor x = (Tensor) this;
    if (x.rank() > 2) {
      throw OpError.of("t", "needs at most 2 axes, not shape " + x.shape() + ": use transpose");
    }
    return x.rank() == 2 ? transpose(0, 1) : x;
  }

  /** The same as {@link #transpose}. */
  default Tensor swapAxes(int a, int b) {
    return transpose(a, b);
  }

  /** One axis moved to another position; the others keep their order. */
  default Tensor movedim(int from, int to) {
    return movedim(new int[] {from}, new int[] {to});
  }

  /**
   * Axes moved to other positions, one by one; the others keep their order.
   *
   * @throws IllegalArgumentException if there are not as many axes as positions, or one appears twice
   */
  default Tensor movedim(int[] from, int[] to) {
    return new Tensor(
        Graph.permute(((Tensor) this).node(), ShapeMath.moved((Tensor) this, from, to)));
  }

  /** This tensor: computed values always lie in row-major order. */
  default Tensor contiguous() {
    return (Tensor) this;
  }
}
