package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import dev.adjoint.graph.ScatterOp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    long[] codes =
        Arrays.stream(ScatterOp.values())
            .map(f -> ScatterWriter.write(processor.isa(), bytes, ScatterWriter.fold(f)))
            .mapToLong(emulator::function)
            .toArray();
    byte[] expected = new byte[BYTES];
    ByteBuffer copy = ByteBuffer.wrap(expected).order(memory.order());
    int used = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      ScatterOp f = ScatterOp.values()[trial % codes.length];
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
        set(memory, type, to + i * bytes, number());
      }
      for (int i = 0; i < count; i++) {
        long position = i == bad ? (random.nextBoolean() ? -1 : size) : random.nextInt(size);
        memory.putLong(positions + 2 * i * Long.BYTES, position);
        set(memory, type, from + i * step * bytes, number());
      }
      memory.putLong(block + ScatterWriter.TO, processor.memory + to);
      memory.putLong(block + ScatterWriter.SIZE, size);
      memory.putLong(block + ScatterWriter.POSITIONS, processor.memory + positions);
      memory.putLong(block + ScatterWriter.POSITION_STEP, 2 * Long.BYTES);
      memory.putLong(block + ScatterWriter.FROM, processor.memory + from);
      memory.putLong(block + ScatterWriter.FROM_STEP, (long) step * bytes);
      memory.putLong(block + ScatterWriter.COUNT, count);
      System.arraycopy(memory.array(), block, expected, block, used - block);
      for (int i = 0; i < bad; i++) {
        int at = to + (int) memory.getLong(positions + 2 * i * Long.BYTES) * bytes;
        double x = get(copy, type, from + i * step * bytes);
        set(copy, type, at, combined(f, get(copy, type, at), x));
      }
      copy.putLong(block + ScatterWriter.COUNT, count - bad);
      emulator.call(codes[f.ordinal()], processor.memory + block);
    }
    emulator.run();
    assertSame(type, copy, memory, used);
  }

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void rows(EmulatedProcessor processor, DType type) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    ByteBuffer memory = emulator.memory();
    int bytes = type.bytes();
    int lanes = MatrixCode.of(processor.isa(), bytes).vector / bytes;
    List<ScatterOp> folds =
        Arrays.stream(ScatterOp.values()).filter(f -> ScatterWriter.fold(f) != null).toList();
    long[] codes =
        folds.stream()
            .map(f -> ScatterRowsWriter.write(processor.isa(), bytes, fold(f)))
            .mapToLong(emulator::function)
            .toArray();
    byte[] expected = new byte[BYTES];
    ByteBuffer copy = ByteBuffer.wrap(expected).order(memory.order());
    int used = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      int n = 1 + random.nextInt(40);
      int rows = 1 + random.nextInt(6);
      ScatterOp f = folds.get(trial % codes.length);
      int list = used;
      int to = list + rows * ScatterRowsWriter.ENTRY;
      int from = to + 3 * n * bytes;
      used = (from + rows * n * bytes + Long.BYTES - 1) & -Long.BYTES;
      for (int i = 0; i < (3 + rows) * n; i++) {
        set(memory, type, to + i * bytes, number());
      }
      int[] targets = random.ints(rows, 0, 3).toArray();
      for (int r = 0; r < rows; r++) {
        int entry = list + r * ScatterRowsWriter.ENTRY;
        memory.putLong(entry, processor.memory + to + targets[r] * n * bytes);
        memory.putLong(entry + Long.BYTES, processor.memory + from + r * n * bytes);
      }
      System.arraycopy(memory.array(), list, expected, list, used - list);
      for (int i = 0; i < rows * n; i++) {
        int at = to + (targets[i / n] * n + i % n) * bytes;
        set(copy, type, at, combined(f, get(copy, type, at), get(copy, type, from + i * bytes)));
      }
      long places = processor.memory;
      emulator.call(codes[trial % codes.length], places + list, rows, n / lanes, n % lanes);
    }
    emulator.run();
    assertSame(type, copy, memory, used);
  }

  private static Fold fold(ScatterOp f) {
    return Objects.requireNonNull(ScatterWriter.fold(f));
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

  /** A number, which may be NaN, a zero with a sign or infinite. */
  private double number() {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> 0.0;
      case 2 -> -0.0;
      case 3 -> Double.POSITIVE_INFINITY;
      default -> random.nextGaussian();
    };
  }

  /** Compares elements as floats, so that bits of NaN may differ, and addresses and counts, which are no NaN, by their bits. */
  private static void assertSame(DType type, ByteBuffer expected, ByteBuffer actual, int used) {
    for (int at = 0; at < used; at += type.bytes()) {
      double e = get(expected, type, at);
      if (!Double.isNaN(e) || !Double.isNaN(get(actual, type, at))) {
        assertEquals(Double.doubleToRawLongBits(e), bits(type, actual, at), "at byte " + at);
      }
    }
  }

  private static long bits(DType type, ByteBuffer memory, int at) {
    return Double.doubleToRawLongBits(get(memory, type, at));
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
