package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.cpu.asm.Dot;
import dev.adjoint.cpu.loop.GroupPacking;
import dev.adjoint.cpu.loop.GroupSource;
import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product of one size, blocked for the caches: blocks of the result are computed side by side, each over all of k.
 * The {@linkplain MicroKernel micro-kernel} reads operands where they are; those that lie badly for it, or are read very often,
 * are packed first.
 *
 * <p>Each element is one chain over k, however the work is cut, so no result depends on the number of threads.
 */
final class Gemm {
  /** The largest part of k that a micro-kernel covers: its strip of b and its tile of a then stay in the nearer caches. */
  static final int KC = 256;

  /** The largest part of k that is packed at a time. */
  private static final int K_LIMIT = 8 * KC;

  /** Elements of one packed operand at most; larger products are done part by part. */
  private static final int PACKED_LIMIT = 4 << 20;

  /** Elements of a computed operand that are computed at a time, to be read from the second cache. */
  private static final int COMPUTED_LIMIT = 256 << 10;

  /** The largest block of the result, whose part of a stays in the second cache. */
  private static final int BLOCK_ROWS = 128;

  private static final int BLOCK_COLUMNS = 512;

  /** The least rows, columns and depth of a product that is worth rounding its factors to bf16. */
  private static final int LEAST_OF_BF16 = 32;

  /** Elements of a block that are worth the overhead of a task, however small k is. */
  private static final int BLOCK_AREA = 24 << 10;

  /** Multiply-adds that are worth a task of their own. */
  private static final long TASK_WORK = 1 << 19;

  /** Tasks per thread, so that a thread that is held up leaves work to the others. */
  private static final int TASKS_PER_THREAD = 4;

  /** How often an operand is read where it is; copying those that are read more often costs next to nothing. */
  private static final int READS = 64;

  /** How often a second operand is read where it is though its rows evict each other from the cache. */
  private static final int AWKWARD_READS = 16;

  /** Rows that are a multiple of this apart fall into the same few sets of the first cache. */
  static final int CACHE_STRIDE = 2048;

  /** A first operand whose steps along k are a multiple of a cache line apart is packed if it is read so often. */
  private static final int SPREAD_READS = 4;

  private static final int CACHE_LINE = 64;

  /** Rows that are a multiple of this apart fall into one set, which has no room for those of a tile. */
  static final int SET_STRIDE = 4096;

  private static final MicroKernel F32 = kernel(CpuFeatures.HERE.isa(), DType.F32);
  private static final MicroKernel F64 = kernel(CpuFeatures.HERE.isa(), DType.F64);
  private static final Map<Dot, MicroKernel> DOTS = dots();

  final MicroKernel kernel;
  final Packing packing;
  final int bytes;

  /** The numbers along k in a step of the kernel: one, or those of a group. */
  final int group;

  /** What packs the operands where the kernel multiplies groups; else null. */
  final @Nullable GroupPacking groupsOfA;

  final @Nullable GroupPacking groupsOfB;

  /** The size of a number of b in memory. */
  final int bytesOfB;

  final int m;
  final int n;
  final int k;

  /** Whether a is packed before it is read. */
  final boolean packsA;

  /** Whether b is packed before it is read. */
  final boolean packsB;

  /** How the second operand lies in memory, if it is read as windows; then columns are counted along its lines. */
  final @Nullable Windows windows;

  /** What computes a single row if b lies badly for strips, so that nothing is packed; else null. */
  final @Nullable RowProduct rowProduct;

  /** The columns of a strip of b. */
  final int width;

  /** The rows of a block of the result, which one task computes. */
  final int blockRows;

  /** The columns of a block of the result. */
  final int blockColumns;

  private final int depthLimit;
  private final int partRows;
  private final int partColumns;

  /**
   * What is known of an operand before it is there.
   *
   * @param layout its strides; its address does not matter
   * @param isComputed whether it is computed part by part
   * @param dtype the type of its elements in memory, also if that is bf16 that is multiplied as such
   */
  record Side(Matrix layout, boolean isComputed, DType dtype) {}

  /** A factor of a product: its elements are numbered by a row of its own, which is m or n, and by a step over k. */
  interface Operand {
    /**
     * A part of this operand in memory, as a matrix whose elements within the part may be read.
     *
     * @param scratch where it may be computed
     */
    Matrix part(int row, int rows, int depth, int deep, Scratch scratch, Workers workers);
  }

  /** What is done to a rectangle of the result as soon as it is complete. */
  interface Finish {
    void run(int row, int rows, int column, int columns);
  }

  /**
   * A product of an m x k by a k x n matrix.
   *
   * @param dtype the type of the result: f32 or f64 as that of the factors, or i32 of bytes
   * @param pairs whether factors are multiplied as pairs of bf16, see {@link #multipliesPairs}
   * @param left the first operand
   * @param right the second operand, read over (n, k)
   * @param windows how the second operand lies in memory if it has rows, but no stride along k
   * @param threads the number of threads to cut the work for
   */
  Gemm(
      DType dtype,
      boolean pairs,
      int m,
      int n,
      int k,
      Side left,
      Side right,
      @Nullable Windows windows,
      int threads) {
    Matrix a = left.layout;
    Matrix b = right.layout;
    this.m = m;
    this.n = windows == null ? n : windows.columns();
    this.k = k;
    this.windows = windows;
    Dot dot =
        dtype == DType.I32
            ? Dot.ofBytes(left.dtype == DType.I8, right.dtype == DType.I8)
            : pairs ? Dot.BF16 : Dot.SINGLE;
    kernel = dot == Dot.SINGLE ? kernel(dtype) : Objects.requireNonNull(DOTS.get(dot));
    group = dot.group;
    bytes = dtype.bytes();
    boolean groups = group > 1;
    groupsOfA = groups ? GroupPacking.of(GroupSource.of(left.dtype, dot.isOffset())) : null;
    groupsOfB = groups ? GroupPacking.of(GroupSource.of(right.dtype, false)) : null;
    bytesOfB = right.dtype.bytes();
    packing = Packing.of(bytes);
    int vectors = Math.ceilDiv(this.n, kernel.lanes());
    width = kernel.lanes() * Math.clamp(vectors, 1, kernel.vectors(m));
    int height = kernel.height();
    boolean alongDepth = !groups && a.columnStride() == bytes && b.columnStride() == bytes;
    rowProduct = m == 1 && alongDepth && b.rowStride() != bytes ? RowProduct.of(dtype) : null;
    int readsOfA = Math.ceilDiv(this.n, width);
    packsA =
        rowProduct == null
            && (groups
                || readsOfA > READS
                || isAwkward(a.rowStride(), m, SET_STRIDE)
                || isAwkward(
                    a.columnStride(), k, readsOfA < SPREAD_READS ? CACHE_STRIDE : CACHE_LINE));
    packsB =
        rowProduct == null
            && windows == null
            && (groups
                || Math.ceilDiv(m, height)
                    > (isAwkward(b.columnStride(), k, CACHE_STRIDE) ? AWKWARD_READS : READS)
                || (b.rowStride() != bytes && n > 1));
    // Nothing is packed of windows, and what is computed and left out is nowhere between two parts.
    depthLimit = windows == null ? K_LIMIT : Math.max(1, k);
    int kPart = Math.clamp(k, 1, depthLimit);
    partRows = part(packsA, left.isComputed, kPart, height, m);
    partColumns = part(packsB, right.isComputed, kPart, width, this.n);
    int tiles = Math.ceilDiv(Math.clamp(m, 1, partRows), height);
    int strips = Math.ceilDiv(Math.clamp(this.n, 1, partColumns), width);
    int high = Math.min(BLOCK_ROWS / height, tiles);
    int wide = Math.min(BLOCK_COLUMNS / width, strips);
    // A block that is soon done stays small, to be in the first or second cache when it is
    // finished.
    long area = Math.max(BLOCK_AREA, (long) BLOCK_COLUMNS * k);
    long work = (long) tiles * height * strips * width * Math.max(1, k);
    long wanted = threads == 1 ? 1 : Math.clamp(work / TASK_WORK, 1, TASKS_PER_THREAD * threads);
    // Blocks that cover all rows pack columns of b for themselves alone, and the other way round.
    boolean ownB = packsB && !packsA && high == tiles;
    boolean ownA = packsA && !packsB && wide == strips;
    while (high > 1 || wide > 1) {
      long tasks = (long) Math.ceilDiv(tiles, high) * Math.ceilDiv(strips, wide);
      boolean isSmall = (long) high * height * wide * width <= area;
      boolean alone = (ownB && wide == 1) || (ownA && high == 1);
      if (isSmall && (tasks >= wanted || (alone && tasks >= 2 * threads))) {
        break;
      }
      boolean cutRows = ownA || (!ownB && high * height >= wide * width);
      if (wide == 1 || (high > 1 && cutRows)) {
        high = Math.ceilDiv(high, 2);
      } else {
        wide = Math.ceilDiv(wide, 2);
      }
    }
    // As even as blocks of whole tiles can be.
    high = Math.ceilDiv(tiles, Math.ceilDiv(tiles, high));
    wide = Math.ceilDiv(strips, Math.ceilDiv(strips, wide));
    blockRows = high * height;
    blockColumns = wide * width;
  }

  private static Map<Dot, MicroKernel> dots() {
    var kernels = new EnumMap<Dot, MicroKernel>(Dot.class);
    for (Dot dot : Dot.values()) {
      boolean has =
          switch (dot) {
            case SINGLE -> false;
            case BF16 -> CpuFeatures.HERE.bf16();
            case I8_I8, I8_U8, U8_I8, U8_U8 -> CpuFeatures.HERE.vnni();
          };
      if (has) {
        kernels.put(dot, MachineMicroKernel.of(dot));
      }
    }
    return kernels;
  }

  /** Whether products in a precision have a unit of their own. */
  static boolean hasUnitFor(Precision precision) {
    return precision == Precision.F32
        || (precision == Precision.BF16 && DOTS.containsKey(Dot.BF16));
  }

  /** Whether products of bytes have a unit of their own. */
  static boolean multipliesBytes() {
    return DOTS.containsKey(Dot.I8_I8);
  }

  /** Whether a product in a precision is worth having its factors rounded to bf16. */
  static boolean multipliesPairs(Precision precision, int m, int n, int k) {
    return precision == Precision.BF16
        && DOTS.containsKey(Dot.BF16)
        && Math.min(m, Math.min(n, k)) >= LEAST_OF_BF16;
  }

  /** The kernel for F32 or F64 that this process can run. */
  static MicroKernel kernel(DType dtype) {
    if (dtype != DType.F32 && dtype != DType.F64) {
      throw new IllegalArgumentException("matmul: no kernel for " + dtype);
    }
    return dtype == DType.F32 ? F32 : F64;
  }

  /** A kernel for F32 or F64 of some instructions. */
  static MicroKernel kernel(Isa isa, DType dtype) {
    return isa == Isa.NONE ? new ScalarMicroKernel(dtype) : new MachineMicroKernel(isa, dtype);
  }

  /** How many rows of an operand are done at a time. */
  private static int part(boolean packs, boolean computes, int kPart, int unit, int rows) {
    if (!packs && !computes) {
      return Math.max(1, rows);
    }
    return Math.max(1, (computes ? COMPUTED_LIMIT : PACKED_LIMIT) / kPart / unit) * unit;
  }

  /** Whether the kernel cannot step this way, or what it reads would evict each other from the cache. */
  private static boolean isAwkward(long stride, int size, int evicting) {
    return size > 1 && (stride < 0 || (stride > 0 && stride % evicting == 0));
  }

  /**
   * Computes {@code c = a * b}. The columns of {@code c} are neighbours.
   *
   * @param b over (n, k): element (j, p) is the factor in row p and column j
   */
  void run(Operand a, Operand b, Matrix c, Finish finish, Workers workers) {
    if (m == 0 || n == 0) {
      return;
    }
    try (Scratch shared = Scratch.take();
        Scratch ofA = Scratch.take();
        Scratch ofB = Scratch.take();
        Scratch lists = Scratch.take()) {
      long list = 0;
      if (windows != null) {
        list = lists.room(windows.listBytes());
        windows.list(list);
      }
      for (int column = 0; column < n; column += partColumns) {
        int columns = Math.min(partColumns, n - column);
        int depth = 0;
        do {
          int deep = Math.min(depthLimit, k - depth);
          Matrix right = b.part(column, columns, depth, deep, ofB, workers);
          for (int row = 0; row < m; row += partRows) {
            int rows = Math.min(partRows, m - row);
            Matrix left = a.part(row, rows, depth, deep, ofA, workers);
            new GemmPart(
                    this,
                    shared,
                    left,
                    right,
                    list,
                    c,
                    new GemmPart.Range(row, rows, column, columns, depth, deep))
                .run(finish, workers);
          }
          depth += depthLimit;
        } while (depth < k);
      }
    }
  }

  /** The steps of the kernel over some numbers along k, which begin where a step does. */
  int steps(int deep) {
    return Math.ceilDiv(deep, group);
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b * b;
  }
}
