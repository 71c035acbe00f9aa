package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nodes that one launch computes. */
final class Group {
  private static final int[] NONE = {};
  private static final boolean[] NO_AXES = {};

  /** The index space; with a head, that of its epilogue; empty if the kernel is of a kind that has none. */
  final Space space;

  /** The op with a kernel of its own kind that takes an epilogue, which computes the other members; -1 if there is none. */
  final int head;

  /** The nodes, in the order of the walk. */
  final int[] members;

  /** For each non-trivial axis of a value that lies over the whole space, whether it is a reduction axis. */
  final boolean[] reducedAxes;

  /** What it is computed from when all {@link #outputs} are stored; found when it is known what is stored. */
  @Nullable Cone cone;

  /** Where the launch stands among all: after those that it needs something from. */
  int time;

  /** For each parallel axis whether it cannot be split, as the kernel has a part for it. */
  private final boolean[] whole;

  private Group(Space space, int head, boolean[] whole, int[] members, boolean[] reducedAxes) {
    this.space = space;
    this.head = head;
    this.whole = whole;
    this.members = members;
    this.reducedAxes = reducedAxes;
  }

  /** A group for one node that lies over parallel axes alone. */
  static Group map(int node, int[] dims) {
    boolean[] none = new boolean[dims.length];
    return new Group(Space.of(dims, NONE), -1, none, new int[] {node}, none);
  }

  /**
   * A group for one node whose kernel reduces: the node is the reduction, or is computed from reductions, row by row.
   *
   * @param dims the non-trivial sizes of what is reduced
   * @param reduced which of them are reduced
   */
  static Group rows(int node, int[] dims, boolean[] reduced) {
    Space space = Space.of(select(dims, reduced, false), select(dims, reduced, true));
    boolean[] none = new boolean[space.parallel.length];
    return new Group(space, -1, none, new int[] {node}, reduced);
  }

  /** A group that computes an op with a kernel of its own kind. */
  static Group opaque(Walk walk, int node) {
    Shape shape = walk.nodes[node].shape();
    if (walk.op(node) instanceof Op.MatMul) {
      return headed(node, productAxes(shape), 1, 2);
    } else if (walk.op(node) instanceof Op.Scan scan) {
      return headed(node, scanAxes(shape, scan.axis()), scannedAxis(shape, scan.axis()));
    }
    return new Group(Space.of(NONE, NONE), -1, NO_AXES, new int[] {node}, NO_AXES);
  }

  /** The axis of a scan, also where its size is 1, and those of the others whose size is not. */
  private static int[] scanAxes(Shape shape, int axis) {
    int[] before = Space.nonTrivial(Arrays.copyOf(shape.dims(), axis));
    int[] behind = Space.nonTrivial(Arrays.copyOfRange(shape.dims(), axis + 1, shape.rank()));
    int[] dims = Arrays.copyOf(before, before.length + 1 + behind.length);
    dims[before.length] = shape.dim(axis);
    System.arraycopy(behind, 0, dims, before.length + 1, behind.length);
    return dims;
  }

  /** Where the axis of a scan stands in the space of its group, before splitting. */
  static int scannedAxis(Shape shape, int axis) {
    return Space.nonTrivial(Arrays.copyOf(shape.dims(), axis)).length;
  }

  private static Group headed(int node, int[] dims, int... whole) {
    boolean[] axes = new boolean[dims.length];
    for (int axis : whole) {
      axes[axis] = true;
    }
    return new Group(Space.of(dims, NONE), node, axes, new int[] {node}, new boolean[dims.length]);
  }

  /** Of a product all batch axes as one, then m and n, also where they are 1. */
  private static int[] productAxes(Shape shape) {
    int batch = 1;
    for (int d = 0; d < shape.rank() - 2; d++) {
      batch = Math.multiplyExact(batch, shape.dim(d));
    }
    return new int[] {batch, shape.dim(-2), shape.dim(-1)};
  }

  /** This group with the members of another. */
  Group with(Group other) {
    int[] all = Arrays.copyOf(members, members.length + other.members.length);
    System.arraycopy(other.members, 0, all, members.length, other.members.length);
    Arrays.sort(all);
    return new Group(space, head, whole, all, reducedAxes);
  }

  /** The stored nodes that the members read, ascending, apart from the operands of a kernel of its own kind. */
  int[] reads() {
    return Objects.requireNonNull(cone).reads();
  }

  /** All stored nodes that the launch reads, ascending. */
  int[] needs() {
    return Objects.requireNonNull(cone).needs();
  }

  /** Whether a node is a member. */
  boolean contains(int node) {
    for (int member : members) {
      if (member == node) {
        return true;
      }
    }
    return false;
  }

  /** Whether this is an op with a kernel of its own kind and its epilogue. */
  boolean hasHead() {
    return head >= 0;
  }

  /** Whether a parallel axis of the space, before splitting, must not be split. */
  boolean keepsWhole(int axis) {
    return axis < whole.length && whole[axis];
  }

  /** The members that a kernel writes by its own stores, if all are needed. */
  int[] outputs() {
    return hasHead() ? Arrays.copyOfRange(members, 1, members.length) : members;
  }

  /** Whether a node of this shape lies over the whole space of a kernel that reduces. */
  boolean isFull(Shape shape) {
    return space.reduced.length > 0 && Space.nonTrivial(shape).length == reducedAxes.length;
  }

  /** Whether two groups run over one space in one way. */
  boolean matches(Group other) {
    return space.matches(other.space) && Arrays.equals(reducedAxes, other.reducedAxes);
  }

  /** Whether the members of another group lie over the parallel axes of this one and reduce nothing. */
  boolean takesRow(Group other) {
    return space.reduced.length > 0
        && other.space.reduced.length == 0
        && Arrays.equals(space.parallel, other.space.parallel);
  }

  /** Whether the members of another group lie over all axes of this one and reduce nothing. */
  boolean takesElements(Group other) {
    if (space.reduced.length == 0
        || other.space.reduced.length > 0
        || other.space.parallel.length != reducedAxes.length) {
      return false;
    }
    return Arrays.equals(select(other.space.parallel, reducedAxes, false), space.parallel)
        && Arrays.equals(select(other.space.parallel, reducedAxes, true), space.reduced);
  }

  /** The element of a node of this shape at its own place. */
  Affine own(Shape shape, Space refined) {
    return isFull(shape) ? refined.full(reducedAxes) : refined.row();
  }

  /** Which of the non-trivial axes of its input a reduction folds. */
  static boolean[] reducedNonTrivial(Shape input, Axes axes) {
    boolean[] reduced = new boolean[input.rank()];
    int n = 0;
    for (int d = 0; d < input.rank(); d++) {
      if (input.dim(d) != 1) {
        reduced[n++] = axes.contains(d);
      }
    }
    return Arrays.copyOf(reduced, n);
  }

  private static int[] select(int[] dims, boolean[] reduced, boolean wanted) {
    int n = 0;
    int[] out = new int[dims.length];
    for (int d = 0; d < dims.length; d++) {
      if (reduced[d] == wanted) {
        out[n++] = dims[d];
      }
    }
    return Arrays.copyOf(out, n);
  }
}
