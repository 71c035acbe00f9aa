package dev.adjoint.cpu;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batched matrix products. */
final class MatMulProgram implements Program {
  private static final long TASK_WORK = 1 << 19;

  private final Kernel.MatMul kernel;
  private final Workers workers;
  private final List<Access> accesses;
  private final @Nullable TileProgram epilogue;

  MatMulProgram(Kernel.MatMul kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    accesses = kernel.accesses();
    epilogue = kernel.epilogue() == null ? null : new TileProgram(kernel.epilogue());
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Batches batches = Batches.of(geometry);
    int rank = geometry.sizes().length;
    int n = geometry.sizes()[rank - 2];
    int k = geometry.sizes()[rank - 1];
    long[][] strides = geometry.strides();
    if (n > 1 && strides[2][rank - 2] != 1) {
      throw new IllegalArgumentException(
          "matmul: the result has stride " + strides[2][rank - 2] + " along n, not 1");
    }
    var left = matrix(0, strides[0][rank - 3], strides[0][rank - 1]);
    var right = matrix(0, strides[1][rank - 2], strides[1][rank - 1]);
    if (batches.m > 1 && strides[2][rank - 3] < 0) {
      throw new IllegalArgumentException(
          "matmul: the result has a negative stride along m, " + strides[2][rank - 3]);
    }
    int groups = groups(batches.count, (long) batches.m * n * Math.max(1, k));
    var product =
        new Gemm(kernel.dtype(), batches.m, n, k, left, right, groups > 0 ? 1 : workers.size());
    TileProgram.Tiles tiles = null;
    if (epilogue != null) {
      int count = accesses.size() - 3;
      long[] rowStrides = new long[count];
      long[] columnStrides = new long[count];
      for (int e = 0; e < count; e++) {
        rowStrides[e] = strides[3 + e][rank - 3];
        columnStrides[e] = strides[3 + e][rank - 2];
      }
      tiles = epilogue.prepare(rowStrides, columnStrides);
    }
    Extents extents = Extents.of(kernel, geometry);
    return new MatMulLaunch(batches, product, tiles, extents, strides, geometry.offsets(), groups);
  }

  private Gemm.Matrix matrix(long address, long rowStride, long columnStride) {
    int bytes = kernel.dtype().bytes();
    return new Gemm.Matrix(address, rowStride * bytes, columnStride * bytes);
  }

  /** The number of tasks that a batch of small products is cut into, or 0 if each product is cut instead. */
  private int groups(int count, long work) {
    if (count < 4 || work > 8 * TASK_WORK) {
      return 0;
    }
    return Math.clamp(work * count / TASK_WORK, 1, Math.min(4 * workers.size(), count));
  }

  /** The batch axes that are left when those that extend m have been merged into it. */
  private record Batches(int[] sizes, int m, int count) {
    static Batches of(Geometry geometry) {
      int[] sizes = geometry.sizes();
      int rank = sizes.length;
      int axes = rank - 3;
      int m = sizes[rank - 3];
      while (axes > 0 && extendsRows(geometry, axes - 1, m)) {
        axes--;
        m *= sizes[axes];
      }
      int count = 1;
      var kept = new ArrayList<Integer>();
      for (int a = 0; a < axes; a++) {
        kept.add(sizes[a]);
        count = Math.multiplyExact(count, sizes[a]);
      }
      return new Batches(kept.stream().mapToInt(Integer::intValue).toArray(), m, count);
    }

    /** Whether a batch axis of a shared second operand only continues the rows of all others. */
    private static boolean extendsRows(Geometry geometry, int axis, int m) {
      int size = geometry.sizes()[axis];
      if ((long) m * size > Integer.MAX_VALUE) {
        return false;
      }
      if (size == 1) {
        return true;
      }
      int rows = geometry.sizes().length - 3;
      for (int a = 0; a < geometry.strides().length; a++) {
        long[] strides = geometry.strides()[a];
        if (strides[axis] != (a == 1 ? 0 : strides[rows] * m)) {
          return false;
        }
      }
      return true;
    }
  }

  private final class MatMulLaunch implements Launch {
    private final Batches batches;
    private final Gemm product;
    private final TileProgram.@Nullable Tiles tiles;
    private final Extents extents;
    private final long[][] strides;
    private final long[] offsets;
    private final int groups;

    MatMulLaunch(
        Batches batches,
        Gemm product,
        TileProgram.@Nullable Tiles tiles,
        Extents extents,
        long[][] strides,
        long[] offsets,
        int groups) {
      this.batches = batches;
      this.product = product;
      this.tiles = tiles;
      this.extents = extents;
      this.strides = strides;
      this.offsets = offsets;
      this.groups = groups;
    }

    @Override
    public void run(Buffer[] buffers, long[] starts, long[] scalars) {
      extents.check(buffers, starts);
      boolean[] failed = new boolean[1];
      if (groups == 0) {
        for (int b = 0; b < batches.count; b++) {
          item(b, buffers, starts, scalars, failed);
        }
      } else {
        workers.run(
            groups,
            group -> {
              int low = (int) ((long) batches.count * group / groups);
              int high = (int) ((long) batches.count * (group + 1) / groups);
              for (int b = low; b < high; b++) {
                item(b, buffers, starts, scalars, failed);
              }
            });
      }
      LoopLaunch.mustNotHaveFailed(kernel, failed);
    }

    private void item(
        int batch, Buffer[] buffers, long[] starts, long[] scalars, boolean[] failed) {
      long[] origins = new long[strides.length];
      int rest = batch;
      for (int axis = batches.sizes.length - 1; axis >= 0; axis--) {
        int index = rest % batches.sizes[axis];
        rest /= batches.sizes[axis];
        for (int a = 0; a < origins.length; a++) {
          origins[a] += index * strides[a][axis];
        }
      }
      for (int a = 0; a < origins.length; a++) {
        origins[a] += offsets[a];
      }
      int rank = strides[0].length;
      product.run(
          matrix(address(0, buffers, starts, origins), strides[0][rank - 3], strides[0][rank - 1]),
          matrix(address(1, buffers, starts, origins), strides[1][rank - 2], strides[1][rank - 1]),
          matrix(address(2, buffers, starts, origins), strides[2][rank - 3], 1),
          finish(origins, buffers, starts, scalars, failed),
          workers);
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
      int count = origins.length - 3;
      long[] positions = new long[count];
      for (int e = 0; e < count; e++) {
        Access access = accesses.get(3 + e);
        if (access.kind() == Access.Kind.INDEX) {
          positions[e] = origins[3 + e];
        } else {
          positions[e] = address(3 + e, buffers, starts, origins);
        }
      }
      return (row, rows, column, columns) ->
          then.run(positions, scalars, failed, row, rows, column, columns);
    }
  }
}
