package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges groups that run over one index space: a group joins one whose results it reads, or one that reads the same values,
 * unless a third group must run between them.
 *
 * <p>All groups stand in an order in which they can run, and a merged group stands where the later of its parts was. So what must
 * run between two groups stands between them; only that part of the order is looked at, which has at most {@link #WINDOW}
 * groups.
 */
final class Merger {
  /** How much larger than its result the operands of a product may be that waits for the updates. */
  private static final long OPERANDS_PER_RESULT = 2;

  /** Groups that stand further apart stay apart, so that merging takes time in proportion to the number of groups. */
  private static final int WINDOW = 256;

  /** How many groups that read the same value are tried, the nearest first. */
  private static final int SIBLINGS = 16;

  private static final int[] NONE = {};

  private final Walk walk;
  private final OwnKernels kernels;
  private final Templates templates;
  private final BitSet updates;
  private final boolean eager;

  /** For each call that is one kernel its first result. */
  private final Map<Integer, Integer> results = new HashMap<>();

  /** For each node the group that computes it, if it is a member of one. */
  private final @Nullable Group[] groups;

  /** The groups in the order in which they run, with gaps where groups have joined others. */
  private @Nullable Group[] order = new Group[64];

  private int count;

  /** Per value that more than one group may read the first members of those groups, ascending. */
  private final int[][] readers;

  private final int[] readerCount;

  /**
   * A merger without groups.
   *
   * @param kernels the calls whose results are merged, however large their kernel becomes
   * @param updates the nodes whose values go into the memory of variables
   * @param eager whether nothing else is merged
   */
  Merger(Walk walk, OwnKernels kernels, Templates templates, BitSet updates, boolean eager) {
    this.walk = walk;
    this.kernels = kernels;
    this.templates = templates;
    this.updates = updates;
    this.eager = eager;
    this.groups = new Group[walk.size()];
    this.readers = new int[walk.size()][];
    Arrays.fill(readers, NONE);
    this.readerCount = new int[walk.size()];
  }

  /** Adds a group of one member, in the order of the walk; it is known of every node whether it is stored. */
  void put(Group group) {
    group.cone = templates.cone(group, group.outputs());
    group.time = count;
    order = count == order.length ? Arrays.copyOf(order, 2 * count) : order;
    order[count++] = group;
    int member = group.members[0];
    groups[member] = group;
    if (kernels.call(member) != 0) {
      results.putIfAbsent(kernels.call(member), member);
    }
    for (int read : group.reads()) {
      if (walk.nodes[read].shape().size() > 1) {
        int n = readerCount[read]++;
        if (n == readers[read].length) {
          readers[read] = Arrays.copyOf(readers[read], Math.max(4, 2 * n));
        }
        readers[read][n] = member;
      }
    }
  }

  /** Merges what can be merged. */
  void merge() {
    for (int i = 0; i < groups.length; i++) {
      Group own = groups[i];
      if (own == null || walk.isOpaque(i) || own.members.length > 1) {
        continue;
      }
      for (Group partner : partners(own)) {
        if (join(partner, own)) {
          break;
        }
      }
    }
  }

  /**
   * Groups that a group could be merged with: first that of the same call, then those whose results it reads, then those that
   * read the same values.
   */
  private List<Group> partners(Group own) {
    var partners = new ArrayList<Group>();
    Integer result = results.get(kernels.call(own.members[0]));
    if (result != null) {
      add(groups[result], own, partners);
    }
    int[] reads = own.reads();
    for (int k = reads.length - 1; k >= 0; k--) {
      add(groups[reads[k]], own, partners);
    }
    var siblings = new ArrayList<Group>();
    for (int read : reads) {
      int at = Arrays.binarySearch(readers[read], 0, readerCount[read], own.members[0]);
      for (int k = at - 1; k >= Math.max(0, at - SIBLINGS); k--) {
        Group other = groups[readers[read][k]];
        if (other != null && other.members[0] < own.members[0] && !partners.contains(other)) {
          add(other, own, siblings);
        }
      }
    }
    siblings.sort((a, b) -> b.members[0] - a.members[0]);
    partners.addAll(siblings);
    return partners;
  }

  private static void add(@Nullable Group group, Group own, List<Group> to) {
    if (group != null && group != own && !to.contains(group)) {
      to.add(group);
    }
  }

  private boolean join(Group partner, Group own) {
    boolean one = kernels.areOne(partner.members[0], own.members[0]);
    boolean fits =
        partner.hasHead()
            ? own.space.reduced.length == 0 && own.space.points() == partner.space.points()
            : !walk.isOpaque(partner.members[0]) && (partner.matches(own) || partner.takesRow(own));
    boolean swapped = !fits && one && (own.takesRow(partner) || own.takesElements(partner));
    fits |= swapped || (one && partner.takesElements(own));
    if (!fits || (eager && !one) || (partner.hasHead() && updates(own) && !takesUpdates(partner))) {
      return false;
    }
    Group[] behind = behind(partner, own);
    if (behind == null) {
      return false;
    }
    Group merged = swapped ? own.with(partner) : partner.with(own);
    merged.cone = templates.cone(merged, merged.outputs());
    Template template = templates.of(merged, merged.outputs(), merged.cone);
    boolean small =
        template.accesses() <= KernelLimits.ACCESSES
            && template.instructions() <= KernelLimits.INSTRUCTIONS;
    if (!template.fits() || !(one || small)) {
      return false;
    }
    for (int member : merged.members) {
      groups[member] = merged;
    }
    reorder(partner, own, merged, behind);
    return true;
  }

  /**
   * The groups between two that need the first, in order; null if the second is one of these, directly or not, or stands too far
   * away.
   */
  private Group @Nullable [] behind(Group partner, Group own) {
    if (own.time - partner.time > WINDOW || own.time < partner.time) {
      return null;
    }
    boolean[] waits = new boolean[own.time - partner.time + 1];
    waits[0] = true;
    int n = 0;
    for (int t = partner.time + 1; t <= own.time; t++) {
      Group group = order[t];
      if (group == null) {
        continue;
      }
      for (int need : group.needs()) {
        Group needed = groups[need];
        if (needed == null || needed.time < partner.time || !waits[needed.time - partner.time]) {
          continue;
        }
        if (group != own) {
          waits[t - partner.time] = true;
          n++;
          break;
        } else if (needed != partner) {
          return null;
        }
      }
    }
    Group[] behind = new Group[n];
    for (int t = own.time - 1; n > 0; t--) {
      if (waits[t - partner.time]) {
        behind[--n] = Objects.requireNonNull(order[t]);
      }
    }
    return behind;
  }

  /** Puts a merged group where its second part was, and what needs its first part behind it. */
  private void reorder(Group partner, Group own, Group merged, Group[] behind) {
    int first = partner.time;
    int last = own.time;
    order[first] = null;
    for (Group group : behind) {
      order[group.time] = null;
    }
    int at = first;
    for (int t = first; t < last; t++) {
      Group group = order[t];
      order[t] = null;
      if (group != null) {
        place(group, at++);
      }
    }
    order[last] = null;
    at = last - behind.length;
    place(merged, at++);
    for (Group group : behind) {
      place(group, at++);
    }
  }

  private void place(Group group, int time) {
    order[time] = group;
    group.time = time;
  }

  private boolean updates(Group group) {
    for (int member : group.members) {
      if (updates.get(member)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether an update of a variable may be the epilogue of an op with a kernel of its own kind. Only products write into the
   * memory of variables. Updates run last, and a product that waits for that keeps its operands in memory, which had better not
   * be much larger than its result.
   */
  private boolean takesUpdates(Group group) {
    int head = group.head;
    if (!(walk.op(head) instanceof Op.MatMul)) {
      return false;
    }
    long operands = 0;
    for (int k = 0; k < walk.inputs(head); k++) {
      operands += walk.nodes[walk.input(head, k)].shape().size();
    }
    return operands <= OPERANDS_PER_RESULT * walk.nodes[head].shape().size();
  }

  /** The groups, each after those it needs. */
  List<Group> order() {
    var all = new ArrayList<Group>();
    for (Group group : order) {
      if (group != null) {
        all.add(group);
      }
    }
    return all;
  }
}
