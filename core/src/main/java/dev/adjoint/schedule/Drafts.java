package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * Finds the group of each stored node by itself: over which space it is computed, and what must be stored before that is
 * possible. The answer depends on the structure of its cone and on the device, so it is found once for each.
 */
final class Drafts {
  /** Reductions over at most this many elements are done again within a row kernel instead of being stored. */
  private static final long MAX_ROW = 1 << 16;

  private static final BoundedCache<Key, Draft> KNOWN = new BoundedCache<>(16L << 20, Draft::bytes);

  /**
   * Devices may need other nodes stored, as one that {@linkplain dev.adjoint.device.Backend#prefersMatrices prefers matrices}.
   */
  private record Key(Device device, Signature structure) {}

  private final Device device;
  private final Walk walk;
  private final OwnKernels kernels;
  private final boolean[] stored;
  private final Templates templates;
  private final boolean eager;
  private final int[] users;

  /**
   * What is known of a structure.
   *
   * @param reduction the number in the cone of the reduction whose space the group has; -1 if it has that of its own node
   * @param demands the numbers of the nodes that must be stored
   */
  private record Draft(int reduction, int[] demands, long bytes) {}

  Drafts(
      Device device,
      Walk walk,
      OwnKernels kernels,
      int[] users,
      boolean[] stored,
      Templates templates,
      boolean eager) {
    this.device = device;
    this.walk = walk;
    this.kernels = kernels;
    this.stored = stored;
    this.templates = templates;
    this.eager = eager;
    this.users = users;
  }

  /** The group of a node; what it needs and cannot compute itself becomes stored. */
  Group of(int i) {
    Group simplest = simplest(i);
    Cone cone = templates.cone(simplest, simplest.outputs());
    Signature structure = structure(cone);
    var key = new Key(device, structure);
    Draft draft = KNOWN.get(key);
    if (draft == null) {
      draft = find(i, cone.nodes(), structure.bytes());
      KNOWN.put(key, draft);
    }
    int[] nodes = cone.nodes();
    for (int demand : draft.demands) {
      stored[nodes[demand]] = true;
    }
    return draft.reduction < 0 ? simplest : rows(i, nodes[draft.reduction]);
  }

  private Group simplest(int i) {
    return walk.isOpaque(i)
        ? Group.opaque(walk, i)
        : Group.map(i, Space.nonTrivial(walk.nodes[i].shape()));
  }

  /** The structure of a cone, which of its reductions have one user, and what is part of one kernel. */
  private Signature structure(Cone cone) {
    int[] code = Arrays.copyOf(cone.code(), cone.code().length + cone.nodes().length + 1);
    int at = cone.code().length;
    code[at++] = eager ? 1 : 0;
    for (int n : cone.nodes()) {
      boolean once = walk.reduces(n) && users[n] == 1;
      code[at++] = (once ? 1 : 0) + (kernels.call(n) != 0 ? 2 : 0) + (kernels.within(n) ? 4 : 0);
    }
    return new Signature(code);
  }

  private Draft find(int i, int[] nodes, long bytes) {
    var demands = new ArrayList<Integer>();
    while (true) {
      int reduction = walk.isOpaque(i) ? -1 : reduction(i);
      Group group = reduction < 0 ? simplest(i) : rows(i, reduction);
      Cone cone = templates.cone(group, group.outputs());
      Template template = templates.of(group, group.outputs(), cone);
      if (template.fits()) {
        return new Draft(
            indexOf(nodes, reduction),
            demands.stream().mapToInt(d -> indexOf(nodes, d)).toArray(),
            64 + bytes);
      }
      int demand =
          template.unfit() < 0 ? -1 : whole(cone.nodes()[template.unfit()], i, cone.nodes());
      if (demand < 0 || demand == i || stored[demand]) {
        throw new IllegalStateException(
            "fuser: cannot lower "
                + walk.nodes[i]
                + (demand < 0 ? "" : " for " + walk.nodes[demand]));
      }
      stored[demand] = true;
      demands.add(demand);
    }
  }

  /** The result of a call, if a node of it cannot be computed within the kernel of another; else the node. */
  private int whole(int demand, int i, int[] nodes) {
    if (kernels.within(demand) && !kernels.areOne(demand, i)) {
      for (int n : nodes) {
        if (kernels.areOne(n, demand) && !kernels.within(n) && !stored[n]) {
          return n;
        }
      }
    }
    return demand;
  }

  private static int indexOf(int[] nodes, int node) {
    for (int k = 0; k < nodes.length; k++) {
      if (nodes[k] == node) {
        return k;
      }
    }
    return -1;
  }

  /** The reduction whose space a node's kernel has, if it can be done within that kernel; -1 if there is none. */
  private int reduction(int i) {
    if (walk.reduces(i)) {
      return i;
    }
    int[] dims = Space.nonTrivial(walk.nodes[i].shape());
    for (int r : eager && kernels.call(i) == 0 ? List.<Integer>of() : reductionsBelow(i)) {
      Shape input = walk.nodes[r].input(0).shape();
      boolean full = Arrays.equals(Space.nonTrivial(input), dims);
      boolean once = users[r] == 1 || kernels.areOne(r, i);
      boolean row = Arrays.equals(Space.nonTrivial(walk.nodes[r].shape()), dims) && once;
      if ((full && rowSize(r) <= MAX_ROW) || row) {
        return r;
      }
    }
    return -1;
  }

  private Group rows(int i, int reduction) {
    Shape input = walk.nodes[reduction].input(0).shape();
    return Group.rows(i, Space.nonTrivial(input), reducedAxes(reduction));
  }

  private boolean[] reducedAxes(int reduction) {
    var op = (Op.Reduce) walk.op(reduction);
    return Group.reducedNonTrivial(walk.nodes[reduction].input(0).shape(), op.axes());
  }

  private long rowSize(int reduction) {
    int[] dims = Space.nonTrivial(walk.nodes[reduction].input(0).shape());
    boolean[] reduced = reducedAxes(reduction);
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
        for (int k = 0; k < walk.inputs(n); k++) {
          stack.add(walk.input(n, k));
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
