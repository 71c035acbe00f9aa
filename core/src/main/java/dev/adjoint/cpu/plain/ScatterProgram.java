package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.Extents;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Combines elements with those at given positions along an axis. Points that may meet always lie in one part, in order. */
public final class ScatterProgram implements Program {
  private final Kernel.Scatter kernel;
  private final Workers workers;
  private final ScatterRows rows;

  public ScatterProgram(Kernel.Scatter kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    rows = new ScatterRows(kernel.f(), kernel.dtype());
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Extents extents = Extents.of(kernel, geometry);
    ScatterNest nest = ScatterNest.of(geometry, kernel.axis(), workers.size());
    return (buffers, starts, scalars) -> {
      boolean[] failed = new boolean[1];
      var walk =
          new Walk(
              CpuBuffer.data(buffers[0], starts[0]),
              nest.innerStride(0),
              CpuBuffer.data(buffers[1], starts[1]),
              kernel.index() == DType.I64,
              nest.innerStride(1),
              CpuBuffer.data(buffers[2], starts[2]),
              nest.innerStride(2),
              scalars[0],
              scalars[1],
              failed);
      if (walk.standsStill()) {
        extents.check(buffers, starts);
        long to = ((CpuBuffer) buffers[0]).address() + starts[0];
        long from = ((CpuBuffer) buffers[2]).address() + starts[2];
        workers.run(nest.parts(), part -> combineRows(nest, part, walk, to, from));
      } else {
        workers.run(nest.parts(), part -> nest.run(part, row(walk)));
      }
      LoopLaunch.mustNotHaveFailed(kernel, failed);
    };
  }

  /** Combines the rows of a part, of which each has one position, with those of a result at an address. */
  private void combineRows(
      ScatterNest nest, int part, Walk walk, long toAddress, long fromAddress) {
    int bytes = kernel.dtype().bytes();
    long[] bases = new long[3];
    try (LoopCode.Rows code = rows.open(walk.toStride, walk.fromStride, nest.length(part))) {
      nest.run(
          part,
          (to, index, from, _) -> {
            long at = walk.target(to, index, 0);
            if (at >= 0) {
              bases[0] = toAddress + at * bytes;
              bases[1] = fromAddress + from * bytes;
              bases[2] = bases[0];
              code.run(bases);
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
   * The operands and how they move along the inner axis and, for the result, along the indexed axis.
   *
   * @param wide whether positions are i64
   * @param axisSize the size of the indexed axis
   * @param failed where it is left that a position was out of range
   */
  private record Walk(
      MemorySegment to,
      long toStride,
      MemorySegment positions,
      boolean wide,
      long indexStride,
      MemorySegment from,
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
          wide
              ? positions.get(ValueLayout.JAVA_LONG, at << 3)
              : positions.get(ValueLayout.JAVA_INT, at << 2);
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
        byte x = w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride);
        w.to.set(ValueLayout.JAVA_BYTE, at, (byte) (w.to.get(ValueLayout.JAVA_BYTE, at) | x));
      }
    }
  }

  private static void addByte(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte x = w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride);
        w.to.set(ValueLayout.JAVA_BYTE, at, (byte) (w.to.get(ValueLayout.JAVA_BYTE, at) + x));
      }
    }
  }

  private static void addI32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = w.from.get(ValueLayout.JAVA_INT, (from + i * w.fromStride) << 2);
        w.to.set(ValueLayout.JAVA_INT, at, w.to.get(ValueLayout.JAVA_INT, at) + x);
      }
    }
  }

  private static void addI64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = w.from.get(ValueLayout.JAVA_LONG, (from + i * w.fromStride) << 3);
        w.to.set(ValueLayout.JAVA_LONG, at, w.to.get(ValueLayout.JAVA_LONG, at) + x);
      }
    }
  }

  private static void addF32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        float x = w.from.get(ValueLayout.JAVA_FLOAT, (from + i * w.fromStride) << 2);
        w.to.set(ValueLayout.JAVA_FLOAT, at, w.to.get(ValueLayout.JAVA_FLOAT, at) + x);
      }
    }
  }

  private static void addF64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        double x = w.from.get(ValueLayout.JAVA_DOUBLE, (from + i * w.fromStride) << 3);
        w.to.set(ValueLayout.JAVA_DOUBLE, at, w.to.get(ValueLayout.JAVA_DOUBLE, at) + x);
      }
    }
  }

  // What does not change within a loop is decided outside of it, if it is asked in this way.
  private static void foldI32(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = w.from.get(ValueLayout.JAVA_INT, (from + i * w.fromStride) << 2);
        int old = w.to.get(ValueLayout.JAVA_INT, at);
        int next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        w.to.set(ValueLayout.JAVA_INT, at, next);
      }
    }
  }

  private static void foldI64(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = w.from.get(ValueLayout.JAVA_LONG, (from + i * w.fromStride) << 3);
        long old = w.to.get(ValueLayout.JAVA_LONG, at);
        long next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        w.to.set(ValueLayout.JAVA_LONG, at, next);
      }
    }
  }

  private static void foldF32(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        float x = w.from.get(ValueLayout.JAVA_FLOAT, (from + i * w.fromStride) << 2);
        float old = w.to.get(ValueLayout.JAVA_FLOAT, at);
        float next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        w.to.set(ValueLayout.JAVA_FLOAT, at, next);
      }
    }
  }

  private static void foldF64(
      boolean product, boolean largest, Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        double x = w.from.get(ValueLayout.JAVA_DOUBLE, (from + i * w.fromStride) << 3);
        double old = w.to.get(ValueLayout.JAVA_DOUBLE, at);
        double next = product ? old * x : largest ? Math.max(old, x) : Math.min(old, x);
        w.to.set(ValueLayout.JAVA_DOUBLE, at, next);
      }
    }
  }

  private static void putBytes(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte x = w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride);
        w.to.set(ValueLayout.JAVA_BYTE, at, x);
      }
    }
  }

  private static void putShorts(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 1;
      if (at >= 0) {
        short x = w.from.get(ValueLayout.JAVA_SHORT, (from + i * w.fromStride) << 1);
        w.to.set(ValueLayout.JAVA_SHORT, at, x);
      }
    }
  }

  private static void putInts(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int x = w.from.get(ValueLayout.JAVA_INT, (from + i * w.fromStride) << 2);
        w.to.set(ValueLayout.JAVA_INT, at, x);
      }
    }
  }

  private static void putLongs(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long x = w.from.get(ValueLayout.JAVA_LONG, (from + i * w.fromStride) << 3);
        w.to.set(ValueLayout.JAVA_LONG, at, x);
      }
    }
  }
}
