package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels of one type. Until the compiler of the JVM has turned a vector kernel into machine code it is a
 * thousand times slower than plain loops, so it is called in the background for as long as that takes, and plain loops with
 * the same bits do the work.
 */
final class MicroKernels {
  /** The block of k: with it a strip of b and a tile of a fit in the first cache. */
  static final int KC = 256;

  /** The distance of the rows of a packed; not a power of two, so that rows spread over the cache. */
  static final int LDA = KC + 16;

  /** The heights of tiles, most efficient first. */
  private static final int[] WIDE_REGISTER_FILE = {12, 8, 4};

  private static final int[] NARROW_REGISTER_FILE = {6, 4};
  private static final long READY_NANOS = 15_000;
  private static final int CALLS_PER_ROUND = 16;
  private static final int ROUNDS_UNTIL_DUE = 400;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

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
    if (ready == null && VectorUnit.isUsable() && started[i].compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("adjoint-matmul-warm-up").start(() -> warmUp(i));
    }
    return ready == null ? plain[i] : ready;
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

  private void warmUp(int i) {
    int height = heights[i];
    MicroKernel kernel = MicroKernelCompiler.compile(dtype, height, lanes);
    Object a = panels.array(height * LDA);
    Object b = panels.array(64 * columns());
    Object c = panels.array(height * columns());
    boolean compiled =
        callUntilFast(
            count -> kernel.run(8 * count, a, 0, b, 0, zeros, 0, 0, c, 0, columns()));
    if (compiled) {
      vector.set(i, kernel);
      if (packingStarted.compareAndSet(false, true)) {
        warmUpPacking();
      }
    }
  }

  private void warmUpPacking() {
    int side = lanes;
    BlockTransposition turn = TranspositionCompiler.compile(dtype);
    Object rows = panels.array(64 * columns());
    Object turned = panels.array(64 * columns());
    MemorySegment memory = Arena.ofAuto().allocate(64L * columns() * dtype.bytes(), 64);
    boolean compiled =
        callUntilFast(
            count -> {
              panels.packStrips(memory, 0, columns(), 8 * count, 1, rows, 0, 64 * columns());
              panels.load(memory, 0, columns(), 8 * count, columns(), rows, 0, columns(), true);
              panels.store(rows, 0, columns(), 8 * count, columns(), memory, 0, columns(), true);
              for (int call = 0; call < count; call++) {
                turn.fromMemory(memory, 0, 4L * side * dtype.bytes(), turned, 0, side);
                turn.fromArray(rows, 0, side, turned, 0, side);
              }
            });
    if (compiled) {
      packing = new Packing(panels, columns(), turn);
    }
  }

  /** Calls code, which does {@code count} small pieces of work, until 8 pieces are fast; false if that never happens. */
  private static boolean callUntilFast(IntConsumer code) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    int quick = 0;
    for (int round = 0; quick < 3; round++) {
      for (int call = 0; call < CALLS_PER_ROUND; call++) {
        code.accept(1);
      }
      long start = System.nanoTime();
      code.accept(8);
      long now = System.nanoTime();
      quick = now - start < READY_NANOS ? quick + 1 : 0;
      if (now - end > 0) {
        System.getLogger("dev.adjoint")
            .log(System.Logger.Level.WARNING, "cpu: the JVM has not compiled the vectors of matmul; plain loops stay");
        return false;
      }
      if (round > ROUNDS_UNTIL_DUE && quick == 0) {
        // The compiler has been asked; more calls would only take the processor from it.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return true;
  }
}
