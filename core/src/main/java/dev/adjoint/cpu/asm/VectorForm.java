package dev.adjoint.cpu.asm;

/**
 * The bits that tell how an instruction with a VEX or an EVEX prefix is encoded: its opcode in the lowest eight, and what stands
 * here. Operands are in Intel's order: what is written first.
 */
final class VectorForm {
  /** The prefix that is part of the opcode: none, 66, F3 or F2. */
  static final int PREFIX_SHIFT = 8;

  static final long P66 = 1L << 8;
  static final long F3 = 2L << 8;
  static final long F2 = 3L << 8;

  /** The map of opcodes: 0F, 0F 38 or 0F 3A. */
  static final int MAP_SHIFT = 10;

  static final long M0F = 1L << 10;
  static final long M38 = 2L << 10;
  static final long M3A = 3L << 10;

  /** W is one in VEX, or in EVEX. */
  static final long VW = 1L << 12;

  static final long EW = 1L << 13;

  /** The prefixes that there are. */
  static final long VEX = 1L << 14;

  static final long EVEX = 1L << 15;

  /** The widths that there are; none has those between mask registers, whose width is in the opcode. */
  static final int WIDTH_SHIFT = 16;

  static final long L128 = 1L << 16;
  static final long L256 = 1L << 17;
  static final long L512 = 1L << 18;
  static final long WIDTHS = L128 | L256 | L512;

  /** L is one though there are no widths. */
  static final long L1 = 1L << 19;

  /** There are two sources. */
  static final long NDS = 1L << 20;

  /** The first operand, which is written, is the one that may be in memory. */
  static final long STORE = 1L << 21;

  /** The first operand stands in VEX.vvvv, and a digit in its place. In VEX the second is a register. */
  static final long NDD = 1L << 22;

  /** The memory has a vector of indices. */
  static final long VSIB = 1L << 23;

  /** An immediate of eight bits comes last. */
  static final long IMM = 1L << 24;

  /** The last operand is a register and stands in the upper half of an immediate. */
  static final long IS4 = 1L << 25;

  /** The last operand is a register and stands in VEX.vvvv. */
  static final long LASTV = 1L << 26;

  /** What takes one more operand at the end. */
  static final long LAST = IMM | IS4 | LASTV;

  static final int DIGIT_SHIFT = 27;

  static final long DIGIT2 = 2L << 27;
  static final long DIGIT3 = 3L << 27;
  static final long DIGIT4 = 4L << 27;
  static final long DIGIT6 = 6L << 27;

  /** The operand that may be in memory is not a register, or never in memory. */
  static final long NOREG = 1L << 30;

  static final long NOMEM = 1L << 31;

  /** EVEX takes no mask. */
  static final long NOMASK = 1L << 32;

  /** A move between registers that the second form, a store, makes as well. */
  static final long SWAP = 1L << 33;

  /** The operand in ModRM.reg, ModRM.rm or vvvv is a mask or a general register. */
  static final long KREG = 1L << 34;

  static final long GREG = 1L << 35;
  static final long KRM = 1L << 36;
  static final long GRM = 1L << 37;
  static final long KVV = 1L << 38;

  /**
   * How much memory is read or written: the width, also as one element that is repeated; half of it, likewise; the width or a
   * part of it; or a number of bytes.
   */
  static final int TUPLE_SHIFT = 39;

  static final long N2 = 1L << 39;
  static final long N4 = 2L << 39;
  static final long N8 = 3L << 39;
  static final long N16 = 4L << 39;
  static final long N32 = 5L << 39;
  static final long FULL = 8L << 39;
  static final long HALF = 9L << 39;
  static final long FVM = 12L << 39;
  static final long HVM = 13L << 39;
  static final long QVM = 14L << 39;
  static final long OVM = 15L << 39;

  // What many lines share.
  static final long V = VEX | L128 | L256;
  static final long E = EVEX | WIDTHS;
  static final long VE = VEX | EVEX | WIDTHS;
  static final long E256 = EVEX | L256 | L512;
  static final long VE256 = VEX | E256;
  static final long V256 = VEX | L256;
  static final long E512 = EVEX | L512;
  static final long VS = VEX | L128;
  static final long ES = EVEX | L128;
  static final long S = VS | EVEX;
  static final long P0F = P66 | M0F;
  static final long P38 = P66 | M38;
  static final long P3A = P66 | M3A;
  static final long PS = M0F | NDS | FULL;
  static final long PD = P0F | NDS | FULL | EW;
  static final long SS = F3 | M0F | NDS | N4;
  static final long SD = F2 | M0F | NDS | N8 | EW;
  static final long D = P0F | NDS | FULL;
  static final long D38 = P38 | NDS | FULL;
  static final long Q38 = D38 | EW;
  static final long WQ38 = Q38 | VW;
  static final long KW = VEX | M0F;
  static final long KQ = KW | VW;
  static final long K2 = KREG | KRM | NOMEM;
  static final long K3 = K2 | KVV | NDS | L1;

  private VectorForm() {}

  /** What disp8 counts in with EVEX, which is how much memory the operand has. */
  static int memoryBytes(long form, int bytes, boolean broadcast) {
    int tuple = (int) (form >> TUPLE_SHIFT) & 15;
    if (tuple < 8) {
      return 1 << tuple;
    }
    return broadcast ? element(form) : bytes >> (tuple & 3);
  }

  /** The bytes of an element that is repeated. */
  static int element(long form) {
    return (form & EW) != 0 ? 8 : 4;
  }

  static boolean repeats(long form) {
    return (form >> TUPLE_SHIFT & 12) == 8;
  }
}
