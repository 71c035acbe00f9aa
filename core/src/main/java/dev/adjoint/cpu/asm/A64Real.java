package dev.adjoint.cpu.asm;

/** How a vector register of AArch64 is taken as one number in floating point. */
public enum A64Real {
  S(0),
  D(1);

  /** The bits of an instruction that say so. */
  final int bits;

  A64Real(int type) {
    this.bits = type << 22;
  }
}
