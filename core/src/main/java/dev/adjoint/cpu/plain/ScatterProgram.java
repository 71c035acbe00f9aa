package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.Extents;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Combines elements with those at given positions along an axis. Points that may meet always lie in one part, in order. */
public final class ScatterProgram implements Program {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private final Kernel.Scatter kernel;
  private final Workers workers;
  private final ScatterRows rows;

  /** What runs over elements that are combined with those of a line, or null if there is no code for them. */
  private final @Nullable ScatterCode code;

  public ScatterProgram(Kernel.Scatter kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    rows = new ScatterRows(kernel.f(), kernel.dtype());
    code = ScatterCode.of(kernel);
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Extents extents = Extents.of(kernel, geometry);
    ScatterNest nest = ScatterNest.of(geometry, kernel.axis(), workers.size());
    return (buffers, starts, scalars) -> {
      boolean[] failed = new boolean[1];
      var walk =
          new Walk(
              address(buffers, starts, 0),
              nest.innerStride(0),
              address(buffers, starts, 1),
              kernel.index() == DType.I64,
              nest.innerStride(1),
              address(buffers, starts, 2),
              nest.innerStride(2),
              scalars[0],
              scalars[1],
              failed);
      extents.check(buffers, starts);
      if (walk.standsStill()) {
        workers.run(nest.parts(), part -> combineRows(nest, part, walk));
      } else {
        ScatterCode code = walk.toStride == 0 && walk.axisStride == 1 ? this.code : null;
        ScatterNest.Row row = row(walk);
        workers.run(
            nest.parts(),
            code == null
                ? part -> nest.run(part, row)
                : part -> runLines(nest, part, code, walk, row));
      }
      LoopLaunch.mustNotHaveFailed(kernel, failed);
    };
  }

  private static long address(Buffer[] buffers, long[] starts, int operand) {
    return ((CpuBuffer) buffers[operand]).address() + starts[operand];
  }

  /** Combines the rows of a part, of which each has one position, with those of a result. */
  private void combineRows(ScatterNest nest, int part, Walk walk) {
    int bytes = kernel.dtype().bytes();
    try (RowPairs pairs = rows.open(walk.toStride, walk.fromStride, nest.length(part))) {
      nest.run(
          part,
          (to, index, from, _) -> {
            long at = walk.target(to, index, 0);
            if (at >= 0) {
              pairs.combine(walk.to + at * bytes, walk.from + from * bytes);
            }
          });
    }
  }

  /** Runs a part by machine code, but for points whose position is out of range, which are done with all behind them. */
  private void runLines(
      ScatterNest nest, int part, ScatterCode code, Walk w, ScatterNest.Row others) {
    long bytes = kernel.dtype().bytes();
    try (ScatterCode.Lines lines =
        code.open(w.axisSize, w.indexStride * Long.BYTES, w.fromStride * bytes)) {
      nest.run(
          part,
          (to, index, from, n) -> {
            long positions = w.positions + index * Long.BYTES;
            int done = lines.run(w.to + to * bytes, positions, w.from + from * bytes, n);
            if (done < n) {
              others.run(to, index + done * w.indexStride, from + done * w.fromStride, n - done);
            }
          });
    }
  }

  private ScatterNest.Row row(Walk walk) {
    return switch (kernel.f()) {
      case ADD -> adding(walk);
      case MUL, MAX, MIN -> folding(walk);
      case PUT -> putting(walk);
    };
  }

  private ScatterNest.Row adding(Walk walk) {
    return switch (kernel.dtype()) {
      case BOOL -> (to, index, from, n) -> addBool(walk, to, index, from, n);
      case U8, I8 -> (to, index, from, n) -> addByte(walk, to, index, from, n);
      case I32 -> (to, index, from, n) -> addI32(walk, to, index, from, n);
      case I64 -> (to, index, from, n) -> addI64(walk, to, index, from, n);
      case F32 -> (to, index, from, n) -> addF32(walk, to, index, from, n);
      case F64 -> (to, index, from, n) -> addF64(walk, to, index, from, n);
      case F16, BF16 -> throw new IllegalArgumentException("no kernel for " + kernel);
    };
  }

  private ScatterNest.Row folding(Walk walk) {
    boolean product = kernel.f() == ScatterOp.MUL;
    boolean largest = kernel.f() == ScatterOp.MAX;
    return switch (kernel.dtype()) {
      case I32 -> (to, index, from, n) -> foldI32(product, largest, walk, to, index, from, n);
      case I64 -> (to, index, from, n) -> foldI64(product, largest, walk, to, index, from, n);
      case F32 -> (to, index, from, n) -> foldF32(product, largest, walk, to, index, from, n);
      case F64 -> (to, index, from, n) -> foldF64(product, largest, walk, to, index, from, n);
      case BOOL, U8, I8, F16, BF16 -> throw new IllegalArgumentException("no kernel for " + kernel);
    };
  }

  private ScatterNest.Row putting(Walk walk) {
    return switch (kernel.dtype()) {
      case BOOL, U8, I8 -> (to, index, from, n) -> putBytes(walk, to, index, from, n);
      case F16, BF16 -> (to, index, from, n) -> putShorts(walk, to, index, from, n);
      case I32, F32 -> (to, index, from, n) -> putInts(walk, to, index, from, n);
      case I64, F64 -> (to, index, from, n) -> putLongs(walk, to, index, from, n);
    };
  }

  /**
   * Where the operands are, and how they move along the inner axis and, for the result, along the indexed axis.
   *
   * @param wide whether positions are i64
   * @param axisSize the size of the indexed axis
   * @param failed where it is left that a position was out of range
   */
  private record Walk(
      long to,
      long toStride,
      long positions,
      boolean wide,
      long indexStride,
      long from,
      long fromStride,
      long axisStride,
      long axisSize,
      boolean[] failed) {
    /** Whether all points of a row have one position, and are combined with different elements. */
    boolean standsStill() {
      return indexStride == 0 && toStride != 0;
    }

    /** The element of the result that point i of a row is combined with, or -1 if its position is out of range. */
    long target(long to, long index, int i) {
      long at = index + i * indexStride;
      long position =
          wide ? ALL.get(LONG, positions + (at << 3)) : ALL.get(INT, positions + (at << 2));
      if (Scalars.check(position, axisSize, 1, failed) == 0) {
        return -1;
      }
      return to + i * toStride + position * axisStride;
    }
  }

  private static void addBool(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte x = ALL.get(BYTE, w.from + from + i * w.fromStride);
        ALL.set(BYTE, w.to + at, (byte) (ALL.get(BYTE, w.to + at) | x));
      }
    }
  }

  private static void addByte(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte x = ALL.get(BYTE, w.from + from + i * w.fromStride);
        ALL.set(BYTE, w.to + at, (byte) (ALL.get(BYTE, w.to + at) + x));
      }
    }
  }

  private static void addI32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = ALL.get(INT, w.from + ((from + i * w.fromStride) << 2));
        ALL.set(INT, w.to + at, ALL.get(INT, w.to + at) + x);
      }
    }
  }

  private static void addI64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = ALL.get(LONG, w.from + ((from + i * w.fromStride) << 3));
        ALL.set(LONG, w.to + at, ALL.get(LONG, w.to + at) + x);
      }
    }
  }

  private static void addF32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        float x = ALL.get(FLOAT, w.from + ((from + i * w.fromStride) << 2));
        ALL.set(FLOAT, w.to + at, ALL.get(FLOAT, w.to + at) + x);
      }
    }
  }

  private static void addF64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        double x = ALL.get(DOUBLE, w.from + ((from + i * w.fromStride) << 3));
        ALL.set(DOUBLE, w.to + at, ALL.get(DOUBLE, w.to + at) + x);
      }
    }
  }

  // What does not change within a loop is decided outside of it, if it is asked in this way.
  private static void foldI32(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = ALL.get(INT, w.from + ((from + i * w.fromStride) << 2));
        int old = ALL.get(INT, w.to + at);
        int next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        ALL.set(INT, w.to + at, next);
      }
    }
  }

  private static void foldI64(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = ALL.get(LONG, w.from + ((from + i * w.fromStride) << 3));
        long old = ALL.get(LONG, w.to + at);
        long next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        ALL.set(LONG, w.to + at, next);
      }
    }
  }

  private static void foldF32(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        float x = ALL.get(FLOAT, w.from + ((from + i * w.fromStride) << 2));
        float old = ALL.get(FLOAT, w.to + at);
        float next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        ALL.set(FLOAT, w.to + at, next);
      }
    }
  }

  private static void foldF64(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        double x = ALL.get(DOUBLE, w.from + ((from + i * w.fromStride) << 3));
        double old = ALL.get(DOUBLE, w.to + at);
        double next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        ALL.set(DOUBLE, w.to + at, next);
      }
    }
  }

  private static void putBytes(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte x = ALL.get(BYTE, w.from + from + i * w.fromStride);
        ALL.set(BYTE, w.to + at, x);
      }
    }
  }

  private static void putShorts(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 1;
      if (at >= 0) {
        short x = ALL.get(SHORT, w.from + ((from + i * w.fromStride) << 1));
        ALL.set(SHORT, w.to + at, x);
      }
    }
  }

  private static void putInts(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = ALL.get(INT, w.from + ((from + i * w.fromStride) << 2));
        ALL.set(INT, w.to + at, x);
      }
    }
  }

  private static void putLongs(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = ALL.get(LONG, w.from + ((from + i * w.fromStride) << 3));
        ALL.set(LONG, w.to + at, x);
      }
    }
  }
}
