package dev.adjoint.cpu.asm;

/** Instructions of one number in floating point and one to three operands, by Arm's names. */
public enum A64Float {
  FABS(1, 0x1E20C000),
  FNEG(1, 0x1E214000),
  FSQRT(1, 0x1E21C000),
  FRINTN(1, 0x1E244000),
  FRINTP(1, 0x1E24C000),
  FRINTM(1, 0x1E254000),
  FRINTZ(1, 0x1E25C000),
  FADD(2, 0x1E202800),
  FSUB(2, 0x1E203800),
  FMUL(2, 0x1E200800),
  FDIV(2, 0x1E201800),
  FMIN(2, 0x1E205800),
  FMAX(2, 0x1E204800),
  FMINNM(2, 0x1E207800),
  FMAXNM(2, 0x1E206800),
  /** {@code a + n * m}, rounded once. */
  FMADD(3, 0x1F000000);

  final int operands;
  final int bits;

  A64Float(int operands, int bits) {
    this.operands = operands;
    this.bits = bits;
  }
}
