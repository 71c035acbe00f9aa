package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.Scratch;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Micro-kernels of machine code, each written when it is first needed. */
final class MachineMicroKernel implements MicroKernel {
  static final MachineMicroKernel F32 = new MachineMicroKernel(DType.F32);
  static final MachineMicroKernel F64 = new MachineMicroKernel(DType.F64);

  /** Sums that two multiply-add units of four cycles need to be busy. */
  private static final int CHAINS = 8;

  private static final int MOST_VECTORS = 4;

  private final DType dtype;
  private final boolean evex = CpuFeatures.HERE.isa() == CpuFeatures.Isa.AVX512;
  private final int lanes;

  /**
   * The rows of the largest tile, which is two vectors wide. With 16 registers, of 256^3 multiply-adds, 6 rows reach 98 % of the
   * limit, 5 rows 93 % and 4 rows 92 %.
   */
  private final int height = evex ? 12 : 6;

  private final AtomicReferenceArray<@Nullable Code> codes;

  private MachineMicroKernel(DType dtype) {
    this.dtype = dtype;
    lanes = (evex ? 64 : 32) / dtype.bytes();
    codes = new AtomicReferenceArray<>((height + 1) * MOST_VECTORS * 2);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int vectors(int rows) {
    return Math.clamp(Math.ceilDiv(CHAINS, Math.max(1, rows)), 2, MOST_VECTORS);
  }

  @Override
  public void run(Matrix a, Strips b, Matrix c, int rows, int columns, int deep, boolean first) {
    int full = columns / b.width();
    int rest = columns % b.width();
    int vectors = b.width() / lanes;
    try (Scratch scratch = Scratch.take()) {
      long block = scratch.room(TileWriter.BYTES);
      put(block, TileWriter.A_ROW, a.rowStride());
      put(block, TileWriter.A_STEP, a.columnStride());
      put(block, TileWriter.B_STRIP, b.stripStride());
      put(block, TileWriter.B_STEP, b.step());
      put(block, TileWriter.C_ROW, c.rowStride());
      put(block, TileWriter.DEEP, deep);
      put(block, TileWriter.FIRST, first ? 1 : 0);
      put(block, TileWriter.A, a.address());
      put(block, TileWriter.B, b.address());
      put(block, TileWriter.C, c.address());
      int tiles = Math.ceilDiv(rows, height);
      int high = Math.ceilDiv(rows, tiles);
      int lower = high * tiles - rows;
      put(block, TileWriter.TILES, tiles - lower);
      put(block, TileWriter.LOWER_TILES, lower);
      if (full > 0) {
        put(block, TileWriter.STRIPS, full);
        code(high, vectors, false).call(block, 0, 0, 0, 0, 0);
      }
      if (rest > 0) {
        int last = Math.ceilDiv(rest, lanes);
        put(block, TileWriter.STRIPS, 1);
        put(block, TileWriter.LAST, rest - (last - 1) * lanes);
        code(high, last, rest < last * lanes).call(block, 0, 0, 0, 0, 0);
      }
    }
  }

  private static void put(long block, int at, long value) {
    ALL.set(JAVA_LONG, block + at, value);
  }

  private Code code(int rows, int vectors, boolean narrow) {
    int i = (rows * MOST_VECTORS + vectors - 1) * 2 + (narrow ? 1 : 0);
    Code ready = codes.get(i);
    if (ready == null) {
      byte[] bytes = TileWriter.write(dtype, evex, rows, vectors, narrow);
      // The operator of strings would cost the first product of a process 20 ms.
      String name =
          new StringBuilder("matmul ")
              .append(dtype.name())
              .append(' ')
              .append(rows)
              .append('x')
              .append(vectors * lanes)
              .toString();
      ready = CodeMemory.install(name, bytes, bytes.length);
      codes.set(i, ready);
    }
    return ready;
  }
}
