package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.Extents;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds along an axis at given positions. Points that may meet in one element always lie in one part, in order. */
public final class ScatterAddProgram implements Program {
  private final Kernel.ScatterAdd kernel;
  private final Workers workers;
  private final ScatterRows rows;

  public ScatterAddProgram(Kernel.ScatterAdd kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    rows = new ScatterRows(kernel.dtype());
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
        workers.run(nest.parts(), part -> addRows(nest, part, walk, to, from));
      } else {
        workers.run(nest.parts(), part -> nest.run(part, row(walk)));
      }
      LoopLaunch.mustNotHaveFailed(kernel, failed);
    };
  }

  /** Adds the rows of a part, of which each has one position, to a result at an address. */
  private void addRows(ScatterNest nest, int part, Walk walk, long toAddress, long fromAddress) {
    int bytes = kernel.dtype().bytes();
    long[] bases = new long[3];
    try (LoopCode.Rows adder = rows.open(walk.toStride, walk.fromStride, nest.length(part))) {
      nest.run(
          part,
          (to, index, from, _) -> {
            long at = walk.target(to, index, 0);
            if (at >= 0) {
              bases[0] = toAddress + at * bytes;
              bases[1] = fromAddress + from * bytes;
              bases[2] = bases[0];
              adder.run(bases);
            }
          });
    }
  }

  private ScatterNest.Row row(Walk walk) {
    return switch (kernel.dtype()) {
      case BOOL -> (to, index, from, n) -> addBool(walk, to, index, from, n);
      case U8, I8 -> (to, index, from, n) -> addByte(walk, to, index, from, n);
      case I32 -> (to, index, from, n) -> addI32(walk, to, index, from, n);
      case I64 -> (to, index, from, n) -> addI64(walk, to, index, from, n);
      case F32 -> (to, index, from, n) -> addF32(walk, to, index, from, n);
      case F64 -> (to, index, from, n) -> addF64(walk, to, index, from, n);
      case F16, BF16 ->
          throw new IllegalArgumentException("scatterAdd: no kernel for " + kernel.dtype());
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
    /** Whether all points of a row have one position, and are added to different elements. */
    boolean standsStill() {
      return indexStride == 0 && toStride != 0;
    }

    /** The element of the result that point i of a row is added to, or -1 if its position is out of range. */
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
        byte addend = w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride);
        w.to.set(ValueLayout.JAVA_BYTE, at, (byte) (w.to.get(ValueLayout.JAVA_BYTE, at) | addend));
      }
    }
  }

  private static void addByte(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      if (at >= 0) {
        byte addend = w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride);
        w.to.set(ValueLayout.JAVA_BYTE, at, (byte) (w.to.get(ValueLayout.JAVA_BYTE, at) + addend));
      }
    }
  }

  private static void addI32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        int addend = w.from.get(ValueLayout.JAVA_INT, (from + i * w.fromStride) << 2);
        w.to.set(ValueLayout.JAVA_INT, at, w.to.get(ValueLayout.JAVA_INT, at) + addend);
      }
    }
  }

  private static void addI64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        long addend = w.from.get(ValueLayout.JAVA_LONG, (from + i * w.fromStride) << 3);
        w.to.set(ValueLayout.JAVA_LONG, at, w.to.get(ValueLayout.JAVA_LONG, at) + addend);
      }
    }
  }

  private static void addF32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      if (at >= 0) {
        float addend = w.from.get(ValueLayout.JAVA_FLOAT, (from + i * w.fromStride) << 2);
        w.to.set(ValueLayout.JAVA_FLOAT, at, w.to.get(ValueLayout.JAVA_FLOAT, at) + addend);
      }
    }
  }

  private static void addF64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      if (at >= 0) {
        double addend = w.from.get(ValueLayout.JAVA_DOUBLE, (from + i * w.fromStride) << 3);
        w.to.set(ValueLayout.JAVA_DOUBLE, at, w.to.get(ValueLayout.JAVA_DOUBLE, at) + addend);
      }
    }
  }
}
