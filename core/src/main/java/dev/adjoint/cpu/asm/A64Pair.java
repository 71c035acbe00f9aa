package dev.adjoint.cpu.asm;

/** Loads and stores of two registers that stand side by side in memory; with an N, those that ask caches not to keep them. */
public enum A64Pair {
  LDP_X(0xA8400000, 3, true),
  STP_X(0xA8000000, 3, true),
  LDP_S(0x2C400000, 2, true),
  STP_S(0x2C000000, 2, true),
  LDP_D(0x6C400000, 3, true),
  STP_D(0x6C000000, 3, true),
  LDP_Q(0xAC400000, 4, true),
  STP_Q(0xAC000000, 4, true),
  LDNP_Q(0xAC400000, 4, false),
  STNP_Q(0xAC000000, 4, false);

  final int bits;

  /** The logarithm to base 2 of the bytes of one. */
  final int scale;

  /** Whether caches are meant to keep them. */
  final boolean kept;

  A64Pair(int bits, int scale, boolean kept) {
    this.bits = bits;
    this.scale = scale;
    this.kept = kept;
  }
}
