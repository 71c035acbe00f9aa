package dev.adjoint.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Runs kernels that go along one axis, of floats. Running sums are done in sequence. */
final class AxisInterpreter {
  private AxisInterpreter() {}

  /** Runs a scan; whether all positions that its maps check are in range. */
  static boolean scan(
      Kernel.Scan kernel, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    int axes = at.sizes().length;
    boolean inRange =
        KernelInterpreter.map(
            kernel.prologue(), Kernel.Scan.OPERANDS, axes, at, memory, starts, scalars);
    folds(kernel, at, memory, starts);
    return KernelInterpreter.map(
            kernel.epilogue(), kernel.epilogueOperands(), axes, at, memory, starts, scalars)
        && inRange;
  }

  private static void folds(
      Kernel.Scan kernel, Geometry at, MemorySegment[] memory, long[] starts) {
    rows(
        at,
        kernel.axis(),
        index -> {
          double so = Double.NaN;
          for (int i = 0; i < at.sizes()[kernel.axis()]; i++) {
            index[kernel.axis()] = i;
            long from = KernelInterpreter.element(at, 1, index);
            double x = KernelInterpreter.get(memory, starts, 1, kernel.dtype(), from);
            so = i == 0 ? x : fold(kernel, so, x);
            long to = KernelInterpreter.element(at, 0, index);
            KernelInterpreter.put(memory, starts, 0, kernel.dtype(), to, so);
          }
        });
  }

  private static double fold(Kernel.Scan kernel, double a, double b) {
    return switch (kernel.f()) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case LOGSUMEXP -> Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
    };
  }

  static void argSort(
      Kernel.ArgSort kernel, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    rows(
        at,
        kernel.axis(),
        index -> {
          long row = KernelInterpreter.element(at, 1, index);
          Comparator<Integer> order =
              Comparator.comparingDouble(
                  i ->
                      // A zero of either sign is the same.
                      0.0
                          + KernelInterpreter.get(
                              memory, starts, 1, kernel.dtype(), row + i * scalars[0]));
          List<Integer> positions =
              IntStream.range(0, (int) scalars[1])
                  .boxed()
                  .sorted(kernel.descending() ? order.reversed() : order)
                  .toList();
          for (int i = 0; i < at.sizes()[kernel.axis()]; i++) {
            index[kernel.axis()] = i;
            long to = starts[0] + KernelInterpreter.element(at, 0, index) * Integer.BYTES;
            memory[0].set(ValueLayout.JAVA_INT_UNALIGNED, to, positions.get(i));
          }
        });
  }

  /** Passes on the first index of each row. */
  private static void rows(Geometry at, int axis, Consumer<int[]> row) {
    int[] outer = at.sizes().clone();
    outer[axis] = Math.min(1, outer[axis]);
    long count = IntStream.of(outer).asLongStream().reduce(1, (a, b) -> a * b);
    for (long p = 0; p < count; p++) {
      row.accept(KernelInterpreter.unravel(p, outer));
    }
  }
}
