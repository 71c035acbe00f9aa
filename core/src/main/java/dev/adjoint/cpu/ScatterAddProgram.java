package dev.adjoint.cpu;

import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds along an axis at given positions. Points that may meet in one element always lie in one part, in order. */
final class ScatterAddProgram implements Program {
  private final Kernel.ScatterAdd kernel;
  private final Workers workers;

  ScatterAddProgram(Kernel.ScatterAdd kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    IndexedNest nest = IndexedNest.of(geometry, kernel.axis());
    return (buffers, starts, scalars) -> {
      var positions =
          IndexedNest.Positions.of(
              scalars[1], kernel.index(), GatherProgram.data(buffers[1], starts[1]));
      var walk =
          new Walk(
              GatherProgram.data(buffers[0], starts[0]),
              nest.innerStride(0),
              positions,
              nest.innerStride(1),
              GatherProgram.data(buffers[2], starts[2]),
              nest.innerStride(2),
              scalars[0]);
      workers.run(nest.parts(), part -> nest.run(part, row(walk)));
    };
  }

  private IndexedNest.Row row(Walk walk) {
    return switch (kernel.dtype()) {
      case BOOL -> (to, index, from, n) -> addBool(walk, to, index, from, n);
      case U8 -> (to, index, from, n) -> addU8(walk, to, index, from, n);
      case I32 -> (to, index, from, n) -> addI32(walk, to, index, from, n);
      case I64 -> (to, index, from, n) -> addI64(walk, to, index, from, n);
      case F32 -> (to, index, from, n) -> addF32(walk, to, index, from, n);
      case F64 -> (to, index, from, n) -> addF64(walk, to, index, from, n);
    };
  }

  /** The operands and how they move along the inner axis and, for the result, along the indexed axis. */
  private record Walk(
      MemorySegment to,
      long toStride,
      IndexedNest.Positions positions,
      long indexStride,
      MemorySegment from,
      long fromStride,
      long axisStride) {
    /** The element of the result that point i of a row is added to. */
    long target(long to, long index, int i) {
      return to + i * toStride + positions.at(index + i * indexStride) * axisStride;
    }
  }

  private static void addBool(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      byte sum =
          (byte)
              (w.to.get(ValueLayout.JAVA_BYTE, at)
                  | w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride));
      w.to.set(ValueLayout.JAVA_BYTE, at, sum);
    }
  }

  private static void addU8(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i);
      byte sum =
          (byte)
              (w.to.get(ValueLayout.JAVA_BYTE, at)
                  + w.from.get(ValueLayout.JAVA_BYTE, from + i * w.fromStride));
      w.to.set(ValueLayout.JAVA_BYTE, at, sum);
    }
  }

  private static void addI32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      int addend = w.from.get(ValueLayout.JAVA_INT, (from + i * w.fromStride) << 2);
      w.to.set(ValueLayout.JAVA_INT, at, w.to.get(ValueLayout.JAVA_INT, at) + addend);
    }
  }

  private static void addI64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      long addend = w.from.get(ValueLayout.JAVA_LONG, (from + i * w.fromStride) << 3);
      w.to.set(ValueLayout.JAVA_LONG, at, w.to.get(ValueLayout.JAVA_LONG, at) + addend);
    }
  }

  private static void addF32(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 2;
      float addend = w.from.get(ValueLayout.JAVA_FLOAT, (from + i * w.fromStride) << 2);
      w.to.set(ValueLayout.JAVA_FLOAT, at, w.to.get(ValueLayout.JAVA_FLOAT, at) + addend);
    }
  }

  private static void addF64(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long at = w.target(to, index, i) << 3;
      double addend = w.from.get(ValueLayout.JAVA_DOUBLE, (from + i * w.fromStride) << 3);
      w.to.set(ValueLayout.JAVA_DOUBLE, at, w.to.get(ValueLayout.JAVA_DOUBLE, at) + addend);
    }
  }
}
