package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.cpu.plain.VectorUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels of one type: plain loops at first, vectors as soon as the JVM has {@linkplain VectorTrial compiled} them.
 * Both give the same bits. Tiles have a multiple of {@link #unit} rows, and one or two vectors of columns.
 */
public final class MicroKernels {
  private static final int WIDTHS = 2;

  private static final MicroKernels F32 = new MicroKernels(DType.F32);
  private static final MicroKernels F64 = new MicroKernels(DType.F64);

  private final DType dtype;
  private final int lanes;
  private final int unit;
  private final int height;
  private final MicroKernel[] plain;
  private final AtomicReferenceArray<@Nullable MicroKernel> vector;
  private final AtomicBoolean[] started;
  private final AtomicBoolean packingStarted = new AtomicBoolean();
  private final long zeros;
  private volatile Packing packing;

  private MicroKernels(DType dtype) {
    this.dtype = dtype;
    int floats = VectorUnit.isUsable() ? VectorUnit.lanes() : 16;
    lanes = floats * 4 / dtype.bytes();
    // The sums of a tile, two vectors of b and the numbers of a, all of which HotSpot loads before
    // it multiplies, share 32
    // registers, or the 16 of machines with 8 lanes. In taller tiles some sums would be kept in
    // memory.
    unit = floats == 8 ? 2 : 4;
    height = 2 * unit;
    int count = height / unit * WIDTHS;
    plain = new MicroKernel[count];
    vector = new AtomicReferenceArray<>(count);
    started = new AtomicBoolean[count];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = new ScalarMicroKernel(dtype, rows(i), columns(i));
      started[i] = new AtomicBoolean();
    }
    zeros = NativeMemory.zeros(2L * lanes * dtype.bytes());
    packing = new Packing(dtype.bytes(), null);
  }

  /** The kernels for F32 or F64. */
  public static MicroKernels of(DType dtype) {
    if (dtype != DType.F32 && dtype != DType.F64) {
      throw new IllegalArgumentException("matmul: no kernel for " + dtype);
    }
    return dtype == DType.F32 ? F32 : F64;
  }

  /** The best way to pack operands that can be used now. */
  Packing packing() {
    if (packingStarted.compareAndSet(false, true)) {
      VectorTrial.request(this::packs);
    }
    return packing;
  }

  /** The columns of one vector. */
  int lanes() {
    return lanes;
  }

  /** Of what the rows of a tile are a multiple. */
  int unit() {
    return unit;
  }

  /** The rows of the largest tile. */
  int height() {
    return height;
  }

  /** The address of a row of zeros, as wide as a tile. */
  long zeros() {
    return zeros;
  }

  /** The best kernel that can be used now, with tiles of a number of rows and columns. */
  MicroKernel best(int rows, int columns) {
    int i = index(rows, columns);
    MicroKernel ready = vector.get(i);
    if (ready == null && started[i].compareAndSet(false, true)) {
      VectorTrial.request(() -> tile(i));
    }
    return ready == null ? plain[i] : ready;
  }

  /** Begins to make ready what most products need. */
  public void prepare() {
    best(height, 2 * lanes);
    packing();
  }

  /** The kernel of plain loops, for comparison. */
  MicroKernel plain(int rows, int columns) {
    return plain[index(rows, columns)];
  }

  /** Whether {@link #best} gives a vector kernel and {@link #packing} uses vectors. */
  boolean isWarm(int rows, int columns) {
    return vector.get(index(rows, columns)) != null && packing.usesVectors();
  }

  private int index(int rows, int columns) {
    int i = (rows / unit - 1) * WIDTHS + columns / lanes - 1;
    if (i < 0 || i >= plain.length || rows(i) != rows || columns(i) != columns) {
      throw new IllegalArgumentException(
          "matmul: no tile has " + rows + " rows and " + columns + " columns");
    }
    return i;
  }

  private int rows(int i) {
    return (i / WIDTHS + 1) * unit;
  }

  private int columns(int i) {
    return (i % WIDTHS + 1) * lanes;
  }

  private VectorTrial tile(int i) {
    MicroKernel kernel = MicroKernelCompiler.compile(dtype, rows(i), i % WIDTHS + 1, lanes);
    long row = (long) columns(i) * dtype.bytes();
    long memory = NativeMemory.zeros((rows(i) + 9) * row);
    return new VectorTrial(
        "a tile of matmul",
        count -> {
          for (int call = 0; call < count; call++) {
            kernel.run(8, memory, 0, 0, memory, row, memory, 0, memory + 9 * row, row);
          }
        },
        () -> vector.set(i, kernel));
  }

  private VectorTrial packs() {
    BlockTransposition turn = TranspositionCompiler.compile(dtype.bytes());
    long row = (long) lanes * dtype.bytes();
    long from = NativeMemory.zeros(2 * lanes * row);
    long to = from + lanes * row;
    return new VectorTrial(
        "the packing of matmul",
        count -> {
          for (int call = 0; call < count; call++) {
            VectorPacking.copyRows(from, row, lanes, (int) row, to, row);
            VectorPacking.copyRows(from, row, lanes, (int) row - 4, to, row);
            turn.run(from, row, to, row);
          }
        },
        () -> packing = new Packing(dtype.bytes(), turn));
  }
}
