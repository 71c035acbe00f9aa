package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A product whose second factor is read where it lies, along lines over k: the same image from as many places as it has rows. The
 * gradient of a convolution by its weights is one, where the first factor is the gradient of the result.
 *
 * <p>The transposed result is computed: {@code r[j][i] = sum over p of b[j][p] a[i][p]}. The micro-kernel takes the numbers of
 * its first operand from the image, whose rows along one axis have a stride; of the other axes of rows each index is a product
 * of its own. Only the first factor is packed. Each element is one chain over k, as everywhere.
 */
final class Correlation {
  /** The largest part of k that is packed at a time: it stays in the second cache, as what is read of the image does. */
  private static final int DEEP = Gemm.KC;

  /** Rows that make it worth packing what they are multiplied with once more for another task. */
  private static final int TASK_ROWS = 48;

  private static final int LINE = 64;

  private final int bytes;
  private final MicroKernel kernel;
  private final Copied a;
  private final Copied b;
  private final int m;

  /** The axes of k before the lines, whose last is counted in as many lines as are packed at a time. */
  private final int outer;

  private final int high;
  private final int wide;
  private final int lines;
  private final int columns;
  private final int width;

  /** What is computed one after the other: the rows of the second factor, in their order. */
  private final List<Range> ranges;

  private final int groups;

  /**
   * Neighbours among the rows of the second factor.
   *
   * @param row the number of the first one
   * @param count how many there are
   * @param pieces all of them
   */
  private record Range(int row, int count, List<Piece> pieces) {}

  /**
   * Rows of the second factor that have a stride.
   *
   * @param at where the first one begins, in bytes
   * @param stride the distance of two
   * @param row the number of the first one in its range
   * @param step the difference of the numbers of two
   * @param count how many there are
   */
  private record Piece(long at, long stride, int row, int step, int count) {}

  private Correlation(DType dtype, Copied a, Copied b, int axis, int threads) {
    this.a = a;
    this.b = b;
    bytes = dtype.bytes();
    kernel = Gemm.kernel(dtype);
    m = size(a.rows());
    int rank = b.depth().length;
    outer = Math.max(0, rank - 2);
    high = rank > 1 ? b.depth()[rank - 2] : 1;
    wide = b.depth()[rank - 1];
    columns = Math.ceilDiv(wide, Math.ceilDiv(wide, DEEP));
    int most = columns == wide ? Math.clamp(DEEP / wide, 1, high) : 1;
    lines = Math.ceilDiv(high, Math.ceilDiv(high, most));
    int height = Math.min(kernel.height(), b.rows()[axis]);
    int vectors = Math.ceilDiv(m, kernel.lanes());
    width = kernel.lanes() * Math.clamp(vectors, 1, kernel.vectors(height));
    int strips = Math.ceilDiv(m, width);
    // Each further task of a strip packs it once more: there are more than threads only if these
    // would not have the same work.
    boolean even = strips % threads == 0 || threads % strips == 0;
    int wanted = Math.ceilDiv(even ? threads : 2 * threads, strips);
    int tasks = Math.clamp(wanted, 1, Math.ceilDiv(size(b.rows()), TASK_ROWS));
    ranges = ranges(b, axis, kernel.height(), tasks);
    groups = Math.min(tasks, ranges.size());
  }

  /**
   * The product of two factors, or null if it is better packed.
   *
   * @param threads the number of threads to cut the work for
   */
  static @Nullable Correlation of(DType dtype, Copied a, Copied b, int threads) {
    int last = b.depth().length - 1;
    boolean overlaps = b.rows().length > 1;
    boolean forwards = true;
    for (long step : b.steps()) {
      forwards &= step >= 0;
    }
    int axis = axis(b);
    MicroKernel kernel = Gemm.kernel(dtype);
    return overlaps
            && forwards
            && axis >= 0
            && size(a.rows()) >= kernel.lanes() / 2
            && b.depth()[last] > 1
            && size(b.depth()) >= kernel.height()
        ? new Correlation(dtype, a, b, axis, threads)
        : null;
  }

  /** The longest axis of rows whose elements do not evict each other from the cache; -1 if there is none. */
  private static int axis(Copied b) {
    int best = -1;
    for (int axis = 0; axis < b.rows().length; axis++) {
      long stride = b.strides()[axis];
      boolean fits = stride > 0 && stride % Gemm.CACHE_STRIDE != 0;
      if (fits && (best < 0 || b.rows()[axis] > b.rows()[best])) {
        best = axis;
      }
    }
    return best;
  }

  /** Cuts the rows along an axis so that parts of an image are read from the nearest cache for all places along later axes. */
  private static List<Range> ranges(Copied b, int axis, int height, int tasks) {
    int rank = b.rows().length;
    int rows = b.rows()[axis];
    int outer = size(Arrays.copyOf(b.rows(), axis));
    int[] later = Arrays.copyOfRange(b.rows(), axis + 1, rank);
    long[] steps = Arrays.copyOfRange(b.strides(), axis + 1, rank);
    int step = size(later);
    int most = Math.min(TASK_ROWS, Math.ceilDiv(rows, Math.ceilDiv(tasks, outer)));
    int each = Math.ceilDiv(rows, Math.ceilDiv(rows, Math.ceilDiv(most, height) * height));
    var ranges = new ArrayList<Range>();
    for (int move = 0; move < outer; move++) {
      long from = Copied.at(move, b.rows(), b.strides(), axis);
      for (int row = 0; row < rows; row += each) {
        int count = Math.min(each, rows - row);
        var pieces = new ArrayList<Piece>();
        for (int place = 0; place < step; place++) {
          long at = from + row * b.strides()[axis] + Copied.at(place, later, steps, later.length);
          pieces.add(new Piece(at, b.strides()[axis], place, step, count));
        }
        ranges.add(new Range((move * rows + row) * step, count * step, pieces));
      }
    }
    return ranges;
  }

  private static int size(int[] sizes) {
    int product = 1;
    for (int size : sizes) {
      product *= size;
    }
    return product;
  }

  /**
   * Computes {@code c = a * b}.
   *
   * @param left the address of the first factor
   * @param right the address of the second factor
   * @param finish what is done to the result
   */
  void run(long left, long right, Matrix c, Gemm.Finish finish, Workers workers) {
    try (Scratch scratch = Scratch.take()) {
      long list = scratch.room((long) lines * columns * Long.BYTES);
      list(list);
      int strips = Math.ceilDiv(m, width);
      workers.run(
          strips * groups,
          task -> {
            int from = ranges.size() * (task / strips) / groups;
            int to = ranges.size() * (task / strips + 1) / groups;
            int column = task % strips * width;
            int count = Math.min(width, m - column);
            sum(left, right, list, ranges.subList(from, to), column, count, c);
          });
    }
    finish.run(0, m, 0, size(b.rows()));
  }

  /** Writes the distance of each element of a part of k from the next. */
  private void list(long to) {
    int last = b.depth().length - 1;
    long step = b.steps()[last];
    long pitch = last > 0 ? b.steps()[last - 1] : 0;
    for (int p = 0; p < lines * columns; p++) {
      boolean ends = p % columns == columns - 1;
      long distance = ends ? pitch - (columns - 1) * step : step;
      ALL.set(ValueLayout.JAVA_LONG, to + (long) p * Long.BYTES, distance);
    }
  }

  /** Computes some rows and columns of the transposed result, over all of k. */
  private void sum(
      long left, long right, long list, List<Range> rows, int column, int count, Matrix c) {
    long line = (long) width * bytes;
    int all = rows.stream().mapToInt(Range::count).sum();
    try (Scratch scratch = Scratch.take()) {
      long packed = scratch.room(((long) lines * columns + all) * line + LINE);
      var strips = new MicroKernel.Strips(packed, 0, line, width);
      var sums = new Matrix(packed + (long) lines * columns * line + LINE, line, bytes);
      int last = b.depth().length - 1;
      long pitch = last > 0 ? b.steps()[last - 1] : 0;
      int images = size(b.depth()) / (high * wide);
      boolean first = true;
      for (int image = 0; image < images; image++) {
        long begin = right + Copied.at(image, b.depth(), b.steps(), outer);
        for (int at = 0; at < high; at += lines) {
          for (int from = 0; from < wide; from += columns) {
            int length = Math.min(columns, wide - from);
            int deep = Math.min(lines, high - at) * length;
            int p = (image * high + at) * wide + from;
            pack(left, column, count, p, deep, packed);
            long origin = begin + at * pitch + from * b.steps()[last];
            int row = 0;
            for (Range range : rows) {
              for (Piece piece : range.pieces) {
                kernel.run(
                    new MicroKernel.Rows(new Matrix(origin + piece.at, piece.stride, 0), list),
                    strips,
                    new Matrix(sums.at(row + piece.row, 0), piece.step * line, bytes),
                    piece.count,
                    count,
                    deep,
                    first);
              }
              row += range.count;
            }
            first = false;
          }
        }
      }
      Packing.of(bytes)
          .copy(
              sums.address(),
              bytes,
              line,
              count,
              all,
              c.at(column, rows.getFirst().row),
              c.rowStride());
    }
  }

  /** Packs a part of k of some rows of the first factor, which become columns. */
  private void pack(long left, int row, int rows, int from, int deep, long to) {
    int rank = a.depth().length;
    int run = a.depth()[rank - 1];
    long line = (long) width * bytes;
    int p = from;
    while (p < from + deep) {
      int count = Math.min(run - p % run, from + deep - p);
      long at = left + Copied.at(p, a.depth(), a.steps(), rank);
      packRows(at, row, rows, a.steps()[rank - 1], count, to + (p - from) * line);
      p += count;
    }
  }

  private void packRows(long at, int row, int rows, long step, int count, long to) {
    int rank = a.rows().length;
    int run = a.rows()[rank - 1];
    int i = row;
    while (i < row + rows) {
      int wide = Math.min(run - i % run, row + rows - i);
      long from = at + Copied.at(i, a.rows(), a.strides(), rank);
      Packing.of(bytes)
          .copy(
              from,
              step,
              a.strides()[rank - 1],
              count,
              wide,
              to + (long) (i - row) * bytes,
              (long) width * bytes);
      i += wide;
    }
  }
}
