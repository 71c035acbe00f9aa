package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scatters against loops over all coordinates. */
class ScatterProgramTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);
  private static final Workers WORKERS = new Workers(3);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  private static double get(MemorySegment memory, DType dtype, long at) {
    return switch (dtype) {
      case BOOL -> memory.get(ValueLayout.JAVA_BYTE, at);
      case U8 -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case I8 -> memory.get(ValueLayout.JAVA_BYTE, at);
      case F16, BF16 -> dtype.widen(memory.get(ValueLayout.JAVA_SHORT, 2 * at));
      case I32 -> memory.get(ValueLayout.JAVA_INT, 4 * at);
      case I64 -> memory.get(ValueLayout.JAVA_LONG, 8 * at);
      case F32 -> memory.get(ValueLayout.JAVA_FLOAT, 4 * at);
      case F64 -> memory.get(ValueLayout.JAVA_DOUBLE, 8 * at);
    };
  }

  private static void set(MemorySegment memory, DType dtype, long at, double x) {
    switch (dtype) {
      case BOOL, U8, I8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (int) x);
      case F16, BF16 -> memory.set(ValueLayout.JAVA_SHORT, 2 * at, dtype.narrow((float) x));
      case I32 -> memory.set(ValueLayout.JAVA_INT, 4 * at, (int) x);
      case I64 -> memory.set(ValueLayout.JAVA_LONG, 8 * at, (long) x);
      case F32 -> memory.set(ValueLayout.JAVA_FLOAT, 4 * at, (float) x);
      case F64 -> memory.set(ValueLayout.JAVA_DOUBLE, 8 * at, x);
    }
  }

  private static CpuBuffer filled(DType dtype, int n, Random random, int below) {
    CpuBuffer buffer = MEMORY.allocate((long) Math.max(1, n) * dtype.bytes());
    for (int i = 0; i < n; i++) {
      set(
          buffer.segment(),
          dtype,
          i,
          dtype == DType.BOOL ? random.nextInt(2) : random.nextInt(below));
    }
    return buffer;
  }

  private static long[] rowMajor(int[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int a = sizes.length - 1; a >= 0; a--) {
      strides[a] = stride;
      stride *= sizes[a];
    }
    return strides;
  }

  private static int product(int[] sizes) {
    int n = 1;
    for (int size : sizes) {
      n *= size;
    }
    return n;
  }

  /** A random shape, an index over it that may be broadcast along trailing axes, and an axis with another size. */
  private record Case(int[] sizes, int axis, int axisSize, boolean rows) {
    static Case random(Random random) {
      int rank = 1 + random.nextInt(4);
      int[] sizes = new int[rank];
      for (int a = 0; a < rank; a++) {
        sizes[a] =
            random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(random.nextInt(6) == 0 ? 90 : 9);
      }
      int axis = random.nextInt(rank);
      return new Case(sizes, axis, 1 + random.nextInt(7), random.nextBoolean());
    }

    /** The shape of the result. */
    int[] target() {
      int[] t = sizes.clone();
      t[axis] = axisSize;
      return t;
    }

    /** Strides over the target that stand still along the axis. */
    long[] targetStrides() {
      long[] strides = rowMajor(target());
      strides[axis] = 0;
      return strides;
    }

    long[] indexStrides() {
      long[] strides = rowMajor(sizes);
      if (rows) {
        for (int a = axis + 1; a < sizes.length; a++) {
          strides[a] = 0;
        }
      }
      return strides;
    }
  }

  private static long dot(int[] at, long[] strides) {
    long sum = 0;
    for (int a = 0; a < at.length; a++) {
      sum += at[a] * strides[a];
    }
    return sum;
  }

  private static int[] coordinates(int i, int[] sizes) {
    int[] at = new int[sizes.length];
    for (int a = sizes.length - 1; a >= 0; a--) {
      at[a] = i % sizes[a];
      i /= sizes[a];
    }
    return at;
  }

  @ParameterizedTest
  @EnumSource
  void everyPointIsCombined(DType dtype) {
    for (ScatterOp f : ScatterOp.values()) {
      boolean moves = f == ScatterOp.PUT || (f == ScatterOp.ADD && !dtype.isFloat());
      if (moves || dtype.folded() == dtype) {
        check(f, dtype);
      }
    }
  }

  private static double combined(ScatterOp f, double old, double x) {
    return switch (f) {
      case ADD -> old + x;
      case MUL -> old * x;
      case MAX -> Math.max(old, x);
      case MIN -> Math.min(old, x);
      case PUT -> x;
    };
  }

  private static void check(ScatterOp f, DType dtype) {
    var random = new Random(2);
    int below = f == ScatterOp.MUL ? 3 : 100;
    for (int trial = 0; trial < 100; trial++) {
      Case c = Case.random(random);
      DType index = random.nextBoolean() ? DType.I32 : DType.I64;
      int n = product(c.sizes);
      CpuBuffer result = filled(dtype, product(c.target()), random, below);
      CpuBuffer positions = filled(index, n, random, c.axisSize);
      CpuBuffer addend = filled(dtype, n, random, below);
      CpuBuffer expected = MEMORY.allocate(result.bytes());
      MemorySegment.copy(result.segment(), 0, expected.segment(), 0, result.bytes());
      long[][] strides = {c.targetStrides(), c.indexStrides(), rowMajor(c.sizes)};
      long step = rowMajor(c.target())[c.axis];
      new ScatterProgram(new Kernel.Scatter(f, c.sizes.length, c.axis, dtype, index), WORKERS)
          .prepare(new Geometry(c.sizes, new long[3], strides))
          .run(
              new Buffer[] {result, positions, addend}, new long[3], new long[] {step, c.axisSize});
      for (int i = 0; i < n; i++) {
        int[] at = coordinates(i, c.sizes);
        long position = (long) get(positions.segment(), index, dot(at, strides[1]));
        long to = dot(at, strides[0]) + position * step;
        double old = get(expected.segment(), dtype, to);
        double next = combined(f, old, get(addend.segment(), dtype, i));
        set(expected.segment(), dtype, to, dtype == DType.BOOL ? Math.min(1, next) : next);
      }
      for (int i = 0; i < product(c.target()); i++) {
        assertEquals(
            get(expected.segment(), dtype, i),
            get(result.segment(), dtype, i),
            c + " element " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 16, 31, 70, 300})
  void manyRowsKeepTheOrder(int width) {
    // Sums of numbers of very different size show any other order.
    int rows = 3000;
    var random = new Random(3);
    CpuBuffer result = MEMORY.allocate(4L * 5 * width);
    result.segment().fill((byte) 0);
    CpuBuffer positions = filled(DType.I64, rows, random, 5);
    CpuBuffer addend = MEMORY.allocate(4L * rows * width);
    float[] expected = new float[5 * width];
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < width; j++) {
        float x = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40) - 20));
        set(addend.segment(), DType.F32, (long) r * width + j, x);
        expected[(int) get(positions.segment(), DType.I64, r) * width + j] += x;
      }
    }
    long[][] strides = {{0, 1}, {1, 0}, {width, 1}};
    new ScatterProgram(new Kernel.Scatter(ScatterOp.ADD, 2, 0, DType.F32, DType.I64), WORKERS)
        .prepare(new Geometry(new int[] {rows, width}, new long[3], strides))
        .run(new Buffer[] {result, positions, addend}, new long[3], new long[] {width, 5});
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], get(result.segment(), DType.F32, i));
    }
  }
}
