package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongToIntFunction;

/**
 * Decides how variables take their new values.
 *
 * <p>A new value is written straight into the old one's memory if nothing needs the old value by then: its kernel reads the
 * old value only at the index that it writes, and all other readers have run. Such kernels run last. Otherwise the new value is
 * computed elsewhere and copied at the very end.
 *
 * <p>A scatter that starts from the old value is such a kernel too, without the copy that it starts with elsewhere. So a few rows
 * of a large table change without a pass over the others. Positions of such kernels, scatters or look-ups, are checked by a
 * launch before, so that they cannot fail when part of the variable is written.
 */
final class Updates {
  private final Walk walk;
  private final List<UpdateTarget> targets;
  private final List<Launches> order = new ArrayList<>();
  private final boolean[] remembered;
  private final LongToIntFunction scratch;
  private final BitSet checked = new BitSet();
  private final Set<PositionCheck> checks = new HashSet<>();
  private final int[] donated;

  /** The launches of a group. */
  record Launches(Group group, List<Step> steps) {}

  /**
   * Decides for all updates.
   *
   * @param launches all groups in an order in which they can run
   * @param remembered for each node whether it must have memory of its own
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  Updates(
      Walk walk,
      List<UpdateTarget> targets,
      List<Launches> launches,
      boolean[] remembered,
      LongToIntFunction scratch) {
    this.remembered = remembered;
    this.scratch = scratch;
    this.walk = walk;
    this.targets = targets;
    this.donated = new int[walk.size()];
    Arrays.fill(donated, -1);
    arrange(launches);
    donate();
  }

  /** The launches, those that write variables last. */
  List<Launches> order() {
    return order;
  }

  /** The update whose memory takes a node's value, or -1. */
  int donated(int node) {
    return donated[node];
  }

  private void arrange(List<Launches> launches) {
    var updated = new BitSet();
    for (UpdateTarget update : targets) {
      updated.set(walk.base(update.position()));
    }
    var last = new ArrayList<Launches>();
    var lastMembers = new BitSet();
    for (Launches some : launches) {
      Group group = some.group();
      if (startsFromOldValue(group.members[0]) || writesInPlace(some)) {
        check(some, lastMembers);
      }
      boolean writes = anyOf(group.members, updated) && !canFail(some);
      if (writes || anyOf(group.needs(), lastMembers)) {
        last.add(some);
        for (int member : group.members) {
          lastMembers.set(member);
        }
      } else {
        order.add(some);
      }
    }
    order.addAll(last);
  }

  private static boolean anyOf(int[] nodes, BitSet set) {
    for (int node : nodes) {
      if (set.get(node)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a node is the new value of a variable, and the old one with elements combined with some of its own. */
  private boolean startsFromOldValue(int node) {
    for (UpdateTarget update : targets) {
      if (walk.base(update.position()) == node && startsFrom(node, update.leaf())) {
        return true;
      }
    }
    return false;
  }

  private boolean startsFrom(int scatter, int leaf) {
    return walk.op(scatter) instanceof Op.Scatter
        && sameMemory(walk.base(walk.input(scatter, 0)), leaf);
  }

  /** Whether a group is one launch that may write into the memory of a variable, unless it fails. */
  private boolean writesInPlace(Launches some) {
    for (UpdateTarget update : targets) {
      int target = walk.base(update.position());
      if (some.steps().size() == 1
          && some.group().contains(target)
          && readsInPlace(some.steps().getFirst(), target, update.leaf())) {
        return true;
      }
    }
    return false;
  }

  /** Checks the positions of a launch before any variable is written, unless they depend on a new value. */
  private void check(Launches some, BitSet lastMembers) {
    List<Step> steps = some.steps();
    List<PositionCheck> needed = PositionCheck.of(steps.getLast());
    if (needed.isEmpty()
        || needed.stream().anyMatch(check -> lastMembers.get(check.value()))
        || steps.stream().limit(steps.size() - 1L).anyMatch(Step::canFail)) {
      return;
    }
    for (PositionCheck check : needed) {
      if (checks.add(check)) {
        order.add(new Launches(some.group(), List.of(check.step(scratch))));
      }
    }
    checked.set(some.group().members[0]);
  }

  private boolean canFail(Launches some) {
    return !checked.get(some.group().members[0]) && some.steps().stream().anyMatch(Step::canFail);
  }

  private void donate() {
    int[] launch = new int[walk.size()];
    int[] lastRead = new int[walk.size()];
    int afterFailing = 0;
    for (int g = 0; g < order.size(); g++) {
      Launches some = order.get(g);
      afterFailing = canFail(some) ? g + 1 : afterFailing;
      for (int member : some.group().members) {
        launch[member] = g + 1;
      }
      for (Step step : some.steps()) {
        for (int v : step.values()) {
          if (v >= 0 && v < walk.size() && walk.isLeaf(v)) {
            lastRead[walk.alias[v]] = g + 1;
          }
        }
      }
    }
    for (int k = 0; k < targets.size(); k++) {
      int leaf = targets.get(k).leaf();
      int target = walk.base(targets.get(k).position());
      int g = launch[target] - 1;
      if (g < afterFailing
          || remembered[target]
          || donated(target) >= 0
          || (leaf >= 0 && lastRead[walk.alias[leaf]] > g + 1)) {
        continue;
      }
      Launches some = order.get(g);
      if (some.steps().size() == 1 && readsInPlace(some.steps().getFirst(), target, leaf)) {
        donated[target] = k;
      } else if (checked.get(target) && startsFrom(target, leaf)) {
        List<Step> afterCopy = some.steps().subList(1, some.steps().size());
        if (afterCopy.stream().noneMatch(step -> reads(step, leaf))) {
          order.set(g, new Launches(some.group(), List.copyOf(afterCopy)));
          donated[target] = k;
        }
      }
    }
  }

  private boolean reads(Step step, int leaf) {
    List<Access> accesses = step.kernel().accesses();
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() == Access.Kind.READ && sameMemory(step.values()[a], leaf)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a launch stores a value without needing the old one at any other index. */
  private boolean readsInPlace(Step step, int target, int leaf) {
    if (!(step.kernel() instanceof Kernel.MatMul || step.kernel() instanceof Kernel.Loop)) {
      return false;
    }
    int write = -1;
    List<Access> accesses = step.kernel().accesses();
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() == Access.Kind.WRITE && step.values()[a] == target) {
        write = write < 0 ? a : -2;
      }
    }
    if (write < 0) {
      return false;
    }
    Geometry where = step.geometry();
    // A product is written before its epilogue reads anything.
    boolean early = step.kernel() instanceof Kernel.MatMul && write < Kernel.MatMul.OPERANDS;
    if (early && walk.nodes[target].device().backend().hasManyThreads()) {
      // A product alone, as that of a library, is written whether or not a position was out of
      // range.
      return false;
    }
    for (int a = 0; a < accesses.size(); a++) {
      boolean reads =
          accesses.get(a).kind() == Access.Kind.READ && sameMemory(step.values()[a], leaf);
      if (reads
          && (early
              || step.readsAnywhere(a)
              || step.start(a) != 0
              || !(where.offsets()[a] == where.offsets()[write]
                  && Arrays.equals(where.strides()[a], where.strides()[write])))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameMemory(int value, int leaf) {
    return leaf >= 0
        && value >= 0
        && value < walk.size()
        && walk.isLeaf(value)
        && walk.alias[value] == walk.alias[leaf];
  }

  /** Launches that copy the new values that were computed elsewhere; variables are the values from {@code first} on. */
  List<Step> copies(int first) {
    var copies = new ArrayList<Step>();
    for (int k = 0; k < targets.size(); k++) {
      int target = walk.base(targets.get(k).position());
      if (donated(target) != k && walk.nodes[target].shape().size() > 0) {
        copies.add(copy(target, first + k));
      }
    }
    return copies;
  }

  private Step copy(int from, int to) {
    var dtype = walk.nodes[from].dtype();
    var read = new Access(Access.Kind.READ, dtype, Access.Lane.CONTIGUOUS);
    var write = new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS);
    Instr load = new Instr.Load(0, dtype.element());
    Stage stage = new Stage.Map(List.of(load), List.of(new Stage.Store(1, 0)));
    var kernel = new Kernel.Loop(1, 0, false, List.of(read, write), List.of(), List.of(stage));
    int size = Math.toIntExact(walk.nodes[from].shape().size());
    var geometry = new Geometry(new int[] {size}, new long[2], new long[][] {{1}, {1}});
    return new Step(kernel, geometry, new int[] {from, to}, new Step.Scalar[0]);
  }
}
