package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cpu.asm.Emulator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies of parts of matrices by code for an emulated processor. Memory must be what plain loops make of a copy. */
class PackingWriterTest {
  private static final int BYTES = 4 << 20;

  private final Random random = new Random(2);

  @ParameterizedTest
  @CsvSource({"NEON, 4", "NEON, 8", "AVX512, 4", "AVX512, 8"})
  void copiesAndTurns(EmulatedProcessor processor, int bytes) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    random.nextBytes(emulator.memory().array());
    ByteBuffer plain =
        ByteBuffer.wrap(emulator.memory().array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    long copy = emulator.function(PackingWriter.copy(processor.isa()));
    long turn = emulator.function(PackingWriter.turn(processor.isa(), bytes));
    int to = 0;
    for (int trial = 0; trial < 400; trial++) {
      int rows = 1 + random.nextInt(21);
      int columns = 1 + random.nextInt(trial % 4 == 0 ? 80 : 21);
      boolean turns = random.nextBoolean();
      int distance = bytes * ((turns ? rows : columns) + random.nextInt(3));
      int toDistance = bytes * (columns + random.nextInt(3));
      int lines = turns ? columns : rows;
      // The last element is at the end of memory, so under QEMU whatever reads more fails.
      int from = BYTES - (lines - 1) * distance - (turns ? rows : columns) * bytes;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns * bytes; c++) {
          int place = turns ? c / bytes * distance + r * bytes + c % bytes : r * distance + c;
          plain.put(to + r * toDistance + c, plain.get(from + place));
        }
      }
      emulator.call(
          turns ? turn : copy,
          processor.memory + from,
          distance,
          rows,
          turns ? columns : columns * bytes,
          processor.memory + to,
          toDistance);
      to += rows * toDistance + 4 * random.nextInt(3);
      assertTrue(to <= BYTES / 2, "memory is too small");
    }
    emulator.run();
    assertEquals(-1, plain.rewind().mismatch(emulator.memory().rewind()));
  }

  @ParameterizedTest
  @CsvSource({"NEON, 4", "NEON, 8", "AVX512, 4", "AVX512, 8"})
  void takesPairsApart(EmulatedProcessor processor, int bytes) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    random.nextBytes(emulator.memory().array());
    ByteBuffer plain =
        ByteBuffer.wrap(emulator.memory().array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    long split = emulator.function(PackingWriter.split(processor.isa(), bytes));
    int to = 0;
    for (int trial = 0; trial < 200; trial++) {
      int rows = 1 + random.nextInt(5);
      int pairs = 1 + random.nextInt(40);
      int distance = bytes * (2 * pairs + random.nextInt(3));
      int second = bytes * (rows * pairs + random.nextInt(3));
      // The last element is at the end of memory, so under QEMU whatever reads more fails.
      int from = BYTES - (rows - 1) * distance - 2 * pairs * bytes;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < 2 * pairs * bytes; c++) {
          int element = c / bytes;
          int place = (r * pairs + element / 2) * bytes + element % 2 * second + c % bytes;
          plain.put(to + place, plain.get(from + r * distance + c));
        }
      }
      emulator.call(
          split, processor.memory + from, distance, rows, pairs, processor.memory + to, second);
      to += second + rows * pairs * bytes + 4 * random.nextInt(3);
      assertTrue(to <= BYTES / 2, "memory is too small");
    }
    emulator.run();
    assertEquals(-1, plain.rewind().mismatch(emulator.memory().rewind()));
  }
}
