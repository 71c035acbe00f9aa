package dev.adjoint.cpu;

import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/** Random bits by Philox4x32-10, a counter through ten rounds of multiplication under a key. */
final class RandomProgram implements Program {
  private static final int WORDS_PER_TASK = 16 << 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;

  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static volatile boolean vectors;

  private final Workers workers;

  RandomProgram(Workers workers) {
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    long n = geometry.points();
    int tasks = (int) ((n + WORDS_PER_TASK - 1) / WORDS_PER_TASK);
    long offset = geometry.offsets()[0];
    // The vector code writes two words as one long, low word first.
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN && STARTED.compareAndSet(false, true)) {
      VectorTrial.request(RandomProgram::trial);
    }
    return (buffers, starts, scalars) -> {
      MemorySegment to = ((CpuBuffer) buffers[0]).segment();
      long start = starts[0] + 4 * offset;
      workers.run(
          tasks,
          task -> {
            long first = (long) task * WORDS_PER_TASK;
            int words = (int) Math.min(WORDS_PER_TASK, n - first);
            fill(to, start + 4 * first, words, scalars[0], scalars[1] + first / 4);
          });
    };
  }

  private static VectorTrial trial() {
    MemorySegment memory = Arena.ofAuto().allocate(1 << 12, 64);
    return new VectorTrial(
        "random numbers",
        count -> VectorPhilox.fill(memory, 0, 16 * count, 1, 2),
        () -> vectors = true);
  }

  /** Whether random numbers are made with vectors by now. */
  static boolean isWarm() {
    return vectors;
  }

  /** Writes the words of consecutive counters. */
  private static void fill(MemorySegment to, long start, int words, long key, long counter) {
    int blocks = words >> 2;
    int done = vectors ? VectorPhilox.fill(to, start, blocks, key, counter) : 0;
    for (int i = done; i < blocks; i++) {
      long at = start + 16L * i;
      long count = counter + i;
      long a = count & LOW;
      long b = count >>> 32;
      long c = 0;
      long d = 0;
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < ROUNDS; round++) {
        long p = a * MULTIPLIER_0;
        long q = c * MULTIPLIER_1;
        a = (q >>> 32) ^ b ^ (k0 & LOW);
        b = q & LOW;
        c = (p >>> 32) ^ d ^ (k1 & LOW);
        d = p & LOW;
        k0 += WEYL_0;
        k1 += WEYL_1;
      }
      to.set(ValueLayout.JAVA_INT, at, (int) a);
      to.set(ValueLayout.JAVA_INT, at + 4, (int) b);
      to.set(ValueLayout.JAVA_INT, at + 8, (int) c);
      to.set(ValueLayout.JAVA_INT, at + 12, (int) d);
    }
    if ((words & 3) != 0) {
      int[] last = Philox.block(key, counter + blocks);
      for (int i = 0; i < (words & 3); i++) {
        to.set(ValueLayout.JAVA_INT, start + 16L * blocks + 4L * i, last[i]);
      }
    }
  }
}
