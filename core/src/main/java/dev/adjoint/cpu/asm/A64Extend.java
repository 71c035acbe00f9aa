package dev.adjoint.cpu.asm;

/** How the lower part of a general register of AArch64 becomes a number of 64 bits, in the order of their codes. */
public enum A64Extend {
  UXTB,
  UXTH,
  UXTW,
  UXTX,
  SXTB,
  SXTH,
  SXTW,
  SXTX
}
