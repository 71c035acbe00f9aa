package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;

/**
 * Partitions a walk into the groups that one launch each computes.
 *
 * <p>Results that the caller wants, the results of opaque ops and their operands are stored. Everything else is computed
 * within each kernel that needs it, unless it cannot be, or would make that kernel too large. Then kernels over one index space
 * are merged where one reads what the other writes, or both read the same.
 */
final class Fuser {
  /** A kernel stays below these, so that the JVM compiles it well: see {@link dev.adjoint.kernel.Kernel}. */
  static final int MAX_ACCESSES = 40;

  static final int MAX_INSTRUCTIONS = 320;

  /** The weight of a load, so that the limit on instructions keeps the limit on accesses too. */
  static final int LOAD = MAX_INSTRUCTIONS / MAX_ACCESSES;

  /** Reductions over at most this many elements are done again within a row kernel instead of being stored. */
  private static final long MAX_ROW = 1 << 16;

  private final Walk walk;
  private final boolean eager;
  private final boolean[] stored;
  private final List<List<Integer>> users = new ArrayList<>();
  private final Merger merger;

  private Fuser(Walk walk, boolean[] wanted, BitSet updates, boolean eager) {
    this.walk = walk;
    this.eager = eager;
    this.stored = StorageChoice.of(walk, wanted, eager);
    this.merger = new Merger(walk, stored, updates);
    for (int i = 0; i < walk.size(); i++) {
      users.add(new ArrayList<>());
      for (int input : walk.inputs[i]) {
        users.get(input).add(i);
      }
    }
  }

  /**
   * The groups of a walk.
   *
   * @param groups in an order in which they can run
   * @param stored for each node whether a kernel other than its own may load it
   */
  record Partition(List<Group> groups, boolean[] stored) {}

  /**
   * Partitions a walk.
   *
   * @param wanted for each node whether its value must be in memory at the end
   * @param updates the nodes whose values go into the memory of variables
   * @param eager whether to give each op a kernel of its own
   */
  static Partition partition(Walk walk, boolean[] wanted, BitSet updates, boolean eager) {
    return new Fuser(walk, wanted, updates, eager).run();
  }

  private Partition run() {
    for (int i = walk.size() - 1; i >= 0; i--) {
      if (stored[i] && !walk.isLeaf(i) && !walk.isEmpty(i)) {
        draft(i);
      }
    }
    merger.findReads();
    if (!eager) {
      merger.merge();
    }
    List<Group> order = merger.order();
    for (Group group : order) {
      group.reads = merger.needs(group);
    }
    return new Partition(order, stored);
  }

  /** Finds a group for a stored node, storing what it needs and cannot compute itself. */
  private void draft(int i) {
    if (walk.isOpaque(i)) {
      draftOpaque(i);
      return;
    }
    while (true) {
      Group group = shape(i);
      try {
        Lowering.lower(walk, stored, group, new int[] {i});
        merger.put(group);
        return;
      } catch (Lowering.Demand demand) {
        if (demand.node < 0 || demand.node == i || stored[demand.node]) {
          throw new IllegalStateException("fuser: cannot lower " + walk.nodes[i], demand);
        }
        stored[demand.node] = true;
      }
    }
  }

  private void draftOpaque(int i) {
    while (true) {
      try {
        Group group = Group.opaque(walk, i);
        OpaqueSteps.check(walk, stored, group);
        merger.put(group);
        return;
      } catch (Lowering.Demand demand) {
        if (stored[demand.node]) {
          throw new IllegalStateException("fuser: cannot lower " + walk.nodes[i], demand);
        }
        stored[demand.node] = true;
      }
    }
  }

  /** The index space for a node: that of its reductions if they can be done within its kernel, else its own. */
  private Group shape(int i) {
    Shape shape = walk.nodes[i].shape();
    if (walk.reduces(i) && walk.op(i) instanceof Op.Reduce(var _, var axes)) {
      Shape input = walk.nodes[i].input(0).shape();
      return rows(i, input, Group.reducedNonTrivial(input, axes));
    }
    int[] dims = Space.nonTrivial(shape);
    for (int r : eager ? List.<Integer>of() : reductionsBelow(i)) {
      Op.Reduce reduce = (Op.Reduce) walk.op(r);
      Shape input = walk.nodes[r].input(0).shape();
      boolean[] reduced = Group.reducedNonTrivial(input, reduce.axes());
      boolean full = Arrays.equals(Space.nonTrivial(input), dims);
      boolean row =
          Arrays.equals(Space.nonTrivial(walk.nodes[r].shape()), dims) && computedUsers(r) == 1;
      if ((full && rowSize(input, reduced) <= MAX_ROW) || row) {
        return rows(i, input, reduced);
      }
    }
    return Group.map(i, dims);
  }

  private static Group rows(int i, Shape input, boolean[] reduced) {
    return Group.rows(i, Space.nonTrivial(input), reduced);
  }

  /** The number of nodes other than views that use a node or a view of it. */
  private int computedUsers(int i) {
    int count = 0;
    for (int user : users.get(i)) {
      count += walk.isView(user) ? computedUsers(user) : 1;
    }
    return count;
  }

  private static long rowSize(Shape input, boolean[] reduced) {
    int[] dims = Space.nonTrivial(input);
    long n = 1;
    for (int d = 0; d < dims.length; d++) {
      n *= reduced[d] ? dims[d] : 1;
    }
    return n;
  }

  /** The reductions that a node would be computed from within its own kernel, largest input first. */
  private List<Integer> reductionsBelow(int i) {
    var seen = new HashSet<Integer>();
    var found = new ArrayList<Integer>();
    var stack = new ArrayList<Integer>(List.of(i));
    while (!stack.isEmpty()) {
      int n = stack.removeLast();
      if (!seen.add(n) || walk.isLeaf(n) || (stored[n] && n != i)) {
        continue;
      }
      if (walk.reduces(n) && walk.nodes[n].input(0).shape().size() > 0) {
        found.add(n);
      } else {
        for (int input : walk.inputs[n]) {
          stack.add(input);
        }
      }
    }
    found.sort(
        (a, b) ->
            Long.compare(
                walk.nodes[b].input(0).shape().size(), walk.nodes[a].input(0).shape().size()));
    return found;
  }
}
