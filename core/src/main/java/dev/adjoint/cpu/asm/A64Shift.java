package dev.adjoint.cpu.asm;

/** How a general register of AArch64 is shifted, in the order of their codes. */
public enum A64Shift {
  LSL,
  LSR,
  ASR,
  ROR
}
