package dev.adjoint.reference;

/** The counter-based random generator Philox4x32-10 of Salmon, Moraes, Dror and Shaw (2011). */
final class PhiloxWords {
  private PhiloxWords() {}

  /**
   * One word of a stream.
   *
   * @param key 64 bits, the low word first
   * @param block the counter of block 0
   * @param i the index in the stream: word {@code i mod 4} of block {@code i / 4}
   */
  static int word(long key, long block, long i) {
    long counter = block + i / 4;
    int[] c = {(int) counter, (int) (counter >>> 32), 0, 0};
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (c[0] & 0xffffffffL) * 0xd2511f53L;
      long p1 = (c[2] & 0xffffffffL) * 0xcd9e8d57L;
      c =
          new int[] {
            (int) (p1 >>> 32) ^ c[1] ^ k0, (int) p1, (int) (p0 >>> 32) ^ c[3] ^ k1, (int) p0
          };
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    return c[(int) (i % 4)];
  }
}
