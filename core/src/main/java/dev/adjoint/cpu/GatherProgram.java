package dev.adjoint.cpu;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads along an axis at given positions; elements are copied as bits. */
final class GatherProgram implements Program {
  private final Kernel.Gather kernel;
  private final Workers workers;

  GatherProgram(Kernel.Gather kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    IndexedNest nest = IndexedNest.of(geometry, kernel.axis());
    return (buffers, starts, scalars) -> {
      var positions =
          IndexedNest.Positions.of(scalars[1], kernel.index(), data(buffers[1], starts[1]));
      var walk =
          new Walk(
              data(buffers[0], starts[0]),
              nest.innerStride(0),
              positions,
              nest.innerStride(1),
              data(buffers[2], starts[2]),
              nest.innerStride(2),
              scalars[0]);
      workers.run(nest.parts(), part -> nest.run(part, row(walk)));
    };
  }

  /** The memory of an operand from its first byte on. */
  static MemorySegment data(Buffer buffer, long start) {
    MemorySegment segment = ((CpuBuffer) buffer).segment();
    return start == 0 ? segment : segment.asSlice(start);
  }

  private IndexedNest.Row row(Walk walk) {
    int bytes = kernel.dtype().bytes();
    boolean copies = walk.indexStride == 0 && walk.toStride == 1 && walk.fromStride == 1;
    if (copies) {
      return (to, index, from, n) -> copy(walk, to, index, from, n, bytes);
    }
    return switch (bytes) {
      case 1 -> (to, index, from, n) -> gather1(walk, to, index, from, n);
      case 4 -> (to, index, from, n) -> gather4(walk, to, index, from, n);
      case 8 -> (to, index, from, n) -> gather8(walk, to, index, from, n);
      default -> throw new IllegalStateException("gather: elements of " + bytes + " bytes");
    };
  }

  /** The operands and how they move along the inner axis and, for the source, along the indexed axis. */
  private record Walk(
      MemorySegment to,
      long toStride,
      IndexedNest.Positions positions,
      long indexStride,
      MemorySegment from,
      long fromStride,
      long axisStride) {}

  private static void copy(Walk w, long to, long index, long from, int n, int bytes) {
    long source = from + w.positions.at(index) * w.axisStride;
    MemorySegment.copy(w.from, source * bytes, w.to, to * bytes, (long) n * bytes);
  }

  private static void gather1(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long source =
          from + i * w.fromStride + w.positions.at(index + i * w.indexStride) * w.axisStride;
      w.to.set(
          ValueLayout.JAVA_BYTE, to + i * w.toStride, w.from.get(ValueLayout.JAVA_BYTE, source));
    }
  }

  private static void gather4(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long source =
          from + i * w.fromStride + w.positions.at(index + i * w.indexStride) * w.axisStride;
      w.to.set(
          ValueLayout.JAVA_INT,
          (to + i * w.toStride) << 2,
          w.from.get(ValueLayout.JAVA_INT, source << 2));
    }
  }

  private static void gather8(Walk w, long to, long index, long from, int n) {
    for (int i = 0; i < n; i++) {
      long source =
          from + i * w.fromStride + w.positions.at(index + i * w.indexStride) * w.axisStride;
      w.to.set(
          ValueLayout.JAVA_LONG,
          (to + i * w.toStride) << 3,
          w.from.get(ValueLayout.JAVA_LONG, source << 3));
    }
  }
}
