package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Runs kernels one element at a time. It shares no code with the code generators, so that tests of these and of the
 * fuser have something to compare with. Sums of products are done in sequence.
 */
public final class KernelInterpreter {
  private static final int OPERANDS = 3;

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
      case Kernel.MatMul product -> product(product, at, memory, starts, scalars);
      case Kernel.ScatterAdd scatter -> scatterAdd(scatter, at, memory, starts, scalars);
      case Kernel.Scan scan -> {
        AxisInterpreter.scan(scan, at, memory, starts);
        yield true;
      }
      case Kernel.ArgSort sort -> {
        AxisInterpreter.argSort(sort, at, memory, starts, scalars);
        yield true;
      }
    };
  }

  /** Runs a product; whether all positions that its epilogue checks are in range. */
  private static boolean product(
      Kernel.MatMul product, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    int axes = at.sizes().length - 1;
    int[] outer = Arrays.copyOf(at.sizes(), axes);
    long points = Arrays.stream(outer).asLongStream().reduce(1, (a, b) -> a * b);
    for (long p = 0; p < points; p++) {
      int[] index = Arrays.copyOf(unravel(p, outer), axes + 1);
      double sum = 0;
      for (int k = 0; k < at.sizes()[axes]; k++) {
        index[axes] = k;
        sum +=
            get(memory, starts, 0, product.dtype(), element(at, 0, index))
                * get(memory, starts, 1, product.dtype(), element(at, 1, index));
      }
      index[axes] = 0;
      put(memory, starts, 2, product.dtype(), element(at, 2, index), sum);
    }
    Kernel.Loop epilogue = product.epilogue();
    if (epilogue != null) {
      long[][] strides =
          Arrays.stream(at.strides())
              .skip(OPERANDS)
              .map(s -> Arrays.copyOf(s, axes))
              .toArray(long[][]::new);
      long[] offsets = Arrays.stream(at.offsets()).skip(OPERANDS).toArray();
      var map =
          new Kernel.Loop(
              axes, 0, false, epilogue.accesses(), epilogue.scalars(), epilogue.stages());
      return LoopInterpreter.run(
          map,
          new Geometry(outer, offsets, strides),
          Arrays.copyOfRange(memory, OPERANDS, memory.length),
          Arrays.copyOfRange(starts, OPERANDS, starts.length),
          scalars);
    }
    return true;
  }

  static long element(Geometry at, int access, int[] index) {
    long e = at.offsets()[access];
    for (int d = 0; d < index.length; d++) {
      e += index[d] * at.strides()[access][d];
    }
    return e;
  }

  /** Runs a scatter of floats; whether all positions are in range. */
  private static boolean scatterAdd(
      Kernel.ScatterAdd kernel, Geometry at, MemorySegment[] memory, long[] starts, long[] s) {
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
        double sum =
            get(memory, starts, 0, kernel.dtype(), to)
                + get(memory, starts, 2, kernel.dtype(), element(at, 2, index));
        put(memory, starts, 0, kernel.dtype(), to, sum);
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
