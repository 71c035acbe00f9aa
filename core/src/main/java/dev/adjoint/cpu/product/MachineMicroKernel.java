package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Dot;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.product.TileWriter.Listed;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Micro-kernels of machine code, each written when it is first needed. */
class MachineMicroKernel implements MicroKernel {
  private static final int LISTED = Listed.values().length;

  /** What turned highest bits add to a group of bytes. */
  private static final int OFFSET = 0x80808080;

  private final Isa isa;
  private final DType dtype;

  /** What an element of the operands is, and so a step along k. */
  private final Dot dot;

  private final int lanes;

  /**
   * The rows of the largest tile. With 16 registers, of 256^3 multiply-adds, 6 rows of two vectors reach 98 % of the limit, 5
   * rows 93 % and 4 rows 92 %. With 32 registers of NEON, 6 rows of four vectors need the fewest loads for a multiply-add. That
   * is a count; no processor of the kind was measured.
   */
  private final int height;

  /** Sums that all multiply-add units need to be busy: two of four cycles, or four of them with NEON. */
  private final int chains;

  private final int leastVectors;
  private final int mostVectors;
  private final AtomicReferenceArray<@Nullable Code> codes;

  MachineMicroKernel(Isa isa, DType dtype) {
    this(isa, dtype, Dot.SINGLE);
  }

  private MachineMicroKernel(Isa isa, DType dtype, Dot dot) {
    this.isa = isa;
    this.dtype = dtype;
    this.dot = dot;
    boolean neon = isa == Isa.NEON;
    lanes = code().vector / dtype.bytes();
    height = isa == Isa.AVX512 ? 12 : 6;
    chains = neon ? 16 : 8;
    leastVectors = neon ? 4 : 2;
    mostVectors = 2 * leastVectors;
    codes = new AtomicReferenceArray<>(index(height + 1, 1, 0, Listed.NOTHING));
  }

  /** A kernel whose operands are groups of numbers: for a result of f32 if these are bf16, and else of i32. */
  static MicroKernel of(Dot dot) {
    return new MachineMicroKernel(Isa.AVX512, dot == Dot.BF16 ? DType.F32 : DType.I32, dot);
  }

  private MatrixCode code() {
    return dot == Dot.SINGLE ? MatrixCode.of(isa, dtype.bytes()) : MatrixCode.of(dot);
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
    return Math.clamp(Math.ceilDiv(chains, Math.max(1, rows)), leastVectors, mostVectors);
  }

  @Override
  public void run(Rows a, Strips b, Matrix c, int rows, int columns, int deep, boolean first) {
    Listed listed =
        a.list() != 0 ? Listed.STEPS_OF_A : b.list() != 0 ? Listed.ROWS_OF_B : Listed.NOTHING;
    int full = columns / b.width();
    int rest = columns % b.width();
    int vectors = b.width() / lanes;
    try (Scratch scratch = Scratch.take()) {
      long block = scratch.room(TileWriter.BYTES);
      put(block, TileWriter.A_ROW, a.matrix().rowStride());
      put(block, TileWriter.A_STEP, a.matrix().columnStride());
      put(block, TileWriter.B_STRIP, b.stripStride());
      put(block, TileWriter.B_STEP, b.step());
      put(block, TileWriter.C_ROW, c.rowStride());
      put(block, TileWriter.B_LIST, b.list());
      put(block, TileWriter.A_LIST, a.list());
      put(block, TileWriter.DEEP, deep);
      put(block, TileWriter.FIRST, first ? 1 : 0);
      put(block, TileWriter.OFFSET, OFFSET);
      put(block, TileWriter.A, a.matrix().address());
      put(block, TileWriter.B, b.address());
      put(block, TileWriter.C, c.address());
      int tiles = Math.ceilDiv(rows, height);
      int high = Math.ceilDiv(rows, tiles);
      int lower = high * tiles - rows;
      put(block, TileWriter.TILES, tiles - lower);
      put(block, TileWriter.LOWER_TILES, lower);
      if (full > 0) {
        put(block, TileWriter.STRIPS, full);
        call(block, high, vectors, 0, listed);
      }
      if (rest > 0) {
        int last = Math.ceilDiv(rest, lanes);
        put(block, TileWriter.B, b.address() + full * b.stripStride());
        put(block, TileWriter.C, c.at(0, full * b.width()));
        put(block, TileWriter.STRIPS, 1);
        put(block, TileWriter.LAST, rest - (last - 1) * lanes);
        call(block, high, last, rest % lanes, listed);
      }
    }
  }

  private static void put(long block, int at, long value) {
    ALL.set(JAVA_LONG, block + at, value);
  }

  /** Calls the code for an edge of some elements, or of none, with its arguments. */
  void call(long block, int rows, int vectors, int edge, Listed listed) {
    int i = index(rows, vectors, edge, listed);
    Code ready = codes.get(i);
    if (ready == null) {
      byte[] bytes = TileWriter.write(code(), rows, vectors, edge, listed);
      // The operator of strings would cost the first product of a process 20 ms.
      String name =
          new StringBuilder("matmul ")
              .append(dot == Dot.SINGLE ? dtype.name() : dot.name())
              .append(' ')
              .append(rows)
              .append('x')
              .append(vectors * lanes)
              .toString();
      ready = CodeMemory.install(name, bytes, bytes.length);
      codes.set(i, ready);
    }
    ready.call(block, 0, 0, 0, 0, 0);
  }

  /** The number of a code: NEON has no masks and so, besides that for whole vectors, one for each number of elements. */
  private int index(int rows, int vectors, int edge, Listed listed) {
    int edges = isa == Isa.NEON ? lanes : 2;
    int plain = (rows * mostVectors + vectors - 1) * edges + Math.min(edge, edges - 1);
    return LISTED * plain + listed.ordinal();
  }
}
