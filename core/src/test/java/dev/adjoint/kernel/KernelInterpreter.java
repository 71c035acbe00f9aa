package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs kernels one element at a time. It shares no code with the code generators, so that tests of these and of the
 * fuser have something to compare with. Sums of products are done in sequence.
 */
public final class KernelInterpreter {
  private KernelInterpreter() {}

  /**
   * Runs a launch of a kernel.
   *
   * @return whether all positions that it checks are in range
   */
  public static boolean run(
      Kernel kernel, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    return switch (kernel) {
      case Kernel.Loop loop -> LoopInterpreter.run(loop, at, memory, starts, scalars);
      case Kernel.MatMul product -> ProductInterpreter.run(product, at, memory, starts, scalars);
      case Kernel.Scatter scatter -> scatter(scatter, at, memory, starts, scalars);
      case Kernel.Scan scan -> AxisInterpreter.scan(scan, at, memory, starts, scalars);
      case Kernel.ArgSort sort -> {
        AxisInterpreter.argSort(sort, at, memory, starts, scalars);
        yield true;
      }
      case Kernel.Factorize _, Kernel.SolveTriangular _, Kernel.Attention _ ->
          throw new IllegalStateException("the interpreter has no " + kernel.name());
    };
  }

  /**
   * Runs a map within a kernel of another kind, if there is one, over the first axes of a launch; whether all positions that it
   * checks are in range.
   *
   * @param first the number of its first operand
   */
  static boolean map(
      Kernel.@Nullable Loop part,
      int first,
      int axes,
      Geometry at,
      MemorySegment[] memory,
      long[] starts,
      long[] scalars) {
    if (part == null) {
      return true;
    }
    int end = first + part.accesses().size();
    int[] sizes = Arrays.copyOf(at.sizes(), axes);
    long[] offsets = Arrays.copyOfRange(at.offsets(), first, end);
    long[][] strides = new long[end - first][];
    Arrays.setAll(strides, a -> Arrays.copyOf(at.strides()[first + a], axes));
    return LoopInterpreter.run(
        new Kernel.Loop(axes, 0, false, part.accesses(), part.scalars(), part.stages()),
        new Geometry(sizes, offsets, strides),
        Arrays.copyOfRange(memory, first, end),
        Arrays.copyOfRange(starts, first, end),
        scalars);
  }

  static long element(Geometry at, int access, int[] index) {
    long e = at.offsets()[access];
    for (int d = 0; d < index.length; d++) {
      e += index[d] * at.strides()[access][d];
    }
    return e;
  }

  /** Runs a scatter of floats; whether all positions are in range. */
  private static boolean scatter(
      Kernel.Scatter kernel, Geometry at, MemorySegment[] memory, long[] starts, long[] s) {
    boolean inRange = true;
    for (long p = 0; p < at.points(); p++) {
      int[] index = unravel(p, at.sizes());
      long where = starts[1] + element(at, 1, index) * kernel.index().bytes();
      long position =
          kernel.index() == DType.I64
              ? memory[1].get(ValueLayout.JAVA_LONG_UNALIGNED, where)
              : memory[1].get(ValueLayout.JAVA_INT_UNALIGNED, where);
      if (position >= 0 && position < s[1]) {
        long to = element(at, 0, index) + position * s[0];
        double old = get(memory, starts, 0, kernel.dtype(), to);
        double x = get(memory, starts, 2, kernel.dtype(), element(at, 2, index));
        double next =
            switch (kernel.f()) {
              case ADD -> old + x;
              case MUL -> old * x;
              case MAX -> Math.max(old, x);
              case MIN -> Math.min(old, x);
              case PUT -> x;
            };
        put(memory, starts, 0, kernel.dtype(), to, next);
      } else {
        inRange = false;
      }
    }
    return inRange;
  }

  static double get(MemorySegment[] memory, long[] starts, int access, DType type, long element) {
    long at = starts[access] + element * type.bytes();
    return isDouble(type)
        ? memory[access].get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at)
        : memory[access].get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
  }

  static void put(
      MemorySegment[] memory, long[] starts, int access, DType type, long element, double value) {
    long at = starts[access] + element * type.bytes();
    if (isDouble(type)) {
      memory[access].set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, value);
    } else {
      memory[access].set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) value);
    }
  }

  private static boolean isDouble(DType type) {
    if (!type.isFloat()) {
      throw new IllegalStateException("the interpreter has no products or scatters of " + type);
    }
    return type == DType.F64;
  }

  static int[] unravel(long p, int[] sizes) {
    int[] index = new int[sizes.length];
    for (int d = sizes.length - 1; d >= 0; d--) {
      index[d] = (int) (p % sizes[d]);
      p /= sizes[d];
    }
    return index;
  }
}
