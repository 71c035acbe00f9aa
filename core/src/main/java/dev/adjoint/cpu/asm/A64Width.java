package dev.adjoint.cpu.asm;

/** How much of a general register of AArch64 is taken. A result of 32 bits sets the upper half to 0. */
public enum A64Width {
  W,
  X;

  /** The number of bits. */
  final int bits = 32 << ordinal();

  /** The bit of an instruction that says so. */
  final int flag = ordinal() << 31;
}
