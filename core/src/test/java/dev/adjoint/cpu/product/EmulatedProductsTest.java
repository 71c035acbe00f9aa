package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Products as code for an emulated processor. Memory must be, byte by byte, what plain loops make of a copy. Factors lie at its
 * end, so under QEMU whatever reads more of them than there is fails.
 */
class EmulatedProductsTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);

  /** A multiple of all pages. */
  private static final int BYTES = 24 << 20;

  /** How much of memory holds factors. */
  private static final int FACTOR_BYTES = 1 << 20;

  private final Random random = new Random(4);

  /** Emulated memory, and a copy for plain loops. */
  private final class Memory implements AutoCloseable {
    final Emulator emulator;
    final long emulated;
    final DType type;
    final MicroKernel plain;
    final CpuBuffer copy = MEMORY.allocate(BYTES);
    private final Map<Integer, Long> functions = new HashMap<>();
    private final List<Integer> blocks = new ArrayList<>();
    private int used;

    Memory(EmulatedProcessor processor, DType type) {
      processor.need();
      emulator = processor.emulator(BYTES);
      emulated = processor.memory;
      this.type = type;
      plain = new ScalarMicroKernel(type);
      for (int at = 0; at < BYTES; at += type.bytes()) {
        if (type == DType.F32) {
          emulator.memory().putFloat(at, (float) random.nextGaussian());
        } else {
          emulator.memory().putDouble(at, random.nextGaussian());
        }
      }
      MemorySegment.copy(
          emulator.memory().array(), 0, copy.segment(), ValueLayout.JAVA_BYTE, 0, BYTES);
    }

    /** The place of so many elements that are written. */
    int room(int elements) {
      int at = used;
      used += elements * type.bytes() + 4 * random.nextInt(3);
      assertTrue(used <= BYTES - FACTOR_BYTES, "memory is too small");
      return at;
    }

    /** The place of a factor whose last element is at some distance from its first one. */
    int factor(long last) {
      assertTrue(last <= FACTOR_BYTES - type.bytes(), "factors are too large");
      return (int) (BYTES - last - type.bytes());
    }

    /** The place of a list of numbers. */
    int list(long[] values) {
      used = (used + Long.BYTES - 1) & -Long.BYTES;
      int at = room(values.length * Long.BYTES / type.bytes());
      for (int i = 0; i < values.length; i++) {
        emulator.memory().putLong(at + i * Long.BYTES, values[i]);
        ALL.set(
            ValueLayout.JAVA_LONG_UNALIGNED,
            copy.address() + at + i * (long) Long.BYTES,
            values[i]);
      }
      return at;
    }

    /** A micro-kernel whose calls the emulator makes. The blocks with their arguments are not compared. */
    MicroKernel kernel(Isa isa) {
      return new MachineMicroKernel(isa, type) {
        @Override
        void call(long block, int rows, int vectors, int edge, TileWriter.Listed listed) {
          long function =
              functions.computeIfAbsent(
                  ((rows << 8 | vectors) << 8 | edge) << 2 | listed.ordinal(),
                  key ->
                      emulator.function(
                          TileWriter.write(
                              MatrixCode.of(isa, type.bytes()), rows, vectors, edge, listed)));
          int at = room(TileWriter.BYTES / type.bytes());
          for (int i = 0; i < TileWriter.BYTES; i += Long.BYTES) {
            long word = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, block + i);
            emulator.memory().putLong(at + i, word);
          }
          blocks.add(at);
          emulator.call(function, emulated + at);
        }
      };
    }

    /** Makes all calls, and compares what they leave. */
    void compare() {
      emulator.run();
      byte[] left = emulator.memory().array();
      for (int block : blocks) {
        MemorySegment.copy(
            left, block, copy.segment(), ValueLayout.JAVA_BYTE, block, TileWriter.BYTES);
      }
      assertEquals(-1, copy.segment().mismatch(MemorySegment.ofArray(left)));
    }

    @Override
    public void close() {
      MEMORY.free(copy);
    }
  }

  /** Distances of rows in any order, some of them twice. */
  private long[] distances(int deep, long step, long bytes) {
    long room = Math.max(1, (deep - 1) * step / bytes + 1);
    return random.longs(deep, 0, room).map(at -> at * bytes).toArray();
  }

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void tiles(EmulatedProcessor processor, DType type) {
    try (var memory = new Memory(processor, type)) {
      MicroKernel kernel = memory.kernel(processor.isa());
      for (int rows = 1; rows <= 2 * kernel.height() + 1; rows++) {
        int width = kernel.lanes() * kernel.vectors(rows);
        for (int columns = 1; columns <= 2 * width + 1; columns++) {
          product(memory, kernel, rows, columns, random.nextInt(12), width);
        }
      }
      memory.compare();
    }
  }

  private void product(
      Memory memory, MicroKernel kernel, int rows, int columns, int deep, int width) {
    long bytes = memory.type.bytes();
    long near = bytes * (1 + random.nextInt(2));
    long far = near * (Math.max(rows, deep) + random.nextInt(3));
    long aRow = random.nextInt(8) == 0 ? 0 : random.nextBoolean() ? near : far;
    long aStep = random.nextInt(8) == 0 ? 0 : aRow == near ? far : near;
    boolean packed = random.nextBoolean();
    long step =
        packed ? width * bytes : random.nextInt(8) == 0 ? 0 : bytes * (columns + random.nextInt(3));
    long strip = packed ? step * deep + 64 : width * bytes;
    long cRow = bytes * (columns + random.nextInt(3));
    boolean first = random.nextBoolean();
    boolean listed = !packed && deep > 0 && random.nextBoolean();
    int list =
        listed
            ? memory.list(Arrays.copyOf(distances(deep, step, bytes), deep + TileWriter.AHEAD))
            : 0;
    boolean steps = !listed && deep > 0 && random.nextBoolean();
    long[] along = random.longs(deep, 0, 3).map(distance -> distance * near).toArray();
    int aList = steps ? memory.list(along) : 0;
    long aLine = steps ? LongStream.of(along).sum() : Math.max(0, deep - 1) * aStep;
    int a = memory.factor((rows - 1) * aRow + aLine);
    int last = columns - 1;
    int b =
        memory.factor(last / width * strip + Math.max(0, deep - 1) * step + last % width * bytes);
    int c = memory.room((int) (rows * cRow / bytes));
    kernel.run(
        new MicroKernel.Rows(
            new Matrix(memory.emulated + a, aRow, aStep), steps ? memory.emulated + aList : 0),
        new MicroKernel.Strips(
            memory.emulated + b, strip, step, width, listed ? memory.emulated + list : 0),
        new Matrix(memory.emulated + c, cRow, bytes),
        rows,
        columns,
        deep,
        first);
    // Plain loops have strips of their own, so they do one column at a time.
    long copy = memory.copy.address();
    for (int j = 0; j < columns; j++) {
      memory.plain.run(
          new MicroKernel.Rows(new Matrix(copy + a, aRow, aStep), steps ? copy + aList : 0),
          new MicroKernel.Strips(
              copy + b + j / width * strip + j % width * bytes,
              0,
              step,
              1,
              listed ? copy + list : 0),
          new Matrix(copy + c + j * bytes, cRow, bytes),
          rows,
          1,
          deep,
          first);
    }
  }

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void rows(EmulatedProcessor processor, DType type) {
    try (var memory = new Memory(processor, type)) {
      long bytes = type.bytes();
      long code = memory.emulator.function(RowProductWriter.write(processor.isa(), type.bytes()));
      for (int trial = 0; trial < 400; trial++) {
        int columns = 1 + random.nextInt(70);
        int deep = random.nextInt(trial % 2 == 0 ? 12 : 150);
        long distance = bytes * (deep + random.nextInt(3));
        int a = memory.factor(Math.max(0, deep - 1) * bytes);
        int b = memory.factor((columns - 1) * distance + Math.max(0, deep - 1) * bytes);
        int c = memory.room(columns);
        memory.emulator.call(
            code,
            memory.emulated + a,
            memory.emulated + b,
            distance,
            memory.emulated + c,
            columns,
            deep);
        long copy = memory.copy.address();
        for (int j = 0; j < columns; j++) {
          memory.plain.run(
              new Matrix(copy + a, 0, bytes),
              new MicroKernel.Strips(copy + b + j * distance, 0, bytes, 1),
              new Matrix(copy + c + j * bytes, 0, bytes),
              1,
              1,
              deep,
              false);
        }
      }
      memory.compare();
    }
  }

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void lanes(EmulatedProcessor processor, DType type) {
    try (var memory = new Memory(processor, type)) {
      int vector = MatrixCode.of(processor.isa(), type.bytes()).vector;
      int lanes = vector / type.bytes();
      long[] codes = new long[2];
      for (int k = 0; k < 2; k++) {
        byte[] code = LaneUpdateWriter.write(processor.isa(), type.bytes(), k == 1);
        codes[k] = memory.emulator.function(code);
      }
      for (int trial = 0; trial < 100; trial++) {
        boolean grows = trial % 2 == 1;
        int rows = 1 + random.nextInt(6);
        int columns = grows ? 1 : 1 + random.nextInt(6);
        int wide = columns + rows + random.nextInt(2);
        int c = memory.room(rows * wide * lanes);
        int a = memory.room(rows * lanes);
        int b = memory.room(wide * lanes);
        memory.emulator.call(
            codes[grows ? 1 : 0],
            memory.emulated + c,
            (long) wide * vector,
            memory.emulated + a,
            memory.emulated + b,
            rows,
            columns);
        // Each lane by plain loops, which do one column at a time.
        long copy = memory.copy.address();
        for (int i = 0; i < rows; i++) {
          for (int at = 0; at < (grows ? i + 1 : columns) * vector; at += type.bytes()) {
            memory.plain.run(
                new Matrix(copy + a + i * vector + at % vector, 0, 0),
                new MicroKernel.Strips(copy + b + at, 0, 0, 1),
                new Matrix(copy + c + i * wide * vector + at, 0, type.bytes()),
                1,
                1,
                1,
                false);
          }
        }
      }
      memory.compare();
    }
  }

  @Test
  void aarch64HasKernelsOfMachineCode() {
    int[] vectors = {8, 8, 6, 4, 4, 4, 4};
    for (DType type : new DType[] {DType.F32, DType.F64}) {
      assertInstanceOf(ScalarMicroKernel.class, Gemm.kernel(Isa.NONE, type));
      MicroKernel kernel = Gemm.kernel(Isa.NEON, type);
      assertInstanceOf(MachineMicroKernel.class, kernel);
      assertEquals(16 / type.bytes(), kernel.lanes());
      assertEquals(6, kernel.height());
      for (int rows = 1; rows <= vectors.length; rows++) {
        assertEquals(vectors[rows - 1], kernel.vectors(rows));
      }
    }
  }

  @Test
  void aarch64HasProductsOfRows() {
    assertNull(RowProduct.of(Isa.NONE, DType.F32));
    assumeTrue(CodeMemory.isUsable(), "no code can be installed");
    assertNotNull(RowProduct.of(Isa.NEON, DType.F32));
  }
}
