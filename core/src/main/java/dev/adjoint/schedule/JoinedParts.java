package dev.adjoint.schedule;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values that are joined, such as the states of a recurrent net, without being copied: each part is computed where it belongs in
 * the memory of the whole. A value that joins neighbouring parts of another one is a run of its memory.
 */
final class JoinedParts {
  /** Where values begin in bytes: multiples of this. */
  private static final long ALIGNMENT = MemoryPlan.ALIGNMENT;

  private final List<Step> steps;

  /** For each value the one in whose memory it lies, itself if it has its own. */
  private final int[] wholes;

  /** For each value where it begins there, in bytes. */
  private final long[] begins;

  /** For each value how many launches write it. */
  private final int[] writes;

  private JoinedParts(List<Step> steps, int values) {
    this.steps = steps;
    this.wholes = new int[values];
    this.begins = new long[values];
    this.writes = new int[values];
    Arrays.setAll(wholes, v -> v);
  }

  /**
   * The launches without the copies that can be left out.
   *
   * @param steps launches in the order in which they run
   * @param joined the values that are nothing but parts side by side, of which each is written once
   * @param free the values that may be placed anywhere; those in neither set may change after they were written
   * @param bytes the size of a value
   * @param values the number of values
   */
  static List<Step> placed(
      List<Step> steps, BitSet joined, BitSet free, IntToLongFunction bytes, int values) {
    if (joined.isEmpty()) {
      return steps;
    }
    var parts = new JoinedParts(steps, values);
    Map<Integer, List<Copy>> copies = parts.copies(joined);
    // What joins most comes first, as what joins fewer of the same parts may be a run of it.
    var order = new ArrayList<>(copies.values());
    order.sort(
        Comparator.comparingLong((List<Copy> of) -> -bytes.applyAsLong(of.getFirst().to))
            .thenComparingInt(of -> of.getFirst().to));
    for (List<Copy> of : order) {
      if (!parts.placeRun(of, joined, free)) {
        of.forEach(copy -> parts.placePart(copy, free, bytes));
      }
    }
    return parts.rest();
  }

  /** A launch that does nothing but copy neighbouring elements of one value into another; begins and sizes in bytes. */
  private record Copy(int from, long start, int to, long offset, long bytes) {
    /** A launch as a copy; null if it is none. */
    static @Nullable Copy of(Step step) {
      int[] values = step.values();
      if (values.length != 2
          || !(step.kernel() instanceof Kernel.Loop loop)
          || loop.stages().size() != 1
          || !(loop.stages().getFirst() instanceof Stage.Map map)
          || map.body().size() != 1
          || !(map.body().getFirst() instanceof Instr.Load load)
          || load.isComputed()) {
        return null;
      }
      Access read = loop.accesses().get(0);
      Access write = loop.accesses().get(1);
      Geometry where = step.geometry();
      if (read.kind() != Access.Kind.READ
          || read.dtype() != write.dtype()
          || where.sizes().length != 1
          || where.strides()[0][0] != 1
          || where.strides()[1][0] != 1) {
        return null;
      }
      long unit = read.dtype().bytes();
      return new Copy(
          values[0],
          step.start(0) + unit * where.offsets()[0],
          values[1],
          step.start(1) + unit * where.offsets()[1],
          unit * where.sizes()[0]);
    }
  }

  private Map<Integer, List<Copy>> copies(BitSet joined) {
    var copies = new HashMap<Integer, List<Copy>>();
    for (Step step : steps) {
      int[] values = step.values();
      List<Access> accesses = step.kernel().accesses();
      for (int a = 0; a < values.length; a++) {
        if (values[a] >= 0 && accesses.get(a).kind() == Access.Kind.WRITE) {
          writes[values[a]]++;
        }
      }
      Copy copy = Copy.of(step);
      if (copy != null && joined.get(copy.to)) {
        copies.computeIfAbsent(copy.to, _ -> new ArrayList<>()).add(copy);
      }
    }
    return copies;
  }

  /** Places a whole in the memory of another value, if all of it are copies from there at one distance. */
  private boolean placeRun(List<Copy> copies, BitSet joined, BitSet free) {
    Copy first = copies.getFirst();
    int whole = first.to;
    int of = whole(first.from);
    long distance = begin(first.from) + first.start - first.offset;
    if (!free.get(whole)
        || wholes[whole] != whole
        || of == whole
        || writes[whole] != copies.size()
        || !(joined.get(of) || free.get(of))
        || distance % ALIGNMENT != 0) {
      return false;
    }
    for (Copy copy : copies) {
      if (whole(copy.from) != of || begin(copy.from) + copy.start - copy.offset != distance) {
        return false;
      }
    }
    wholes[whole] = of;
    begins[whole] = distance;
    return true;
  }

  /** Places what is copied into a whole there, if it has no place yet. */
  private void placePart(Copy copy, BitSet free, IntToLongFunction bytes) {
    int from = copy.from;
    if (free.get(from)
        && copy.start == 0
        && copy.bytes == bytes.applyAsLong(from)
        && wholes[from] == from
        && whole(copy.to) != from
        && copy.offset % ALIGNMENT == 0) {
      wholes[from] = copy.to;
      begins[from] = copy.offset;
    }
  }

  private int whole(int value) {
    int v = value;
    while (wholes[v] != v) {
      v = wholes[v];
    }
    return v;
  }

  private long begin(int value) {
    long begin = 0;
    for (int v = value; wholes[v] != v; v = wholes[v]) {
      begin += begins[v];
    }
    return begin;
  }

  /** The launches with the values where they are now, without copies from a place to itself. */
  private List<Step> rest() {
    var rest = new ArrayList<Step>(steps.size());
    for (Step step : steps) {
      Copy copy = Copy.of(step);
      boolean stays =
          copy != null
              && copy.from >= 0
              && whole(copy.from) == whole(copy.to)
              && begin(copy.from) + copy.start == begin(copy.to) + copy.offset;
      if (!stays) {
        boolean moved = Arrays.stream(step.values()).anyMatch(v -> v >= 0 && wholes[v] != v);
        rest.add(moved ? step.moved(v -> v < 0 ? v : whole(v), v -> v < 0 ? 0 : begin(v)) : step);
      }
    }
    return rest;
  }
}
