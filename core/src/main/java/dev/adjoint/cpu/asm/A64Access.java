package dev.adjoint.cpu.asm;

/**
 * Loads and stores of one register. Those of a vector register end in the part that is taken; a load sets the rest to 0. Those
 * of a general register end in W or X where both exist; the others set the rest to 0, or to the sign if they have an S.
 */
public enum A64Access {
  LDR_H(0x7C400000, 1, 0),
  LDR_S(0xBC400000, 2, 0x1C000000),
  LDR_D(0xFC400000, 3, 0x5C000000),
  LDR_Q(0x3CC00000, 4, 0x9C000000),
  STR_B(0x3C000000, 0, 0),
  STR_H(0x7C000000, 1, 0),
  STR_S(0xBC000000, 2, 0),
  STR_D(0xFC000000, 3, 0),
  STR_Q(0x3C800000, 4, 0),
  LDRB(0x38400000, 0, 0),
  LDRH(0x78400000, 1, 0),
  LDR_W(0xB8400000, 2, 0x18000000),
  LDR_X(0xF8400000, 3, 0x58000000),
  LDRSW(0xB8800000, 2, 0x98000000),
  STRB(0x38000000, 0, 0),
  STRH(0x78000000, 1, 0),
  STR_W(0xB8000000, 2, 0),
  STR_X(0xF8000000, 3, 0),
  /**
   * The register is a number that says for what: 0 for loads that stay in the first cache, 1 for those that are used once, 16
   * for stores.
   */
  PRFM(0xF8800000, 3, 0);

  final int bits;

  /** The logarithm to base 2 of the bytes. */
  final int scale;

  /** With the distance to a label as the address, or 0 where that cannot be. */
  final int literal;

  A64Access(int bits, int scale, int literal) {
    this.bits = bits;
    this.scale = scale;
    this.literal = literal;
  }
}
