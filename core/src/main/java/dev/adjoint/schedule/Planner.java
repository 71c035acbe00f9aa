package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a plan: fuses, orders the launches so that updates come last, and gives every value a place. */
final class Planner {
  private final Walk walk;
  private final int[] targets;
  private final boolean keepTracked;
  private final int nodes;
  private final List<int[]> aliases = new ArrayList<>();
  private final boolean[] wanted;
  private final boolean[] remembered;
  private Fuser.Partition partition;
  private boolean[] needed;
  private final List<Long> scratch = new ArrayList<>();

  private Planner(Walk walk, int[] targets, boolean keepTracked) {
    this.walk = walk;
    this.targets = targets;
    this.keepTracked = keepTracked;
    this.nodes = walk.size();
    this.wanted = new boolean[nodes];
    this.remembered = new boolean[nodes];
    markWanted();
    this.partition = Fuser.partition(walk, wanted, updated(), Debug.EAGER);
    this.needed = needed();
  }

  /**
   * A plan for a walk.
   *
   * @param targets per update the position of the new value and that of a leaf that holds the old value, or -1
   */
  static Plan plan(Device device, Walk walk, int[] targets, boolean keepTracked) {
    return new Planner(walk, targets, keepTracked).build(device);
  }

  private void markWanted() {
    for (int i = 0; i < nodes; i++) {
      if (walk.nodes[i].kept() && !walk.isLeaf(i)) {
        remember(i);
      }
    }
    for (int root : walk.roots) {
      if (!walk.isLeaf(root)) {
        remember(root);
      }
    }
    for (int k = 0; k < targets.length; k += 2) {
      int target = walk.base(targets[k]);
      if (!walk.isLeaf(target)) {
        wanted[target] = true;
      }
    }
  }

  /** Wants a node's value; if it only renames another value, wants that one and shares its memory. */
  private void remember(int i) {
    int base = walk.base(i);
    if (base != i && !walk.ownedByVariable(base)) {
      aliases.add(new int[] {i, base});
      if (!walk.isLeaf(base)) {
        wanted[base] = true;
        remembered[base] = true;
      }
    } else {
      wanted[i] = true;
      remembered[i] = true;
    }
  }

  private boolean[] needed() {
    boolean[] needed = wanted.clone();
    for (Group group : partition.groups()) {
      for (int read : group.reads) {
        needed[read] |= !group.contains(read);
      }
    }
    for (int i = 0; i < nodes; i++) {
      remembered[i] |=
          keepTracked
              && needed[i]
              && partition.stored()[i]
              && !walk.isLeaf(i)
              && walk.nodes[i].tracked();
    }
    return needed;
  }

  private Plan build(Device device) {
    var launches = new ArrayList<Updates.Launches>();
    for (Group group : partition.groups()) {
      launches.add(new Updates.Launches(group, steps(group)));
    }
    var updates = new Updates(walk, targets, launches, remembered);
    List<Step> steps = new ArrayList<>();
    for (Updates.Launches some : updates.order()) {
      steps.addAll(some.steps());
    }
    int firstVariable = nodes + scratch.size();
    steps.addAll(updates.copies(firstVariable));
    int values = firstVariable + targets.length / 2;
    Plan.Place[] places = new Plan.Place[values];
    long[] numbers = new long[values];
    Arrays.fill(places, Plan.Place.NONE);
    var outputNodes = new ArrayList<Integer>();
    var temporary = new HashSet<Integer>();
    for (int i = 0; i < nodes; i++) {
      if (walk.isLeaf(i)) {
        places[i] = Plan.Place.LEAF;
        numbers[i] = i;
      } else if (updates.donated(i) >= 0) {
        places[i] = Plan.Place.VARIABLE;
        numbers[i] = updates.donated(i);
      } else if (remembered[i]) {
        places[i] = Plan.Place.OUTPUT;
        numbers[i] = outputNodes.size();
        outputNodes.add(i);
      } else if (partition.stored()[i] && needed[i]) {
        temporary.add(i);
      }
    }
    for (int s = 0; s < scratch.size(); s++) {
      temporary.add(nodes + s);
    }
    for (int k = 0; k < targets.length / 2; k++) {
      places[firstVariable + k] = Plan.Place.VARIABLE;
      numbers[firstVariable + k] = k;
    }
    MemoryPlan memory = MemoryPlan.of(values, lives(steps, temporary));
    for (int t : temporary) {
      places[t] = Plan.Place.TEMPORARY;
      numbers[t] = memory.offset(t);
    }
    steps.removeIf(step -> step.geometry().points() == 0 && writesNothing(step));
    return new Plan(
        device,
        List.copyOf(steps),
        places,
        numbers,
        outputNodes.stream().mapToLong(this::bytes).toArray(),
        outputNodes.stream().mapToInt(Integer::intValue).toArray(),
        aliases.toArray(new int[0][]),
        memory.bytes());
  }

  /** Whether a launch over an empty space has nothing to store; a sum over an empty axis has. */
  private boolean writesNothing(Step step) {
    for (int v : step.values()) {
      if (v >= 0 && v < nodes && !walk.isLeaf(v) && walk.nodes[v].shape().size() > 0) {
        return false;
      }
    }
    return true;
  }

  private long bytes(int value) {
    if (value >= nodes) {
      return scratch.get(value - nodes);
    }
    Node node = walk.nodes[value];
    return Math.max(1, node.shape().size()) * node.dtype().bytes();
  }

  private List<Step> steps(Group group) {
    int[] outputs =
        group.members.stream()
            .mapToInt(Integer::intValue)
            .filter(m -> needed[m] && m != group.contraction)
            .toArray();
    try {
      if (!walk.isOpaque(group.members.getFirst())) {
        return outputs.length == 0
            ? List.of()
            : SplitReduction.steps(
                Lowering.lower(walk, partition.stored(), group, outputs), this::scratch);
      }
      int raw = group.isContraction() ? raw(group, outputs) : -1;
      return OpaqueSteps.of(walk, partition.stored(), group, outputs, raw);
    } catch (Lowering.Demand demand) {
      throw new IllegalStateException(
          "planner: group " + group.members + " was fused but cannot be lowered", demand);
    }
  }

  /** The value that takes the raw product: the product itself if it is needed, else an output, else scratch memory. */
  private int raw(Group group, int[] outputs) {
    int product = group.contraction;
    if (needed[product]) {
      return product;
    }
    BitSet updated = updated();
    for (int output : outputs) {
      if (!updated.get(output) && walk.nodes[output].dtype() == walk.nodes[product].dtype()) {
        return output;
      }
    }
    return scratch(bytes(product));
  }

  /** The nodes whose values go into the memory of variables. */
  private BitSet updated() {
    var updated = new BitSet();
    for (int k = 0; k < targets.length; k += 2) {
      updated.set(walk.base(targets[k]));
    }
    return updated;
  }

  private int scratch(long bytes) {
    scratch.add(bytes);
    return nodes + scratch.size() - 1;
  }

  private List<MemoryPlan.Life> lives(List<Step> steps, Set<Integer> temporary) {
    Map<Integer, int[]> spans = new HashMap<>();
    for (int s = 0; s < steps.size(); s++) {
      for (int v : steps.get(s).values()) {
        if (temporary.contains(v)) {
          int step = s;
          spans.computeIfAbsent(v, _ -> new int[] {step, step})[1] = s;
        }
      }
    }
    var lives = new ArrayList<MemoryPlan.Life>();
    spans.forEach((v, span) -> lives.add(new MemoryPlan.Life(v, span[0], span[1], bytes(v))));
    return lives;
  }
}
