package dev.adjoint.cpu.asm;

/** Checks of what stands within instructions. */
final class Immediates {
  private Immediates() {}

  static boolean isSignedByte(int value) {
    return value == (byte) value;
  }

  /** Eight bits, signed or unsigned. */
  static int eightBits(int value) {
    if (value < -128 || value > 255) {
      throw new IllegalArgumentException("no immediate of eight bits: " + value);
    }
    return value;
  }

  /** Sixteen bits, signed or unsigned. */
  static int sixteenBits(int value) {
    if (value < -32768 || value > 65535) {
      throw new IllegalArgumentException("no immediate of sixteen bits: " + value);
    }
    return value;
  }

  /** The index of an address, or -1 for none. */
  static int index(Mem mem) {
    int index = mem.index();
    if (index == X86.RSP || index > 15) {
      throw new IllegalArgumentException("no index of an address: register " + index);
    }
    return index;
  }
}
