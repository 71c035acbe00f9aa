package dev.adjoint.schedule;

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
 * Merges groups that run over one index space: a group joins one whose results it reads, or one that reads the same values,
 * unless a third group stands between them.
 */
final class Merger {
  /** How much larger than its result the operands of a product may be that waits for the updates. */
  private static final long OPERANDS_PER_RESULT = 2;

  private final Walk walk;
  private final boolean[] stored;
  private final BitSet updates;
  private final Map<Integer, Group> groups = new HashMap<>();

  /**
   * A merger without groups.
   *
   * @param updates the nodes whose values go into the memory of variables
   */
  Merger(Walk walk, boolean[] stored, BitSet updates) {
    this.updates = updates;
    this.walk = walk;
    this.stored = stored;
  }

  /** Adds a group, which takes the place of those that its members were in. */
  void put(Group group) {
    for (int member : group.members) {
      groups.put(member, group);
    }
  }

  /** Finds what each group reads, when it is known of every node whether it is stored. */
  void findReads() {
    groups.forEach(
        (member, group) -> {
          if (!walk.isOpaque(member)) {
            group.reads = new HashSet<>();
            addReads(member, group.reads);
          }
        });
  }

  /** Merges what can be merged. */
  void merge() {
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
    Set<Integer> read = own.reads;
    var seen = new HashSet<Group>(Set.of(own));
    for (int input : read.stream().sorted((a, b) -> b - a).toList()) {
      Group producer = groups.get(input);
      if (producer != null && seen.add(producer)) {
        producers.add(producer);
      }
    }
    for (Group other : new HashSet<>(groups.values())) {
      if (!seen.contains(other)
          && other.members.getFirst() < own.members.getFirst()
          && shares(other, read)) {
        siblings.add(other);
      }
    }
    siblings.sort((a, b) -> b.members.getFirst() - a.members.getFirst());
    producers.addAll(siblings);
    return producers;
  }

  private boolean shares(Group other, Set<Integer> read) {
    for (int input : other.reads) {
      if (read.contains(input) && walk.nodes[input].shape().size() > 1) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Group join(Group partner, Group own) {
    boolean fits =
        partner.isContraction()
            ? own.space.reduced.length == 0
                && Arrays.equals(own.space.parallel, nonTrivial(partner.space.parallel))
            : !walk.isOpaque(partner.members.getFirst())
                && (partner.matches(own) || partner.takesRow(own));
    if (!fits || (partner.isContraction() && holdsMore(partner, own)) || isBehind(own, partner)) {
      return null;
    }
    Group merged = partner;
    for (int member : own.members) {
      merged = merged.with(member);
    }
    try {
      Lowering.Result result = Lowering.lower(walk, stored, merged, outputs(merged));
      if (result.operands().size() > Fuser.MAX_ACCESSES
          || result.instructions() > Fuser.MAX_INSTRUCTIONS) {
        return null;
      }
      merged.reads = new HashSet<>(partner.reads);
      merged.reads.addAll(own.reads);
      merged.members.forEach(merged.reads::remove);
      put(merged);
      return merged;
    } catch (Lowering.Demand unfit) {
      return null;
    }
  }

  /**
   * Whether an update of a variable had better not be the epilogue of a product. Updates run last, and a product that waits for
   * that keeps its operands in memory, which may be much larger than its result.
   */
  private boolean holdsMore(Group product, Group own) {
    if (own.members.stream().noneMatch(updates::get)) {
      return false;
    }
    long operands = 0;
    for (int input : walk.inputs[product.contraction]) {
      operands += walk.nodes[input].shape().size();
    }
    return operands > OPERANDS_PER_RESULT * walk.nodes[product.contraction].shape().size();
  }

  private static int[] nonTrivial(int[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).toArray();
  }

  /** The members that a kernel writes by its own stores. */
  private static int[] outputs(Group group) {
    return group.members.stream()
        .mapToInt(Integer::intValue)
        .filter(m -> m != group.contraction)
        .toArray();
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
  Set<Integer> needs(Group group) {
    Set<Integer> read = new HashSet<>(group.reads);
    for (int member : group.members) {
      if (walk.isOpaque(member)) {
        addReads(member, read);
      }
    }
    return read;
  }

  /** Adds the nodes in memory that a node is computed from. */
  private void addReads(int node, Set<Integer> into) {
    var stack = new ArrayList<Integer>(List.of(node));
    var seen = new BitSet();
    while (!stack.isEmpty()) {
      for (int input : walk.inputs[stack.removeLast()]) {
        if (seen.get(input)) {
          continue;
        }
        seen.set(input);
        if (walk.isLeaf(input) || stored[input]) {
          into.add(input);
        } else {
          stack.add(input);
        }
      }
    }
  }

  /** The groups, each after those it needs; among those that are ready, the one that comes first in the walk. */
  List<Group> order() {
    var done = new ArrayList<Group>();
    var entered = new HashSet<Group>();
    var left = new HashSet<Group>();
    var stack = new ArrayList<Group>();
    for (int i = 0; i < walk.size(); i++) {
      Group root = groups.get(i);
      if (root == null || !stored[i] || entered.contains(root)) {
        continue;
      }
      stack.add(root);
      while (!stack.isEmpty()) {
        Group g = stack.getLast();
        if (!entered.add(g)) {
          stack.removeLast();
          if (left.add(g)) {
            done.add(g);
          }
          continue;
        }
        for (int input : needs(g)) {
          Group next = groups.get(input);
          if (next != null && !entered.contains(next)) {
            stack.add(next);
          }
        }
      }
    }
    return done;
  }
}
