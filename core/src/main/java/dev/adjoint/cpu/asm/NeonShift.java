package dev.adjoint.cpu.asm;

/** Vector instructions that shift all lanes by one number, by Arm's names. */
public enum NeonShift {
  SHL(0x0F005400, NeonLanes.ALL, true),
  SSHR(0x0F000400, NeonLanes.ALL, false),
  USHR(0x2F000400, NeonLanes.ALL, false),

  /** To lanes twice as wide; {@code SXTL} is a shift by 0. Lanes are those of the narrow side, as in {@link NeonUnary}. */
  SSHLL(0x0F00A400, NeonLanes.UP_TO_32, true),
  USHLL(0x2F00A400, NeonLanes.UP_TO_32, true),
  /** From lanes twice as wide. */
  SHRN(0x0F008400, NeonLanes.UP_TO_32, false);

  final int bits;
  final NeonLanes lanes;
  final boolean left;

  NeonShift(int bits, NeonLanes lanes, boolean left) {
    this.bits = bits;
    this.lanes = lanes;
    this.left = left;
  }
}
