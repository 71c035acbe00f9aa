package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Partitions a walk into the groups that one launch each computes.
 *
 * <p>Results that the caller wants, the results of opaque ops and their operands are stored. Everything else is computed
 * within each kernel that needs it, unless it cannot be, or would make that kernel too large. Then kernels over one index space
 * are merged where one reads what the other writes, or both read the same.
 */
final class Fuser {
  /** A kernel stays below these, so that the JVM compiles it well: see {@link dev.adjoint.kernel.Kernel}. */
  private static final int MAX_ACCESSES = 40;

  private static final int MAX_INSTRUCTIONS = 320;

  /** Reductions over at most this many elements are done again within a row kernel instead of being stored. */
  private static final long MAX_ROW = 1 << 16;

  private final Walk walk;
  private final boolean eager;
  private final boolean[] stored;
  private final List<List<Integer>> users = new ArrayList<>();
  private final Map<Integer, Group> groups = new HashMap<>();
  private final Map<Group, Set<Integer>> reads = new HashMap<>();

  private Fuser(Walk walk, boolean[] wanted, boolean eager) {
    this.walk = walk;
    this.eager = eager;
    this.stored = wanted.clone();
  }

  /**
   * The groups of a walk.
   *
   * @param groups in an order in which they can run
   * @param needs for each group the stored nodes that it reads
   * @param stored for each node whether a kernel other than its own may load it
   */
  record Partition(List<Group> groups, Map<Group, Set<Integer>> needs, boolean[] stored) {}

  /**
   * Partitions a walk.
   *
   * @param wanted for each node whether its value must be in memory at the end
   * @param eager whether to give each op a kernel of its own
   */
  static Partition partition(Walk walk, boolean[] wanted, boolean eager) {
    return new Fuser(walk, wanted, eager).run();
  }

  private Partition run() {
    markStored();
    for (int i = walk.size() - 1; i >= 0; i--) {
      if (stored[i] && !walk.isLeaf(i) && !walk.isEmpty(i)) {
        draft(i);
      }
    }
    if (!eager) {
      merge();
    }
    List<Group> order = order();
    Map<Group, Set<Integer>> needs = new HashMap<>();
    for (Group group : order) {
      needs.put(group, needs(group));
    }
    return new Partition(order, needs, stored);
  }

  private void markStored() {
    int[] cost = new int[walk.size()];
    for (int i = 0; i < walk.size(); i++) {
      users.add(new ArrayList<>());
      for (int input : walk.inputs[i]) {
        users.get(input).add(i);
      }
      if (walk.isLeaf(i) || walk.isEmpty(i)) {
        continue;
      }
      if (walk.isOpaque(i)) {
        stored[i] = true;
        if (!(walk.op(i) instanceof Op.Concat || walk.op(i) instanceof Op.Pad)) {
          for (int input : walk.inputs[i]) {
            stored[walk.viewed(input)] = true;
          }
        }
      }
      if (eager && !walk.isView(i) && !(walk.op(i) instanceof Op.Const || walk.op(i) instanceof Op.Iota)) {
        stored[i] = true;
      }
      limit(i, cost);
    }
  }

  /** Stores inputs of a node until the code that computes it from stored values is small enough. */
  private void limit(int i, int[] cost) {
    while (true) {
      int sum = weight(i);
      int largest = -1;
      for (int input : walk.inputs[i]) {
        int c = walk.isLeaf(input) || stored[input] ? 1 : cost[input];
        sum += c;
        if (c > 1 && !walk.isView(input) && (largest < 0 || c > cost[largest])) {
          largest = input;
        }
      }
      cost[i] = sum;
      if (sum <= MAX_INSTRUCTIONS) {
        return;
      }
      cost[i] = exact(i);
      if (cost[i] <= MAX_INSTRUCTIONS / 2 || largest < 0) {
        return;
      }
      stored[largest] = true;
    }
  }

  /** The weight of all distinct nodes that are computed with a node. */
  private int exact(int i) {
    var seen = new HashSet<Integer>();
    var stack = new ArrayList<Integer>(List.of(i));
    int sum = 0;
    while (!stack.isEmpty() && sum <= MAX_INSTRUCTIONS) {
      int n = stack.removeLast();
      if (!seen.add(n)) {
        continue;
      }
      boolean load = n != i && (stored[n] || walk.isLeaf(n));
      sum += load ? 1 : weight(n);
      if (!load) {
        for (int input : walk.inputs[n]) {
          stack.add(input);
        }
      }
    }
    return sum;
  }

  private int weight(int i) {
    return switch (walk.op(i)) {
      case Op.Unary(var f) -> Weights.of(f);
      case Op.Binary(var f) -> Weights.of(f, walk.nodes[i].input(0).dtype());
      case Op.Reduce(var _, var _), Op.Where(), Op.Cast(), Op.Bitcast(), Op.Const(), Op.Iota() -> 2;
      case Op.Source(), Op.Reshape(), Op.Permute(var _), Op.Expand(), Op.Slice(var _, var _), Op.Detach(), Op.Custom(var _),
          Op.Random(), Op.Pad(var _), Op.Concat(var _), Op.Gather(var _), Op.ScatterAdd(var _), Op.MatMul(), Op.Copy() -> 0;
    };
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
        put(group, readsOf(lower(group, new int[] {i})));
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
        put(group, Set.of());
        return;
      } catch (Lowering.Demand demand) {
        if (stored[demand.node]) {
          throw new IllegalStateException("fuser: cannot lower " + walk.nodes[i], demand);
        }
        stored[demand.node] = true;
      }
    }
  }

  private void put(Group group, Set<Integer> read) {
    for (int member : group.members) {
      groups.put(member, group);
    }
    reads.put(group, read);
  }

  private Lowering.Result lower(Group group, int[] outputs) throws Lowering.Demand {
    return Lowering.lower(walk, stored, group, outputs);
  }

  private static Set<Integer> readsOf(Lowering.Result result) {
    var read = new HashSet<Integer>();
    for (Operand operand : result.operands()) {
      if (operand.kind() == Access.Kind.READ) {
        read.add(operand.node());
      }
    }
    return read;
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
      boolean row = Arrays.equals(Space.nonTrivial(walk.nodes[r].shape()), dims) && computedUsers(r) == 1;
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
    found.sort((a, b) -> Long.compare(walk.nodes[b].input(0).shape().size(), walk.nodes[a].input(0).shape().size()));
    return found;
  }

  private void merge() {
    for (int i = 0; i < walk.size(); i++) {
      Group own = groups.get(i);
      if (own == null || !stored[i] || walk.isOpaque(i) || own.members.size() > 1) {
        continue;
      }
      for (Group partner : partners(own)) {
        Group merged = join(partner, own);
        if (merged != null) {
          break;
        }
      }
    }
  }

  /** Groups that a group could be merged with: first those whose results it reads, then those that read the same values. */
  private List<Group> partners(Group own) {
    var producers = new ArrayList<Group>();
    var siblings = new ArrayList<Group>();
    Set<Integer> read = reads.get(own);
    var seen = new HashSet<Group>(Set.of(own));
    for (int input : read.stream().sorted((a, b) -> b - a).toList()) {
      Group producer = groups.get(input);
      if (producer != null && seen.add(producer)) {
        producers.add(producer);
      }
    }
    for (Group other : new HashSet<>(groups.values())) {
      if (!seen.contains(other) && other.members.getFirst() < own.members.getFirst() && shares(other, read)) {
        siblings.add(other);
      }
    }
    siblings.sort((a, b) -> b.members.getFirst() - a.members.getFirst());
    producers.addAll(siblings);
    return producers;
  }

  private boolean shares(Group other, Set<Integer> read) {
    for (int input : reads.get(other)) {
      if (read.contains(input) && walk.nodes[input].shape().size() > 1) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Group join(Group partner, Group own) {
    boolean fits =
        partner.isContraction()
            ? own.space.reduced.length == 0 && Arrays.equals(own.space.parallel, nonTrivial(partner.space.parallel))
            : !walk.isOpaque(partner.members.getFirst()) && (partner.matches(own) || partner.takesRow(own));
    if (!fits || isBehind(own, partner)) {
      return null;
    }
    Group merged = partner;
    for (int member : own.members) {
      merged = merged.with(member);
    }
    try {
      Lowering.Result result = lower(merged, outputs(merged));
      if (result.operands().size() > MAX_ACCESSES || result.instructions() > MAX_INSTRUCTIONS) {
        return null;
      }
      reads.remove(partner);
      reads.remove(own);
      Set<Integer> read = readsOf(result);
      read.removeAll(merged.members);
      put(merged, read);
      return merged;
    } catch (Lowering.Demand unfit) {
      return null;
    }
  }

  private static int[] nonTrivial(int[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).toArray();
  }

  /** The members that a kernel writes by its own stores. */
  private static int[] outputs(Group group) {
    return group.members.stream().mapToInt(Integer::intValue).filter(m -> m != group.contraction).toArray();
  }

  /** Whether a group depends on a partner by way of a third group. */
  private boolean isBehind(Group own, Group partner) {
    var seen = new HashSet<Group>();
    var stack = new ArrayList<Group>();
    for (int input : needs(own)) {
      Group g = groups.get(input);
      if (g != null && g != partner && g != own) {
        stack.add(g);
      }
    }
    while (!stack.isEmpty()) {
      Group g = stack.removeLast();
      if (g == partner) {
        return true;
      }
      if (!seen.add(g)) {
        continue;
      }
      for (int input : needs(g)) {
        Group next = groups.get(input);
        if (next != null && next != g) {
          stack.add(next);
        }
      }
    }
    return false;
  }

  /** The stored nodes that a group needs from other groups. */
  private Set<Integer> needs(Group group) {
    Set<Integer> read = new HashSet<>(reads.get(group));
    for (int member : group.members) {
      if (walk.isOpaque(member)) {
        for (int input : walk.inputs[member]) {
          addStoredBelow(input, read);
        }
      }
    }
    return read;
  }

  private void addStoredBelow(int i, Set<Integer> into) {
    var stack = new ArrayList<Integer>(List.of(i));
    var seen = new BitSet();
    while (!stack.isEmpty()) {
      int n = stack.removeLast();
      if (seen.get(n)) {
        continue;
      }
      seen.set(n);
      if (walk.isLeaf(n) || stored[n]) {
        into.add(n);
      } else {
        for (int input : walk.inputs[n]) {
          stack.add(input);
        }
      }
    }
  }

  /** The groups, each after those it needs; among those that are ready, the one that comes first in the walk. */
  private List<Group> order() {
    var done = new ArrayList<Group>();
    var state = new HashMap<Group, Boolean>();
    var stack = new ArrayList<Group>();
    for (int i = 0; i < walk.size(); i++) {
      Group root = groups.get(i);
      if (root == null || !stored[i] || state.containsKey(root)) {
        continue;
      }
      stack.add(root);
      while (!stack.isEmpty()) {
        Group g = stack.getLast();
        if (state.putIfAbsent(g, false) != null) {
          stack.removeLast();
          if (state.put(g, true) == Boolean.FALSE) {
            done.add(g);
          }
          continue;
        }
        for (int input : needs(g)) {
          Group next = groups.get(input);
          if (next != null && !state.containsKey(next)) {
            stack.add(next);
          }
        }
      }
    }
    return done;
  }
}
