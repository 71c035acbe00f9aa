package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a plan: fuses, orders the launches so that updates come last, and gives every value a place. */
final class Planner {
  private final Walk walk;
  private final List<UpdateTarget> targets;
  private final boolean keepTracked;
  private final int nodes;
  private final List<Plan.Alias> aliases = new ArrayList<>();
  private final boolean[] wanted;
  private final boolean[] remembered;
  private Fuser.Partition partition;
  private boolean[] needed;
  private final List<Long> scratch = new ArrayList<>();

  private Planner(Device device, Walk walk, List<UpdateTarget> targets, boolean keepTracked) {
    this.walk = walk;
    this.targets = targets;
    this.keepTracked = keepTracked;
    this.nodes = walk.size();
    this.wanted = new boolean[nodes];
    this.remembered = new boolean[nodes];
    markWanted();
    this.partition = Fuser.partition(device, walk, wanted, updated(), Debug.EAGER);
    this.needed = needed();
  }

  /**
   * A plan for a walk.
   *
   * @param targets the updates
   */
  static Plan plan(Device device, Walk walk, List<UpdateTarget> targets, boolean keepTracked) {
    return new Planner(device, walk, targets, keepTracked).build(device);
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
    for (UpdateTarget update : targets) {
      int target = walk.base(update.position());
      if (!walk.isLeaf(target)) {
        wanted[target] = true;
      }
    }
  }

  /** Wants a node's value; if it only renames another value, wants that one and shares its memory. */
  private void remember(int i) {
    int base = walk.base(i);
    if (base != i && !walk.ownedByVariable(base)) {
      aliases.add(new Plan.Alias(i, base));
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
      for (int read : group.needs()) {
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
    var updates = new Updates(walk, targets, launches, remembered, this::scratch);
    List<Step> steps = new ArrayList<>();
    for (Updates.Launches some : updates.order()) {
      steps.addAll(some.steps());
    }
    int firstVariable = nodes + scratch.size();
    steps.addAll(updates.copies(firstVariable));
    int values = firstVariable + targets.size();
    steps.removeIf(step -> step.geometry().points() == 0 && writesNothing(step));
    @Nullable Place[] places = new Place[values];
    var outputs = new ArrayList<Plan.Output>();
    var temporary = new BitSet();
    for (int i = 0; i < nodes; i++) {
      if (walk.isLeaf(i)) {
        places[i] = new Place(Place.Kind.LEAF, i);
      } else if (updates.donated(i) >= 0) {
        places[i] = new Place(Place.Kind.VARIABLE, updates.donated(i));
      } else if (remembered[i]) {
        places[i] = new Place(Place.Kind.OUTPUT, outputs.size());
        outputs.add(new Plan.Output(i, bytes(i)));
      } else if (partition.stored()[i] && needed[i]) {
        temporary.set(i);
      }
    }
    temporary.set(nodes, firstVariable);
    for (int k = 0; k < targets.size(); k++) {
      places[firstVariable + k] = new Place(Place.Kind.VARIABLE, k);
    }
    steps = JoinedParts.placed(steps, joined(updates), temporary, this::bytes, values);
    MemoryPlan memory = MemoryPlan.of(values, lives(steps, temporary));
    temporary.stream().forEach(t -> places[t] = new Place(Place.Kind.TEMPORARY, memory.offset(t)));
    return new Plan(device, List.copyOf(steps), places, outputs, aliases, memory.bytes());
  }

  /** The values that are parts side by side, in memory of this plan. */
  private BitSet joined(Updates updates) {
    var joined = new BitSet();
    for (int i = 0; i < nodes; i++) {
      if (!walk.isLeaf(i)
          && walk.op(i) instanceof Op.Concat
          && partition.stored()[i]
          && updates.donated(i) < 0) {
        joined.set(i);
      }
    }
    return joined;
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
    int[] outputs = group.outputs().clone();
    int count = 0;
    for (int m : outputs) {
      if (needed[m] || (walk.isOpaque(m) && m != group.head)) {
        outputs[count++] = m;
      }
    }
    outputs = Arrays.copyOf(outputs, count);
    if (outputs.length == 0 && !group.hasHead()) {
      return List.of();
    }
    Templates templates = partition.templates();
    Cone cone =
        group.cone != null && Arrays.equals(outputs, group.outputs())
            ? group.cone
            : templates.cone(group, outputs);
    Template template = templates.of(group, outputs, cone);
    if (!template.fits()) {
      throw new IllegalStateException(
          "planner: group " + Arrays.toString(group.members) + " was fused but cannot be lowered");
    }
    int raw = group.hasHead() ? raw(group, outputs) : -1;
    return template.steps(cone, raw, this::scratch);
  }

  /** The value that takes the result of a group's head: the head if it is needed, else an output, else scratch memory. */
  private int raw(Group group, int[] outputs) {
    int head = group.head;
    if (needed[head]) {
      return head;
    }
    BitSet updated = updated();
    for (int output : outputs) {
      if (!updated.get(output) && walk.nodes[output].dtype() == walk.nodes[head].dtype()) {
        return output;
      }
    }
    return scratch(bytes(head));
  }

  /** The nodes whose values go into the memory of variables. */
  private BitSet updated() {
    var updated = new BitSet();
    for (UpdateTarget update : targets) {
      updated.set(walk.base(update.position()));
    }
    return updated;
  }

  private int scratch(long bytes) {
    scratch.add(bytes);
    return nodes + scratch.size() - 1;
  }

  private List<MemoryPlan.Life> lives(List<Step> steps, BitSet temporary) {
    int[] firsts = new int[nodes + scratch.size()];
    int[] lasts = new int[firsts.length];
    Arrays.fill(firsts, -1);
    for (int s = 0; s < steps.size(); s++) {
      for (int v : steps.get(s).values()) {
        if (v >= 0 && temporary.get(v)) {
          firsts[v] = firsts[v] < 0 ? s : firsts[v];
          lasts[v] = s;
        }
      }
    }
    var lives = new ArrayList<MemoryPlan.Life>();
    for (int v = temporary.nextSetBit(0); v >= 0; v = temporary.nextSetBit(v + 1)) {
      if (firsts[v] >= 0) {
        lives.add(new MemoryPlan.Life(v, firsts[v], lasts[v], bytes(v)));
      }
    }
    return lives;
  }
}
