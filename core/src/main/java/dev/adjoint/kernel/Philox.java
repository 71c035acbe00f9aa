package dev.adjoint.kernel;

/**
 * The counter-based random generator Philox4x32-10 on the host: the same words as {@link PhiloxMath}.
 *
 * <p>Reference: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * 2011.
 */
public final class Philox {
  static final long MULTIPLIER_0 = 0xD2511F53L;
  static final long MULTIPLIER_1 = 0xCD9E8D57L;
  static final int WEYL_0 = 0x9E3779B9;
  static final int WEYL_1 = 0xBB67AE85;
  static final int ROUNDS = 10;

  private Philox() {}

  /** The four words of a block whose high counter words are 0. */
  public static int[] block(long key, long counter) {
    return block(key, counter, 0);
  }

  /** The four words of a block with a counter of 128 bits. */
  public static int[] block(long key, long low, long high) {
    int a = (int) low;
    int b = (int) (low >>> 32);
    int c = (int) high;
    int d = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p = Integer.toUnsignedLong(a) * MULTIPLIER_0;
      long q = Integer.toUnsignedLong(c) * MULTIPLIER_1;
      a = (int) (q >>> 32) ^ b ^ k0;
      b = (int) q;
      c = (int) (p >>> 32) ^ d ^ k1;
      d = (int) p;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {a, b, c, d};
  }
}
