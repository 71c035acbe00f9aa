package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.plain.TileProgram;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Widening;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A computed operand of a matrix product. Parts of it are computed into scratch memory as they are needed, so it is never there
 * as a whole.
 */
final class FactorProgram {
  /** Elements that one task computes. */
  private static final int TASK_WORK = 8 << 10;

  private static final int LINE = 64;

  private final Kernel.MatMul kernel;
  private final int operand;
  private final Kernel.Factor factor;
  private final TileProgram map;

  /** The bytes of an element. */
  private final int bytes;

  /** Compiles the map of an operand, 0 or 1, that is computed. */
  FactorProgram(Kernel.MatMul kernel, int operand, Kernel.Factor factor) {
    this.kernel = kernel;
    this.operand = operand;
    this.factor = factor;
    this.map = new TileProgram(factor.map());
    bytes = kernel.dtype(operand).bytes();
  }

  private Matrix matrix(long address, long stride, int outer, int inner) {
    long origin = address - outer * stride - (long) inner * bytes;
    return factor.depthInner()
        ? new Matrix(origin, stride, bytes)
        : new Matrix(origin, bytes, stride);
  }

  /** How this operand lies in memory if its elements are copies of what does; else null. */
  @Nullable Copied copied(Geometry geometry) {
    if (!kernel.dtype().isFloat() || !factor.copies(kernel.dtype())) {
      return null;
    }
    int first = kernel.firstAxis(operand, geometry.sizes().length);
    int rows = factor.firstRow(first);
    int depth = factor.firstDepth(first);
    long[] strides = geometry.strides()[kernel.firstOfFactor(operand)].clone();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] *= bytes;
    }
    return new Copied(
        Arrays.copyOfRange(geometry.sizes(), rows, rows + factor.rows()),
        Arrays.copyOfRange(strides, rows, rows + factor.rows()),
        Arrays.copyOfRange(geometry.sizes(), depth, depth + factor.depth()),
        Arrays.copyOfRange(strides, depth, depth + factor.depth()),
        bytes);
  }

  /** The same in lines along the rows, or null if there are none. */
  @Nullable Windows windows(Geometry geometry) {
    Copied copied = operand == 0 || factor.depthInner() ? null : copied(geometry);
    return copied == null
        ? null
        : Windows.of(
            copied.depth(), copied.steps(), copied.rows(), copied.strides(), copied.bytes());
  }

  /**
   * How the elements of bf16 lie that this operand widens and no more, if they have neighbours along the rows or k; else null.
   */
  private @Nullable Matrix narrow(Geometry geometry) {
    if (factor.rank() != 2
        || factor.operands() != 1
        || Widening.operand(factor) < 0
        || Widening.type(factor) != DType.BF16) {
      return null;
    }
    int first = kernel.firstAxis(operand, geometry.sizes().length);
    long[] strides = geometry.strides()[kernel.firstOfFactor(operand)];
    long row = strides[factor.firstRow(first)];
    long step = strides[factor.firstDepth(first)];
    return row == 1 || step == 1 ? new Matrix(0, row * Short.BYTES, step * Short.BYTES) : null;
  }

  /**
   * This operand over a geometry.
   *
   * @param pairs whether it is multiplied as pairs of bf16, so that what it widens may be read as it is
   */
  Placed prepare(Geometry geometry, boolean pairs) {
    return new Placed(geometry, pairs);
  }

  /** The operand with its sizes and strides. */
  final class Placed {
    private final int[] sizes;

    /** For each own axis and access of the map, apart from the last, the stride in bytes, or in units for an index. */
    private final long[][] strides;

    /** The number of axes that parts are cut along: those that the last two are not, and one of these if lanes have one axis. */
    private final int outerRank;

    /** The index points of the inner axes before the last two. */
    private final long innerBlocks;

    /** What copies the operand, or null if the map computes it. */
    private final @Nullable Mirrored mirrored;

    /** How the elements lie that are read as they are; null if there are none. */
    private final @Nullable Matrix narrow;

    Placed(Geometry geometry, boolean pairs) {
      narrow = pairs ? narrow(geometry) : null;
      Copied copied = operand == 0 ? copied(geometry) : null;
      mirrored = copied == null ? null : Mirrored.of(copied);
      int first = kernel.firstAxis(operand, geometry.sizes().length);
      sizes = Arrays.copyOfRange(geometry.sizes(), first, first + factor.rank());
      strides = new long[sizes.length][factor.operands()];
      for (int axis = 0; axis < sizes.length; axis++) {
        for (int a = 0; a < factor.operands(); a++) {
          Access access = factor.map().accesses().get(a);
          long stride = geometry.strides()[kernel.firstOfFactor(operand) + a][first + axis];
          strides[axis][a] = stride * LoopShape.unit(access);
        }
      }
      outerRank = factor.depthInner() ? factor.rows() : factor.depth();
      long blocks = 1;
      for (int axis = outerRank; axis < sizes.length - 2; axis++) {
        blocks *= sizes[axis];
      }
      innerBlocks = blocks;
    }

    /** How parts lie in memory: what the map's lanes run along is contiguous, but k if memory is read backwards. */
    private Matrix layout() {
      return narrow != null ? narrow : mirrored == null ? matrix(0, LINE, 0, 0) : mirrored.layout();
    }

    /** What a product needs to know beforehand. */
    Gemm.Side side() {
      return new Gemm.Side(
          layout(), narrow == null, narrow == null ? kernel.dtype(operand) : DType.BF16);
    }

    /**
     * The operand of one product of the batch.
     *
     * @param origins for each access of the map, apart from the last, where it begins
     * @param failed its one element becomes true where a checked position is out of range
     */
    Gemm.Operand at(long[] origins, long[] scalars, boolean[] failed) {
      if (mirrored != null) {
        return mirrored.at(origins[0]);
      }
      if (narrow != null) {
        var matrix = new Matrix(origins[0], narrow.rowStride(), narrow.columnStride());
        return (row, rows, depth, deep, scratch, workers) -> matrix;
      }
      return (row, rows, depth, deep, scratch, workers) -> {
        boolean deepLanes = factor.depthInner();
        int outer = deepLanes ? row : depth;
        int outers = deepLanes ? rows : deep;
        int inner = deepLanes ? depth : row;
        int inners = deepLanes ? deep : rows;
        // Not a multiple of the distance at which rows fall into the same sets of a cache.
        long stride = (long) Gemm.ceil(inners * bytes, LINE) + LINE;
        long room = scratch.room(outers * stride);
        boolean flat = sizes.length - outerRank == 1;
        var part = new Part(origins, scalars, failed, tiles(flat ? stride / bytes : lanes()));
        int each = Math.max(1, TASK_WORK / Math.max(1, inners));
        int tasks = Math.ceilDiv(outers, each);
        workers.run(
            tasks,
            task -> {
              int from = outer + task * each;
              int to = Math.min(outer + outers, from + each);
              Matrix all = matrix(room, stride, outer, inner);
              long start = all.address();
              if (flat) {
                part.rectangles(from, to, inner, inners, start, stride);
              } else {
                for (int o = from; o < to; o++) {
                  part.runs(o, inner, inners, start + o * stride);
                }
              }
            });
        return matrix(room, stride, outer, inner);
      };
    }

    /** The number of accesses of the map that are operands of the kernel. */
    int operands() {
      return factor.operands();
    }

    private int lanes() {
      return sizes[sizes.length - 1];
    }

    private int tileRows() {
      return sizes[sizes.length - 2];
    }

    private TileProgram.Tiles tiles(long written) {
      int n = factor.operands();
      long[] rows = new long[n + 1];
      long[] columns = new long[n + 1];
      for (int a = 0; a < n; a++) {
        int unit = LoopShape.unit(factor.map().accesses().get(a));
        rows[a] = strides[sizes.length - 2][a] / unit;
        columns[a] = strides[sizes.length - 1][a] / unit;
      }
      rows[n] = written;
      columns[n] = 1;
      return map.prepare(rows, columns);
    }

    /** The computation of a part. */
    private final class Part {
      private final long[] origins;
      private final long[] scalars;
      private final boolean[] failed;
      private final TileProgram.Tiles tiles;

      Part(long[] origins, long[] scalars, boolean[] failed, TileProgram.Tiles tiles) {
        this.origins = origins;
        this.scalars = scalars;
        this.failed = failed;
        this.tiles = tiles;
      }

      /** Computes lanes of one axis for some outer indices, of which those along the innermost outer axis go together. */
      void rectangles(int from, int to, int inner, int inners, long start, long stride) {
        int outer = from;
        while (outer < to) {
          int block = outer / tileRows();
          int row = outer % tileRows();
          int rows = Math.min(tileRows() - row, to - outer);
          long[] at = moved(block, sizes.length - 2);
          at[origins.length] = start + (long) block * tileRows() * stride;
          tiles.run(at, scalars, failed, row, rows, inner, inners);
          outer += rows;
        }
      }

      /** Computes, for one outer index, a run of inner indices that go over several axes. */
      void runs(int outer, int inner, int inners, long start) {
        long blockSize = (long) tileRows() * lanes();
        int at = inner;
        int end = inner + inners;
        while (at < end) {
          long block = at / blockSize;
          int within = (int) (at % blockSize);
          int row = within / lanes();
          int column = within % lanes();
          int left = (int) Math.min(end - at, blockSize - within);
          boolean whole = column == 0 && left >= lanes();
          int rows = whole ? left / lanes() : 1;
          int columns = whole ? lanes() : Math.min(left, lanes() - column);
          long[] places = moved(outer * innerBlocks + block, sizes.length - 2);
          places[origins.length] = start + block * blockSize * bytes;
          tiles.run(places, scalars, failed, row, rows, column, columns);
          at += rows * columns;
        }
      }

      /** The origins at an index over the first axes, with room for that of what is written. */
      private long[] moved(long index, int axes) {
        long[] at = Arrays.copyOf(origins, origins.length + 1);
        long rest = index;
        for (int axis = axes - 1; axis >= 0; axis--) {
          long i = rest % sizes[axis];
          rest /= sizes[axis];
          for (int a = 0; a < origins.length; a++) {
            at[a] += i * strides[axis][a];
          }
        }
        return at;
      }
    }
  }
}
