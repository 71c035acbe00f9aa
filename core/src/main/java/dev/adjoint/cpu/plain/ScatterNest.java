package dev.adjoint.cpu.plain;

import dev.adjoint.kernel.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The loop nest of a scatter over three operands: outer axes and one inner axis. Axes of size 1 are dropped and neighbours that
 * all operands walk as one are merged, so where rows are added, the row is the inner axis.
 *
 * @param sizes the sizes of the axes that are left, at least one; the last is the inner one
 * @param strides for each operand the strides in elements
 * @param offsets for each operand the offset in elements
 * @param splitAxis the axis that is cut into parts which may run at the same time
 * @param parts the number of parts; no element depends on it
 */
record ScatterNest(int[] sizes, long[][] strides, long[] offsets, int splitAxis, int parts) {
  private static final int POINTS_PER_PART = 16 << 10;
  private static final int MOST_PARTS = 64;

  /** Rows are cut at multiples of this, so that two parts mostly add to different cache lines. */
  private static final int ROW_UNIT = 16;

  /** Runs over the inner axis. */
  interface Row {
    /** Handles {@code n} points from the given element offsets of the operands. */
    void run(long first, long second, long third, int n);
  }

  /** The nest of a launch for a number of threads; only axes other than {@code axis} are cut into parts. */
  static ScatterNest of(Geometry geometry, int axis, int threads) {
    List<Integer> kept = new ArrayList<>();
    for (int a = 0; a < geometry.sizes().length; a++) {
      if (geometry.sizes()[a] != 1) {
        kept.add(a);
      }
    }
    int[] sizes = new int[Math.max(1, kept.size())];
    long[][] strides = new long[3][sizes.length];
    sizes[0] = 1;
    int rank = 0;
    int before = -1;
    for (int a : kept) {
      boolean merges = rank > 0 && before != axis && a != axis;
      for (int operand = 0; operand < 3 && merges; operand++) {
        merges = strides[operand][rank - 1] == geometry.strides()[operand][a] * geometry.sizes()[a];
      }
      merges = merges && (long) sizes[rank - 1] * geometry.sizes()[a] <= Integer.MAX_VALUE;
      int to = merges ? rank - 1 : rank++;
      sizes[to] = merges ? sizes[to] * geometry.sizes()[a] : geometry.sizes()[a];
      for (int operand = 0; operand < 3; operand++) {
        strides[operand][to] = geometry.strides()[operand][a];
      }
      before = a;
    }
    int axes = Math.max(1, rank);
    int[] shorter = Arrays.copyOf(sizes, axes);
    for (int operand = 0; operand < 3; operand++) {
      strides[operand] = Arrays.copyOf(strides[operand], axes);
    }
    return split(shorter, strides, geometry.offsets(), geometry.points(), threads);
  }

  private static ScatterNest split(
      int[] sizes, long[][] strides, long[] offsets, long points, int threads) {
    long wanted = Math.clamp(points / POINTS_PER_PART, 1, MOST_PARTS);
    int axis = -1;
    for (int a = 0; a < sizes.length; a++) {
      // Operand 0 stands still along the indexed axis, where two points may meet in one element.
      // The first axis that is long enough is cut, since parts then are whole rows; else the
      // longest.
      boolean longer = axis < 0 || (sizes[axis] < wanted && sizes[a] > sizes[axis]);
      if (strides[0][a] != 0 && longer) {
        axis = a;
      }
    }
    long most = axis < 0 ? 1 : sizes[axis];
    if (cutsRows(axis, sizes)) {
      most = Math.min(threads, sizes[axis] / ROW_UNIT);
    }
    long parts = Math.clamp(wanted, 1, Math.max(1, most));
    return new ScatterNest(sizes, strides, offsets.clone(), Math.max(0, axis), (int) parts);
  }

  /** Runs the points of one part in row-major order. */
  void run(int part, Row row) {
    int low = start(part);
    int high = start(part + 1);
    int[] ends = sizes.clone();
    ends[splitAxis] = high;
    int[] index = new int[sizes.length];
    index[splitAxis] = low;
    int inner = sizes.length - 1;
    int n = ends[inner] - index[inner];
    for (int a = 0; a < sizes.length; a++) {
      if (index[a] >= ends[a]) {
        return;
      }
    }
    long first = at(0, index);
    long second = at(1, index);
    long third = at(2, index);
    while (true) {
      row.run(first, second, third, n);
      int a = inner - 1;
      while (a >= 0 && ++index[a] == ends[a]) {
        index[a] = a == splitAxis ? low : 0;
        a--;
      }
      if (a < 0) {
        return;
      }
      if (a == inner - 1) {
        first += strides[0][a];
        second += strides[1][a];
        third += strides[2][a];
      } else {
        first = at(0, index);
        second = at(1, index);
        third = at(2, index);
      }
    }
  }

  /** The number of points of a part along the inner axis. */
  int length(int part) {
    int inner = sizes.length - 1;
    return splitAxis == inner ? start(part + 1) - start(part) : sizes[inner];
  }

  /** The first index of a part along the axis that is cut. */
  private int start(int part) {
    int start = (int) ((long) sizes[splitAxis] * part / parts);
    return cutsRows(splitAxis, sizes) && part < parts ? start & -ROW_UNIT : start;
  }

  /** Whether an axis is the inner one of several, so that each part runs over all rows. */
  private static boolean cutsRows(int axis, int[] sizes) {
    return axis > 0 && axis == sizes.length - 1;
  }

  private long at(int operand, int[] index) {
    long offset = offsets[operand];
    for (int a = 0; a < index.length; a++) {
      offset += index[a] * strides[operand][a];
    }
    return offset;
  }

  /** The stride of an operand along the inner axis. */
  long innerStride(int operand) {
    return strides[operand][sizes.length - 1];
  }
}
