package dev.adjoint.cpu.asm;

/**
 * The bits that tell how an instruction with general registers is encoded: its opcode in the lowest eight, and what stands here.
 * There R is a register, M a register or memory, I an immediate, V a register in VEX.vvvv, in the order of the operands.
 */
final class GeneralForm {
  /** The map of opcodes: 0F, or with a VEX prefix 0F 38. */
  static final int M0F = 1 << 8;

  static final int VEX = 1 << 9;

  /** The prefix that is part of the opcode, or that makes operands 16 bits wide. */
  static final int PREFIX_SHIFT = 10;

  static final int P66 = 1 << 10;
  static final int F3 = 2 << 10;
  static final int F2 = 3 << 10;

  /** Operands have 64 bits. */
  static final int W = 1 << 12;

  static final int DIGIT_SHIFT = 13;

  static final int DIGIT1 = 1 << 13;
  static final int DIGIT2 = 2 << 13;
  static final int DIGIT3 = 3 << 13;
  static final int DIGIT4 = 4 << 13;
  static final int DIGIT5 = 5 << 13;
  static final int DIGIT6 = 6 << 13;
  static final int DIGIT7 = 7 << 13;

  /** What the operands are. */
  static final int LAYOUT = 7 << 16;

  static final int NONE = 1 << 16;
  static final int M = 2 << 16;
  static final int RM = 3 << 16;
  static final int MR = 4 << 16;
  static final int MI = 5 << 16;
  static final int RMI = 6 << 16;
  static final int RMV = 7 << 16;

  /** The immediate may have eight bits, with bit one set in the opcode; it has eight; or sixteen; otherwise 32. */
  static final int SHORT = 1 << 19;

  static final int IMM8 = 1 << 20;
  static final int IMM16 = 1 << 21;

  /** The operand in ModRM.rm, or in ModRM.reg, has eight bits. */
  static final int BYTE_RM = 1 << 22;

  static final int BYTE_REG = 1 << 23;

  /** What may be in memory is not a register, or never in memory. */
  static final int NOREG = 1 << 24;

  private GeneralForm() {}

  /** The forms of operation {@code n} of the eight whose encodings differ by their number. */
  static int[] arithmetic(int n, int w) {
    return new int[] {
      w | MR | (8 * n + 1), w | RM | (8 * n + 3), w | MI | SHORT | (n << DIGIT_SHIFT) | 0x81
    };
  }

  /** The forms of a shift by CL and by a constant. */
  static int[] shift(int digit, int w) {
    return new int[] {w | M | digit | 0xD3, w | MI | IMM8 | digit | 0xC1};
  }
}
