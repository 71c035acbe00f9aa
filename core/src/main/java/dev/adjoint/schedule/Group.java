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

  /** The index space; of a contraction, that of its epilogue; empty if the kernel is of another kind. */
  final Space space;

  /** The contraction that the members are computed from, or -1. */
  final int contraction;

  /** The nodes, in the order of the walk. */
  final int[] members;

  /** For each non-trivial axis of a value that lies over the whole space, whether it is a reduction axis. */
  final boolean[] reducedAxes;

  /** What it is computed from when all {@link #outputs} are stored; found when it is known what is stored. */
  @Nullable Cone cone;

  /** Where the launch stands among all: after those that it needs something from. */
  int time;

  private Group(Space space, int contraction, int[] members, boolean[] reducedAxes) {
    this.space = space;
    this.contraction = contraction;
    this.members = members;
    this.reducedAxes = reducedAxes;
  }

  /** A group for one node that lies over parallel axes alone. */
  static Group map(int node, int[] dims) {
    return new Group(Space.of(dims, NONE), -1, new int[] {node}, new boolean[dims.length]);
  }

  /**
   * A group for one node whose kernel reduces: the node is the reduction, or is computed from reductions, row by row.
   *
   * @param dims the non-trivial sizes of what is reduced
   * @param reduced which of them are reduced
   */
  static Group rows(int node, int[] dims, boolean[] reduced) {
    return new Group(
        Space.of(select(dims, reduced, false), select(dims, reduced, true)),
        -1,
        new int[] {node},
        reduced);
  }

  /** A group that computes an op with a kernel of its own kind. */
  static Group opaque(Walk walk, int node) {
    boolean contraction = walk.op(node) instanceof Op.MatMul;
    int[] dims = contraction ? contractionAxes(walk.nodes[node].shape()) : NONE;
    return new Group(
        Space.of(dims, NONE), contraction ? node : -1, new int[] {node}, new boolean[dims.length]);
  }

  /** All batch axes as one, then m and n, also where they are 1. */
  private static int[] contractionAxes(Shape shape) {
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
    return new Group(space, contraction, all, reducedAxes);
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

  /** Whether this is a contraction with its epilogue. */
  boolean isContraction() {
    return contraction >= 0;
  }

  /** The members that a kernel writes by its own stores, if all are needed. */
  int[] outputs() {
    return isContraction() ? Arrays.copyOfRange(members, 1, members.length) : members;
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
