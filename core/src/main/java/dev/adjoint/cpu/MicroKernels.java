package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels of one type: plain loops at first, vectors as soon as the JVM has {@linkplain VectorTrial compiled} them.
 * Both give the same bits.
 */
final class MicroKernels {
  /** The largest block of k: with it a strip of b and a tile of a fit in the first cache. A multiple of it is near 784. */
  static final int KC = 272;

  /** The distance of the rows of a packed; not a power of two, so that rows spread over the cache. */
  static final int LDA = KC + 16;

  /** The heights of tiles, most efficient first. */
  private static final int[] WIDE_REGISTER_FILE = {12, 8, 4};

  private static final int[] NARROW_REGISTER_FILE = {6, 4};

  private static final MicroKernels F32 = new MicroKernels(DType.F32, new FloatPanels());
  private static final MicroKernels F64 = new MicroKernels(DType.F64, new DoublePanels());

  private final DType dtype;
  private final Panels panels;
  private final int lanes;
  private final int[] heights;
  private final MicroKernel[] plain;
  private final AtomicReferenceArray<@Nullable MicroKernel> vector;
  private final AtomicBoolean[] started;
  private final AtomicBoolean packingStarted = new AtomicBoolean();
  private final Object zeros;
  private volatile Packing packing;

  private MicroKernels(DType dtype, Panels panels) {
    this.dtype = dtype;
    this.panels = panels;
    int floats = VectorUnit.isUsable() ? VectorUnit.lanes() : 16;
    lanes = floats * 4 / dtype.bytes();
    heights = floats == 8 ? NARROW_REGISTER_FILE : WIDE_REGISTER_FILE;
    plain = new MicroKernel[heights.length];
    vector = new AtomicReferenceArray<>(heights.length);
    started = new AtomicBoolean[heights.length];
    for (int i = 0; i < heights.length; i++) {
      plain[i] = new ScalarMicroKernel(dtype, heights[i], 2 * lanes);
      started[i] = new AtomicBoolean();
    }
    zeros = panels.array(2 * lanes);
    packing = new Packing(panels, 2 * lanes, null);
  }

  /** The kernels for F32 or F64. */
  static MicroKernels of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case F64 -> F64;
      case BOOL, U8, I32, I64 -> throw new IllegalArgumentException("matmul: no kernel for " + dtype);
    };
  }

  /** How elements get into the arrays of the kernels. */
  Panels panels() {
    return panels;
  }

  /** The best way to pack operands that can be used now. */
  Packing packing() {
    return packing;
  }

  /** The width of a tile. */
  int columns() {
    return 2 * lanes;
  }

  /** The heights of tiles that there are. */
  int[] heights() {
    return heights.clone();
  }

  /** A row of zeros, as wide as a tile. */
  Object zeros() {
    return zeros;
  }

  /** The best kernel with tiles of a height that can be used now. */
  MicroKernel best(int height) {
    int i = index(height);
    MicroKernel ready = vector.get(i);
    if (ready == null && started[i].compareAndSet(false, true)) {
      VectorTrial.request(() -> tile(i));
      if (packingStarted.compareAndSet(false, true)) {
        VectorTrial.request(this::packs);
      }
    }
    return ready == null ? plain[i] : ready;
  }

  /** Begins to make the vector kernels of the two best heights ready. */
  void prepare() {
    best(heights[0]);
    best(heights[1]);
  }

  /** The kernel of plain loops, for comparison. */
  MicroKernel plain(int height) {
    return plain[index(height)];
  }

  /** Whether {@link #best} gives a vector kernel and {@link #packing} uses vectors. */
  boolean isWarm(int height) {
    return vector.get(index(height)) != null && packing.usesVectors();
  }

  private int index(int height) {
    for (int i = 0; i < heights.length; i++) {
      if (heights[i] == height) {
        return i;
      }
    }
    throw new IllegalArgumentException("matmul: no tile has " + height + " rows");
  }

  private VectorTrial tile(int i) {
    int height = heights[i];
    MicroKernel kernel = MicroKernelCompiler.compile(dtype, height, lanes);
    Object a = panels.array(height * LDA);
    Object b = panels.array(64 * columns());
    Object c = panels.array(height * columns());
    return new VectorTrial(
        "a tile of matmul",
        count -> kernel.run(8 * count, a, 0, b, 0, zeros, 0, 0, c, 0, columns()),
        () -> vector.set(i, kernel));
  }

  private VectorTrial packs() {
    int side = lanes;
    BlockTransposition turn = TranspositionCompiler.compile(dtype);
    Object rows = panels.array(64 * columns());
    Object turned = panels.array(64 * columns());
    MemorySegment memory = Arena.ofAuto().allocate(64L * columns() * dtype.bytes(), 64);
    return new VectorTrial(
        "the packing of matmul",
        count -> {
          panels.packStrips(memory, 0, columns(), 8 * count, 1, rows, 0, 64 * columns());
          panels.load(memory, 0, columns(), 8 * count, columns(), rows, 0, columns(), true);
          panels.store(rows, 0, columns(), 8 * count, columns(), memory, 0, columns(), true);
          for (int call = 0; call < count; call++) {
            turn.fromMemory(memory, 0, 4L * side * dtype.bytes(), turned, 0, side);
            turn.fromArray(rows, 0, side, turned, 0, side);
          }
        },
        () -> packing = new Packing(panels, columns(), turn));
  }
}
