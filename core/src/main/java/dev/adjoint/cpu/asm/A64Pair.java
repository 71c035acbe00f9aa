package dev.adjoint.cpu.asm;

/** Loads and stores of two registers that stand side by side in memory. */
public enum A64Pair {
  LDP_D(0x6C400000, 3),
  STP_D(0x6C000000, 3);

  final int bits;

  /** The logarithm to base 2 of the bytes of one. */
  final int scale;

  A64Pair(int bits, int scale) {
    this.bits = bits;
    this.scale = scale;
  }
}
