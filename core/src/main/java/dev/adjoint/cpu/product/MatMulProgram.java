package dev.adjoint.cpu.product;

import dev.adjoint.Precision;
import dev.adjoint.cpu.loop.Extents;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.plain.TileProgram;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batched matrix products. */
public final class MatMulProgram implements Program {
  private static final long TASK_WORK = 1 << 19;

  /** The multiply-adds of a product from which on it is cut in any case. */
  private static final long LARGE_WORK = 1 << 28;

  /** Elements of a factor at most that is computed once for all products of a batch. */
  private static final long COMMON_LIMIT = 4 << 20;

  private final Kernel.MatMul kernel;
  private final Workers workers;
  private final List<Access> accesses;
  private final @Nullable FactorProgram[] factors = new FactorProgram[2];
  private final @Nullable TileProgram epilogue;

  public MatMulProgram(Kernel.MatMul kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    accesses = kernel.accesses();
    for (int operand = 0; operand < 2; operand++) {
      Kernel.Factor factor = kernel.factor(operand);
      factors[operand] = factor == null ? null : new FactorProgram(kernel, operand, factor);
    }
    epilogue = kernel.epilogue() == null ? null : new TileProgram(kernel.epilogue());
  }

  /** Whether products of bytes have a unit of their own here. */
  public static boolean multipliesBytes() {
    return Gemm.multipliesBytes();
  }

  /** Whether products in a precision have a unit of their own here; convolutions that read windows do not use it. */
  public static boolean hasUnitFor(Precision precision) {
    return Gemm.hasUnitFor(precision);
  }

  @Override
  public Launch prepare(Geometry geometry) {
    int rows = kernel.batchRank(geometry.sizes().length);
    int m = geometry.sizes()[rows];
    int n = geometry.sizes()[rows + 1];
    int k = geometry.sizes()[rows + 2];
    long[][] strides = geometry.strides();
    if (n > 1 && strides[2][rows + 1] != 1) {
      throw new IllegalArgumentException(
          "matmul: the result has stride " + strides[2][rows + 1] + " along n, not 1");
    }
    if (m > 1 && strides[2][rows] < 0) {
      throw new IllegalArgumentException(
          "matmul: the result has a negative stride along m, " + strides[2][rows]);
    }
    int count = Math.toIntExact(kernel.products(geometry.sizes()));
    int groups = groups(count, (long) m * n * Math.max(1, k));
    Windows windows = factors[1] == null || n == 1 ? null : factors[1].windows(geometry);
    boolean pairs = windows == null && Gemm.multipliesPairs(kernel.precision(), m, n, k);
    FactorProgram.Placed left = placed(0, geometry, pairs);
    FactorProgram.Placed right = placed(1, geometry, pairs);
    Gemm.Side a = side(0, left, strides[0][rows], strides[0][rows + 2]);
    Gemm.Side b = side(1, right, strides[1][rows + 1], strides[1][rows + 2]);
    if (windows != null) {
      b = new Gemm.Side(b.layout(), false, b.dtype());
    }
    // A column whose elements are neighbours is computed as a row, of the factors the other way
    // round.
    boolean turned = n == 1 && m > 1 && strides[2][rows] == 1;
    int threads = groups > 0 ? 1 : workers.size();
    var product =
        turned
            ? new Gemm(kernel.dtype(), pairs, n, m, k, b, a, null, threads)
            : new Gemm(kernel.dtype(), pairs, m, n, k, a, b, windows, threads);
    TileProgram.Tiles tiles = null;
    if (epilogue != null) {
      int first = kernel.firstOfEpilogue();
      int reads = accesses.size() - first;
      long[] rowStrides = new long[reads];
      long[] columnStrides = new long[reads];
      for (int e = 0; e < reads; e++) {
        rowStrides[e] = strides[first + e][rows];
        columnStrides[e] = strides[first + e][rows + 1];
      }
      tiles = epilogue.prepare(rowStrides, columnStrides);
    }
    Correlation along =
        turned || windows != null ? null : correlation(geometry, a.layout(), threads);
    return new MatMulLaunch(left, right, count, product, along, turned, tiles, geometry, groups);
  }

  private FactorProgram.@Nullable Placed placed(int operand, Geometry geometry, boolean pairs) {
    FactorProgram factor = factors[operand];
    return factor == null ? null : factor.prepare(geometry, pairs);
  }

  private Gemm.Side side(
      int operand, FactorProgram.@Nullable Placed factor, long rowStride, long step) {
    return factor == null
        ? new Gemm.Side(matrix(operand, 0, rowStride, step), false, kernel.dtype(operand))
        : factor.side();
  }

  /** The product as one that goes along lines of an image; null if it is none. */
  private @Nullable Correlation correlation(Geometry geometry, Matrix a, int threads) {
    int rows = kernel.batchRank(geometry.sizes().length);
    Copied right = factors[1] == null ? null : factors[1].copied(geometry);
    Copied left =
        factors[0] == null
            ? Copied.of(
                geometry.sizes()[rows], geometry.sizes()[rows + 2], a, kernel.dtype().bytes())
            : factors[0].copied(geometry);
    return left == null || right == null
        ? null
        : Correlation.of(kernel.dtype(), left, right, threads);
  }

  private Matrix matrix(int access, long address, long rowStride, long columnStride) {
    int bytes = accesses.get(access).dtype().bytes();
    return new Matrix(address, rowStride * bytes, columnStride * bytes);
  }

  /**
   * The number of tasks that a batch of products is cut into, or 0 if each product is cut instead. Small products are not worth
   * being cut, and threads that each have products of their own need not wait for each other after every one.
   */
  private int groups(int count, long work) {
    int threads = workers.size();
    boolean even = 8L * Math.ceilDiv(count, threads) * threads <= 9L * count;
    boolean shared = count >= 2 * threads && even && work <= LARGE_WORK;
    if (!shared && (count < 4 || work > 8 * TASK_WORK)) {
      return 0;
    }
    return Math.clamp(work * count / TASK_WORK, 1, Math.min(4 * threads, count));
  }

  private final class MatMulLaunch implements Launch {
    private final int count;
    private final Gemm product;
    private final @Nullable Correlation correlation;

    /** Whether the product computes the transposed result. */
    private final boolean turned;

    private final TileProgram.@Nullable Tiles tiles;
    private final FactorProgram.@Nullable Placed[] computed = new FactorProgram.Placed[2];
    private final Extents extents;
    private final int rows;
    private final int[] sizes;
    private final long[][] strides;
    private final long[] offsets;
    private final int groups;

    /** For each operand whether it is computed once, as all products of the batch have the same. */
    private final boolean[] isCommon = new boolean[2];

    MatMulLaunch(
        FactorProgram.@Nullable Placed left,
        FactorProgram.@Nullable Placed right,
        int count,
        Gemm product,
        @Nullable Correlation correlation,
        boolean turned,
        TileProgram.@Nullable Tiles tiles,
        Geometry geometry,
        int groups) {
      this.count = count;
      this.product = product;
      this.correlation = correlation;
      this.turned = turned;
      this.tiles = tiles;
      this.extents = Extents.of(kernel, geometry);
      this.rows = kernel.batchRank(geometry.sizes().length);
      this.sizes = geometry.sizes();
      this.strides = geometry.strides();
      this.offsets = geometry.offsets();
      this.groups = groups;
      for (int operand = 0; operand < 2; operand++) {
        boolean isRead = correlation != null || (operand == 1 && product.windows != null);
        FactorProgram.Placed factor = isRead ? null : operand == 0 ? left : right;
        computed[operand] = factor;
        isCommon[operand] = factor != null && count > 1 && isCommon(operand, factor.operands());
      }
    }

    private boolean isCommon(int operand, int operands) {
      int first = kernel.firstOfFactor(operand);
      for (int a = first; a < first + operands; a++) {
        for (int axis = 0; axis < rows; axis++) {
          if (sizes[axis] > 1 && strides[a][axis] != 0) {
            return false;
          }
        }
      }
      return (long) sizes[rows + operand] * sizes[rows + 2] <= COMMON_LIMIT;
    }

    @Override
    public void run(Buffer[] buffers, long[] starts, long[] scalars) {
      extents.check(buffers, starts);
      boolean[] failed = new boolean[1];
      var common = new Gemm.@Nullable Operand[2];
      if (isCommon[0] || isCommon[1]) {
        try (Scratch left = Scratch.take();
            Scratch right = Scratch.take()) {
          for (int operand = 0; operand < 2; operand++) {
            if (isCommon[operand]) {
              Matrix matrix =
                  operand(operand, offsets, buffers, starts, scalars, failed)
                      .part(
                          0,
                          sizes[rows + operand],
                          0,
                          sizes[rows + 2],
                          operand == 0 ? left : right,
                          workers);
              common[operand] = (row, rows, depth, deep, scratch, workers) -> matrix;
            }
          }
          items(common, buffers, starts, scalars, failed);
        }
      } else {
        items(common, buffers, starts, scalars, failed);
      }
      LoopLaunch.mustNotHaveFailed(kernel, failed);
    }

    private void items(
        Gemm.@Nullable Operand[] common,
        Buffer[] buffers,
        long[] starts,
        long[] scalars,
        boolean[] failed) {
      if (groups == 0) {
        for (int b = 0; b < count; b++) {
          item(b, common, buffers, starts, scalars, failed);
        }
        return;
      }
      workers.run(
          groups,
          group -> {
            int low = (int) ((long) count * group / groups);
            int high = (int) ((long) count * (group + 1) / groups);
            for (int b = low; b < high; b++) {
              item(b, common, buffers, starts, scalars, failed);
            }
          });
    }

    private void item(
        int batch,
        Gemm.@Nullable Operand[] common,
        Buffer[] buffers,
        long[] starts,
        long[] scalars,
        boolean[] failed) {
      long[] origins = new long[strides.length];
      int rest = batch;
      for (int axis = rows - 1; axis >= 0; axis--) {
        int index = rest % sizes[axis];
        rest /= sizes[axis];
        for (int a = 0; a < origins.length; a++) {
          origins[a] += index * strides[a][axis];
        }
      }
      for (int a = 0; a < origins.length; a++) {
        origins[a] += offsets[a];
      }
      if (correlation != null) {
        correlation.run(
            address(factors[0] == null ? 0 : kernel.firstOfFactor(0), buffers, starts, origins),
            address(kernel.firstOfFactor(1), buffers, starts, origins),
            matrix(2, address(2, buffers, starts, origins), strides[2][rows], 1),
            finish(origins, buffers, starts, scalars, failed),
            workers);
        return;
      }
      int first = turned ? 1 : 0;
      int second = 1 - first;
      Gemm.Operand a = common[first];
      Gemm.Operand b = common[second];
      product.run(
          a != null ? a : operand(first, origins, buffers, starts, scalars, failed),
          b != null ? b : operand(second, origins, buffers, starts, scalars, failed),
          matrix(2, address(2, buffers, starts, origins), strides[2][rows], 1),
          finish(origins, buffers, starts, scalars, failed),
          workers);
    }

    private Gemm.Operand operand(
        int operand,
        long[] origins,
        Buffer[] buffers,
        long[] starts,
        long[] scalars,
        boolean[] failed) {
      FactorProgram.Placed factor = computed[operand];
      if (operand == 1 && product.windows != null) {
        int first = kernel.firstOfFactor(1);
        int bytes = kernel.dtype().bytes();
        var lines = new Matrix(address(first, buffers, starts, origins), bytes, 0);
        Windows windows = product.windows;
        return (row, rows, depth, deep, scratch, workers) ->
            windows.apart() == 1
                ? lines
                : new Matrix(windows.near(lines.address(), scratch, workers), bytes, 0);
      }
      if (factor == null) {
        Matrix matrix =
            matrix(
                operand,
                address(operand, buffers, starts, origins),
                strides[operand][rows + operand],
                strides[operand][rows + 2]);
        return (row, rows, depth, deep, scratch, workers) -> matrix;
      }
      int first = kernel.firstOfFactor(operand);
      int count = factor.operands();
      return factor.at(places(first, count, origins, buffers, starts), scalars, failed);
    }

    /** Where some accesses begin in a product of the batch; for an index the number there. */
    private long[] places(int first, int count, long[] origins, Buffer[] buffers, long[] starts) {
      long[] places = new long[count];
      for (int k = 0; k < count; k++) {
        boolean index = accesses.get(first + k).kind() == Access.Kind.INDEX;
        places[k] = index ? origins[first + k] : address(first + k, buffers, starts, origins);
      }
      return places;
    }

    private long address(int access, Buffer[] buffers, long[] starts, long[] origins) {
      int bytes = accesses.get(access).dtype().bytes();
      return ((CpuBuffer) buffers[access]).address() + starts[access] + origins[access] * bytes;
    }

    private Gemm.Finish finish(
        long[] origins, Buffer[] buffers, long[] starts, long[] scalars, boolean[] failed) {
      TileProgram.Tiles then = tiles;
      if (then == null) {
        return (row, rows, column, columns) -> {};
      }
      int first = kernel.firstOfEpilogue();
      long[] positions = places(first, origins.length - first, origins, buffers, starts);
      return (row, rows, column, columns) -> {
        if (turned) {
          then.run(positions, scalars, failed, column, columns, row, rows);
        } else {
          then.run(positions, scalars, failed, row, rows, column, columns);
        }
      };
    }
  }
}
