package dev.adjoint.cpu.asm;

/** Vector instructions whose second operand is one lane of a register, for all lanes of the first; by Arm's names. */
public enum NeonElement {
  FMUL(0x0F809000, NeonLanes.FROM_32),
  FMLA(0x0F801000, NeonLanes.FROM_32),
  FMLS(0x0F805000, NeonLanes.FROM_32),
  /** The lane is one of 32 bits, that is four bytes or two bfloat16. */
  SDOT(0x0F80E000, NeonLanes.ONLY_32),
  UDOT(0x2F80E000, NeonLanes.ONLY_32),
  BFDOT(0x0F40F000, NeonLanes.ONLY_32);

  final int bits;
  final NeonLanes lanes;

  NeonElement(int bits, NeonLanes lanes) {
    this.bits = bits;
    this.lanes = lanes;
  }
}
