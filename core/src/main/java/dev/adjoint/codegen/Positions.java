package dev.adjoint.codegen;

import dev.adjoint.graph.OpError;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The error about a position that is out of range, for devices whose kernels leave only the number of its index point. */
public final class Positions {
  private Positions() {}

  /** Reads operand 1 of a launch, which is the index, from a byte on. */
  public interface Index {
    /** Fills memory of the host with what begins at a byte of the operand. */
    void read(long start, MemorySegment to);
  }

  /**
   * The error of a launch.
   *
   * @param point what the kernel left in {@code fault}
   * @param size the size of the axis, which is scalar 1 of the launch
   * @param index the index, out of which the position is read again
   */
  public static IndexOutOfBoundsException outOfRange(
      Kernel kernel, Geometry geometry, int point, long size, Index index) {
    String rule =
        switch (kernel) {
          case Kernel.Gather gather -> gather.rule();
          case Kernel.ScatterAdd scatter -> OpError.axisRule("scatterAdd", scatter.axis());
          case Kernel.Loop _, Kernel.MatMul _, Kernel.Random _, Kernel.Scan _, Kernel.ArgSort _ ->
              throw new IllegalStateException(kernel.name() + " has no positions");
        };
    long element = geometry.offsets()[1];
    int rest = point;
    for (int a = geometry.sizes().length - 1; a >= 0; a--) {
      element += rest % geometry.sizes()[a] * geometry.strides()[1][a];
      rest /= geometry.sizes()[a];
    }
    return OpError.outOfRange(rule, value(kernel, element, index), size);
  }

  private static long value(Kernel kernel, long element, Index index) {
    int bytes = kernel.accesses().get(1).dtype().bytes();
    boolean wide = bytes == Long.BYTES;
    MemorySegment value =
        wide ? MemorySegment.ofArray(new long[1]) : MemorySegment.ofArray(new int[1]);
    index.read(element * bytes, value);
    return wide ? value.get(ValueLayout.JAVA_LONG, 0) : value.get(ValueLayout.JAVA_INT, 0);
  }
}
