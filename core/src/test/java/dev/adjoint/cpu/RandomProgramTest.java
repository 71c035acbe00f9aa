package dev.adjoint.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Philox;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RandomProgramTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);

  private static int[] words(int n, long key, long counter, int threads) {
    CpuBuffer buffer = MEMORY.allocate(4L * (n + 8));
    buffer.segment().fill((byte) 77);
    try (var workers = new Workers(threads)) {
      new RandomProgram(workers)
          .prepare(new Geometry(new int[] {n}, new long[] {3}, new long[][] {{1}}))
          .run(new Buffer[] {buffer}, new long[] {4}, new long[] {key, counter});
    }
    assertEquals(
        0x4d4d4d4d,
        buffer.segment().get(ValueLayout.JAVA_INT, 12),
        "a word before the first was written");
    assertEquals(
        0x4d4d4d4d,
        buffer.segment().get(ValueLayout.JAVA_INT, 4L * (n + 4)),
        "a word after the last was written");
    int[] words = new int[n];
    for (int i = 0; i < n; i++) {
      words[i] = buffer.segment().get(ValueLayout.JAVA_INT, 16 + 4L * i);
    }
    return words;
  }

  // The known answers that the authors of Philox publish with Random123.
  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, words(4, 0, 0, 1));
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, Philox.block(0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, Philox.block(-1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        Philox.block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL));
  }

  @Test
  void everyWordIsThatOfItsBlock() throws InterruptedException {
    compare();
    if (VectorUnit.isUsable() && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      for (int wait = 0; wait < 600 && !RandomProgram.isWarm(); wait++) {
        Thread.sleep(100);
      }
      assertTrue(RandomProgram.isWarm(), "vectors are not ready after a minute");
      compare();
    }
  }

  private static void compare() {
    for (int n : new int[] {0, 1, 3, 4, 31, 32, 33, 127, 1000, 70_001}) {
      for (long counter : new long[] {0, 5, 0xFFFF_FFFEL, -3}) {
        long key = 0x0123_4567_89ab_cdefL;
        int[] words = words(n, key, counter, 3);
        for (int i = 0; i < n; i++) {
          assertEquals(
              Philox.block(key, counter + i / 4)[i % 4], words[i], "word " + i + " of " + n);
        }
      }
    }
  }
}
