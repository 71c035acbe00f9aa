package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides how variables take their new values.
 *
 * <p>A new value is written straight into the old one's memory if nothing needs the old value by then: its kernel reads the
 * old value only at the index that it writes, and all other readers have run. Such kernels run last. Otherwise the new value is
 * computed elsewhere and copied at the very end.
 */
final class Updates {
  private final Walk walk;
  private final int[] targets;
  private final List<Launches> order = new ArrayList<>();
  private final boolean[] remembered;
  private final Map<Integer, Integer> donated = new HashMap<>();

  /** The launches of a group. */
  record Launches(Group group, List<Step> steps) {}

  /**
   * Decides for all updates.
   *
   * @param launches all groups in an order in which they can run
   * @param remembered for each node whether it must have memory of its own
   */
  Updates(Walk walk, int[] targets, List<Launches> launches, boolean[] remembered) {
    this.remembered = remembered;
    this.walk = walk;
    this.targets = targets;
    arrange(launches);
    donate();
  }

  /** The launches, those that write variables last. */
  List<Launches> order() {
    return order;
  }

  /** The update whose memory takes a node's value, or -1. */
  int donated(int node) {
    return donated.getOrDefault(node, -1);
  }

  private void arrange(List<Launches> launches) {
    Set<Integer> updated = new HashSet<>();
    for (int k = 0; k < targets.length; k += 2) {
      updated.add(walk.base(targets[k]));
    }
    var last = new ArrayList<Launches>();
    var lastMembers = new HashSet<Integer>();
    for (Launches some : launches) {
      Group group = some.group();
      boolean writes = group.members.stream().anyMatch(updated::contains) && !canFail(group);
      if (writes || group.reads.stream().anyMatch(lastMembers::contains)) {
        last.add(some);
        lastMembers.addAll(group.members);
      } else {
        order.add(some);
      }
    }
    order.addAll(last);
  }

  private boolean canFail(Group group) {
    return group.members.stream()
        .anyMatch(m -> walk.op(m) instanceof Op.Gather || walk.op(m) instanceof Op.ScatterAdd);
  }

  private void donate() {
    boolean failing = false;
    for (int g = order.size() - 1; g >= 0; g--) {
      Launches some = order.get(g);
      failing |= canFail(some.group());
      if (failing || some.steps().size() != 1) {
        continue;
      }
      for (int k = 0; k < targets.length; k += 2) {
        int target = walk.base(targets[k]);
        if (some.group().contains(target)
            && !remembered[target]
            && !donated.containsKey(target)
            && readsInPlace(some.steps().getFirst(), target, targets[k + 1])
            && !readLater(g, targets[k + 1])) {
          donated.put(target, k / 2);
        }
      }
    }
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
    for (int a = 0; a < accesses.size(); a++) {
      boolean reads =
          accesses.get(a).kind() == Access.Kind.READ && sameMemory(step.values()[a], leaf);
      if (reads
          && !(where.offsets()[a] == where.offsets()[write]
              && Arrays.equals(where.strides()[a], where.strides()[write]))) {
        return false;
      }
    }
    return true;
  }

  private boolean readLater(int g, int leaf) {
    for (int later = g + 1; later < order.size(); later++) {
      for (Step step : order.get(later).steps()) {
        for (int v : step.values()) {
          if (sameMemory(v, leaf)) {
            return true;
          }
        }
      }
    }
    return false;
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
    for (int k = 0; k < targets.length; k += 2) {
      int target = walk.base(targets[k]);
      if (donated(target) != k / 2 && walk.nodes[target].shape().size() > 0) {
        copies.add(copy(target, first + k / 2));
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
