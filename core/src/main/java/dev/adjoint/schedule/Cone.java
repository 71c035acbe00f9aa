package dev.adjoint.schedule;

import java.util.Arrays;

/**
 * What a group is computed from: the nodes below its members down to values in memory, numbered from 0 in an order that depends
 * on their structure alone. Groups whose codes are equal have equal kernels.
 *
 * @param code the structure: equal for groups that differ only in which nodes they are about
 * @param nodes for each number the position in the walk
 * @param values for each number the position of the value in memory that a kernel reads: the node, or what it is a {@link Region}
 *     of
 * @param starts for each number where it begins there, in bytes
 * @param reads the positions of the values in memory that the members read, apart from the operands of an op with a kernel of its
 *     own
 * @param needs the positions of all values in memory that are read
 */
record Cone(int[] code, int[] nodes, int[] values, long[] starts, int[] reads, int[] needs) {
  private static final int READ = 1;
  private static final int MEMBER = 2;
  private static final int OWN = 4;
  private static final int EMPTY = 8;
  private static final int POSITIONS = 16;

  /** Finds cones; one object serves one thread and one walk. */
  static final class Finder {
    private final Walk walk;
    private final boolean[] stored;
    private final int[] marks;
    private final int[] numbers;
    private int mark;
    private int[] queue = new int[64];
    private int count;
    private int[] code = new int[256];
    private int length;

    /** A finder; {@code stored} may change between two uses. */
    Finder(Walk walk, boolean[] stored) {
      this.walk = walk;
      this.stored = stored;
      this.marks = new int[walk.size()];
      this.numbers = new int[walk.size()];
    }

    /**
     * The cone of a group.
     *
     * @param outputs the members that are stored by the kernel
     */
    Cone of(Group group, int[] outputs) {
      mark++;
      count = 0;
      length = 0;
      add(group.head < 0 ? 0 : 1);
      add(outputs.length);
      add(group.members.length);
      group.space.describe(this::add);
      for (boolean reduced : group.reducedAxes) {
        add(reduced ? 1 : 0);
      }
      for (int output : outputs) {
        number(output);
      }
      for (int member : group.members) {
        add(number(member));
      }
      int own = walk.isOpaque(group.members[0]) ? group.members[0] : -1;
      int[] reads = new int[8];
      int read = 0;
      for (int q = 0; q < count; q++) {
        int i = queue[q];
        if (i == own) {
          describe(i, OWN);
          continue;
        }
        boolean member = group.contains(i);
        int base = Region.base(walk, stored, i);
        boolean region = base >= 0 && !group.contains(base);
        if (walk.isLeaf(i) || (stored[i] && !member) || region) {
          describeRead(i);
          reads = read == reads.length ? Arrays.copyOf(reads, 2 * read) : reads;
          reads[read++] = region ? base : i;
          continue;
        }
        describe(i, (member ? MEMBER : 0) + (walk.isEmpty(i) ? EMPTY : 0));
        inputs(i);
      }
      int[] loop = Arrays.copyOf(reads, read);
      if (own >= 0) {
        int from = count;
        add(number(own));
        inputs(own);
        for (int q = from; q < count; q++) {
          int i = queue[q];
          int base = Region.base(walk, stored, i);
          boolean memory = walk.isLeaf(i) || stored[i];
          if (memory || base >= 0) {
            describeRead(i);
            reads = read == reads.length ? Arrays.copyOf(reads, 2 * read) : reads;
            reads[read++] = memory ? i : base;
          } else {
            describe(i, walk.isEmpty(i) ? EMPTY : 0);
            inputs(i);
          }
        }
      }
      int[] nodes = Arrays.copyOf(queue, count);
      int[] values = nodes.clone();
      long[] starts = new long[count];
      for (int n = 0; n < count; n++) {
        int base = Region.base(walk, stored, nodes[n]);
        if (base >= 0) {
          values[n] = base;
          starts[n] = Region.start(walk, stored, nodes[n]);
        }
      }
      int[] all = Arrays.copyOf(reads, read);
      return new Cone(
          Arrays.copyOf(code, length), nodes, values, starts, ascending(loop), ascending(all));
    }

    /** Sorts positions, and leaves out those that are there already. */
    private static int[] ascending(int[] positions) {
      Arrays.sort(positions);
      int n = 0;
      for (int position : positions) {
        if (n == 0 || positions[n - 1] != position) {
          positions[n++] = position;
        }
      }
      return Arrays.copyOf(positions, n);
    }

    private void inputs(int i) {
      for (int k = 0; k < walk.inputs(i); k++) {
        add(number(walk.input(i, k)));
      }
    }

    /** Of a value in memory a kernel needs to know how to read it, and which positions it may hold. */
    private void describeRead(int i) {
      int below = walk.positionsBelow(i);
      describe(i, READ + (below > 0 ? POSITIONS : 0));
      if (below > 0) {
        add(below);
      }
    }

    private void describe(int i, int flags) {
      boolean computedElsewhere = (flags & READ) != 0 && !walk.isLeaf(i);
      add(computedElsewhere ? walk.nodes[i].valueStructure() : walk.structure(i));
      add(flags);
    }

    private int number(int i) {
      if (marks[i] != mark) {
        marks[i] = mark;
        numbers[i] = count;
        queue = count == queue.length ? Arrays.copyOf(queue, 2 * count) : queue;
        queue[count++] = i;
      }
      return numbers[i];
    }

    /** The number of a node in the cone that was found last. */
    int numberOf(int i) {
      if (marks[i] != mark) {
        throw new IllegalStateException("cone: node " + i + " is not in it");
      }
      return numbers[i];
    }

    private void add(int word) {
      code = length == code.length ? Arrays.copyOf(code, 2 * length) : code;
      code[length++] = word;
    }
  }
}
