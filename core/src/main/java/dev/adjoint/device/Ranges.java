package dev.adjoint.device;

/**
 * Where a {@link Pool} gets its memory from: large ranges of addresses.
 *
 * <p>An address is a number, and the pool only counts with it. Where memory has addresses, as on the CPU and in CUDA, it is the
 * real one. Where memory is an object, as in OpenCL, the backend makes addresses up: with range number {@code n} at address
 * {@code (n + 1) << 40}, the upper bits of a block's address name the object, and the lower 40 bits are the offset in it.
 *
 * <p>A pool calls these methods while it holds its lock, one at a time.
 */
public interface Ranges {
  /**
   * Takes a range.
   *
   * @param bytes the size, a multiple of {@link #granularity}
   * @return the address, positive and a multiple of {@link #alignment}; 0 if there is no room
   */
  long take(long bytes);

  /**
   * Gives a range back, as a whole. No block of it is in use by the program, but work that was started before may still be
   * running on it: a device that works on its own must wait for that.
   *
   * @return false if this device cannot give ranges back; the pool keeps the range then
   */
  boolean giveBack(long address, long bytes);

  /** What the address of every block is a multiple of; a power of two, at least 64 and at most 4096. */
  default long alignment() {
    return 64;
  }

  /** What the size of every range is a multiple of; a power of two, at least 256 KiB. */
  default long granularity() {
    return 2L << 20;
  }

  /** The size of the largest range that is asked for, unless a single block needs more. */
  default long largest() {
    return 512L << 20;
  }

  /** What a user can do when the memory is full; the last sentence of the error. */
  default String advice() {
    return "";
  }
}
