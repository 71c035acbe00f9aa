package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scatters as code for an emulated processor, against loops over a copy of its memory. */
class EmulatedScattersTest {
  private static final int BYTES = 1 << 20;
  private static final int TRIALS = 60;

  private final Random random = new Random(5);

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void elements(EmulatedProcessor processor, DType type) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    ByteBuffer memory = emulator.memory();
    int bytes = type.bytes();
    long add = emulator.function(ScatterWriter.write(processor.isa(), bytes, true));
    long put = emulator.function(ScatterWriter.write(processor.isa(), bytes, false));
    byte[] expected = new byte[BYTES];
    ByteBuffer copy = ByteBuffer.wrap(expected).order(memory.order());
    int used = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      boolean adds = trial % 2 == 0;
      int size = 1 + random.nextInt(9);
      int count = 1 + random.nextInt(12);
      int step = random.nextInt(3);
      int bad = trial % 3 == 0 ? random.nextInt(count) : count;
      int block = used;
      int to = block + ScatterWriter.BYTES;
      int positions = to + size * Long.BYTES;
      int from = positions + 2 * count * Long.BYTES;
      used = from + 3 * count * Long.BYTES;
      for (int i = 0; i < size; i++) {
        set(memory, type, to + i * bytes, random.nextGaussian());
      }
      for (int i = 0; i < count; i++) {
        long position = i == bad ? (random.nextBoolean() ? -1 : size) : random.nextInt(size);
        memory.putLong(positions + 2 * i * Long.BYTES, position);
        set(memory, type, from + i * step * bytes, random.nextGaussian());
      }
      memory.putLong(block + ScatterWriter.TO, processor.memory + to);
      memory.putLong(block + ScatterWriter.SIZE, size);
      memory.putLong(block + ScatterWriter.POSITIONS, processor.memory + positions);
      memory.putLong(block + ScatterWriter.POSITION_STEP, 2 * Long.BYTES);
      memory.putLong(block + ScatterWriter.FROM, processor.memory + from);
      memory.putLong(block + ScatterWriter.FROM_STEP, (long) step * bytes);
      memory.putLong(block + ScatterWriter.COUNT, count);
      memory.putLong(block + ScatterWriter.ONE, type.bits(1));
      System.arraycopy(memory.array(), block, expected, block, used - block);
      for (int i = 0; i < bad; i++) {
        int at = to + (int) memory.getLong(positions + 2 * i * Long.BYTES) * bytes;
        double x = get(copy, type, from + i * step * bytes);
        set(copy, type, at, adds ? x + get(copy, type, at) : x);
      }
      copy.putLong(block + ScatterWriter.COUNT, count - bad);
      emulator.call(adds ? add : put, processor.memory + block);
    }
    emulator.run();
    assertArrayEquals(expected, memory.array());
  }

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void rows(EmulatedProcessor processor, DType type) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    ByteBuffer memory = emulator.memory();
    int bytes = type.bytes();
    int lanes = MatrixCode.of(processor.isa(), bytes).vector / bytes;
    long code = emulator.function(ScatterRowsWriter.write(processor.isa(), bytes));
    byte[] expected = new byte[BYTES];
    ByteBuffer copy = ByteBuffer.wrap(expected).order(memory.order());
    int used = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      int n = 1 + random.nextInt(40);
      int rows = 1 + random.nextInt(6);
      int one = used;
      int list = one + Long.BYTES;
      int to = list + rows * ScatterRowsWriter.ENTRY;
      int from = to + 3 * n * bytes;
      used = (from + rows * n * bytes + Long.BYTES - 1) & -Long.BYTES;
      memory.putLong(one, type.bits(1));
      for (int i = 0; i < (3 + rows) * n; i++) {
        set(memory, type, to + i * bytes, random.nextGaussian());
      }
      int[] targets = random.ints(rows, 0, 3).toArray();
      for (int r = 0; r < rows; r++) {
        int entry = list + r * ScatterRowsWriter.ENTRY;
        memory.putLong(entry, processor.memory + to + targets[r] * n * bytes);
        memory.putLong(entry + Long.BYTES, processor.memory + from + r * n * bytes);
      }
      System.arraycopy(memory.array(), one, expected, one, used - one);
      for (int i = 0; i < rows * n; i++) {
        int at = to + (targets[i / n] * n + i % n) * bytes;
        set(copy, type, at, get(copy, type, from + i * bytes) + get(copy, type, at));
      }
      long places = processor.memory;
      emulator.call(code, places + list, rows, n / lanes, n % lanes, places + one);
    }
    emulator.run();
    assertArrayEquals(expected, memory.array());
  }

  private static double get(ByteBuffer memory, DType type, int at) {
    return type == DType.F32 ? memory.getFloat(at) : memory.getDouble(at);
  }

  private static void set(ByteBuffer memory, DType type, int at, double value) {
    if (type == DType.F32) {
      memory.putFloat(at, (float) value);
    } else {
      memory.putDouble(at, value);
    }
  }
}
