package dev.adjoint.cpu.asm;

/** Instructions of a general register and two operands, by Arm's names; those with an S at the end set the flags. */
public enum A64Op {
  ADD(0x0B000000, 0x11000000),
  ADDS(0x2B000000, 0x31000000),
  SUB(0x4B000000, 0x51000000),
  SUBS(0x6B000000, 0x71000000),
  AND(0x0A000000, 0x12000000),
  ANDS(0x6A000000, 0x72000000),
  ORR(0x2A000000, 0x32000000),
  EOR(0x4A000000, 0x52000000),
  MUL(0x1B007C00, 0),
  SDIV(0x1AC00C00, 0),
  /** The upper 64 bits of a product of 64 by 64. */
  SMULH(0x1B407C00, 0),
  UMULH(0x1BC07C00, 0),
  /** A product of 32 by 32 bits. */
  SMULL(0x1B207C00, 0),
  UMULL(0x1BA07C00, 0);

  /** With a register as the second operand. */
  final int register;

  /** With a number as the second operand, or 0 where that cannot be. */
  final int immediate;

  A64Op(int register, int immediate) {
    this.register = register;
    this.immediate = immediate;
  }

  /** Whether the second operand can be shifted. */
  boolean shifts() {
    return (register & 0x1F000000) <= 0x0B000000;
  }

  /** Whether it adds or subtracts, so that the second operand can be extended. */
  boolean adds() {
    return (register & 0x1F000000) == 0x0B000000;
  }

  /** Whether it can only be of 64 bits. */
  boolean wide() {
    return this == SMULH || this == UMULH || this == SMULL || this == UMULL;
  }
}
