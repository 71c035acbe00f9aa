package dev.adjoint.device;

/**
 * The sizes that blocks have. Few sizes let a freed block serve the next request: multiples of a unit with four steps per power
 * of two below 1 MiB, and multiples of 64 KiB above. For a unit of 64 bytes: 64, 128, 192, 256, 320, 384, 448, 512, 640, 768 ...
 */
final class SizeClasses {
  private static final long LARGE = 1 << 20;
  private static final long LARGE_UNIT = 64 << 10;

  private final int shift;

  /** Sizes that are multiples of a power of two. */
  SizeClasses(long unit) {
    if (Long.bitCount(unit) != 1 || unit < 64 || unit > 4096) {
      throw new IllegalArgumentException(
          "memory: blocks are aligned to a power of two from 64 to 4096, not to " + unit);
    }
    shift = Long.numberOfTrailingZeros(unit);
  }

  /** The size of the block that a request gets. */
  long round(long bytes) {
    return bytes >= LARGE ? ceil(bytes, LARGE_UNIT) : bytes(index(bytes));
  }

  /** The number of the smallest size, below 1 MiB, that holds a request. */
  int index(long bytes) {
    long units = Math.max(1, (bytes + (1L << shift) - 1) >>> shift);
    if (units <= 4) {
      return (int) units - 1;
    }
    int power = 63 - Long.numberOfLeadingZeros(units - 1);
    return 4 * (power - 1) + (int) ((units - 1) >>> (power - 2)) - 4;
  }

  /** The size with a number. */
  long bytes(int index) {
    if (index < 4) {
      return (index + 1L) << shift;
    }
    int power = index / 4 + 1;
    return (index % 4 + 5L) << (power - 2) << shift;
  }

  /** The smallest multiple of a power of two that is not below a size. */
  static long ceil(long bytes, long unit) {
    return (bytes + unit - 1) & -unit;
  }
}
