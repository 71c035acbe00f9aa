package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Philox4x32-10 on as many counters at a time as a vector has 64-bit lanes; linked only where vectors are usable. */
final class VectorPhilox {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final LongVector LANE = LongVector.broadcast(SPECIES, 0).addIndex(1);

  // The numbers of the lanes of two interleaved vectors.
  private static final LongVector LOW = LongVector.fromArray(SPECIES, interleaved(0), 0);
  private static final LongVector HIGH = LongVector.fromArray(SPECIES, interleaved(1), 0);

  /** A shift by 32 makes 32-bit factors of these, which tells the compiler that 32-bit multiplication is enough. */
  private static final long MULTIPLIER_0 = 0xD2511F53L << 32;

  private static final long MULTIPLIER_1 = 0xCD9E8D57L << 32;
  private static final long WEYL_0 = 0x9E3779B9L;
  private static final long WEYL_1 = 0xBB67AE85L;
  private static final long MASK = 0xFFFFFFFFL;
  private static final int ROUNDS = 10;

  private VectorPhilox() {}

  private static long[] interleaved(int half) {
    long[] lanes = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = half * (LANES / 2) + i / 2 + (long) (i % 2) * LANES;
    }
    return lanes;
  }

  /** Writes the words of as many counters as fill whole vectors; returns how many counters that were. */
  static int fill(MemorySegment to, long start, int blocks, long key, long counter) {
    int whole = SPECIES.loopBound(blocks);
    for (int i = 0; i < whole; i += LANES) {
      LongVector count = LANE.add(counter + i);
      LongVector a = count.and(MASK);
      LongVector b = count.lanewise(VectorOperators.LSHR, 32);
      LongVector c = LongVector.zero(SPECIES);
      LongVector d = c;
      LongVector m0 =
          LongVector.broadcast(SPECIES, MULTIPLIER_0).lanewise(VectorOperators.LSHR, 32);
      LongVector m1 =
          LongVector.broadcast(SPECIES, MULTIPLIER_1).lanewise(VectorOperators.LSHR, 32);
      long k0 = key & MASK;
      long k1 = key >>> 32;
      for (int round = 0; round < ROUNDS; round++) {
        LongVector p = a.mul(m0);
        LongVector q = c.mul(m1);
        a =
            q.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, b)
                .lanewise(VectorOperators.XOR, k0)
                .and(MASK);
        b = q.and(MASK);
        c =
            p.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, d)
                .lanewise(VectorOperators.XOR, k1)
                .and(MASK);
        d = p.and(MASK);
        k0 = (k0 + WEYL_0) & MASK;
        k1 = (k1 + WEYL_1) & MASK;
      }
      LongVector ab = a.or(b.lanewise(VectorOperators.LSHL, 32));
      LongVector cd = c.or(d.lanewise(VectorOperators.LSHL, 32));
      long at = start + 16L * i;
      LOW.selectFrom(ab, cd).intoMemorySegment(to, at, ByteOrder.LITTLE_ENDIAN);
      HIGH.selectFrom(ab, cd).intoMemorySegment(to, at + 8L * LANES, ByteOrder.LITTLE_ENDIAN);
    }
    return whole;
  }
}
