package dev.adjoint.cpu.loop;

/**
 * An address in machine code: {@code base + lane * scale + distance}, where {@code lane} is the register that counts lanes.
 *
 * @param base a general register, or {@link #POOL} for the constants behind the code
 * @param scale the bytes from one lane to the next: 0, 1, 2, 4 or 8
 * @param distance bytes
 */
record Place(int base, int scale, int distance) {
  /** The base of constants. */
  static final int POOL = -1;

  /** The place some bytes further on. */
  Place plus(int bytes) {
    return bytes == 0 ? this : new Place(base, scale, distance + bytes);
  }
}
