package dev.adjoint.cpu.asm;

import org.jspecify.annotations.Nullable;

/** Writes instructions with general registers. */
final class GeneralEncoder {
  private final CodeBuffer out;

  GeneralEncoder(CodeBuffer out) {
    this.out = out;
  }

  /** Writes an instruction without operands. */
  void write(GeneralOp op) {
    int form = find(op, GeneralForm.NONE, GeneralForm.NONE, null);
    opcode(form, form & 0xFF, 0, 0, null);
  }

  /** Writes an instruction with one operand. */
  void write(GeneralOp op, int rm, @Nullable Mem mem) {
    int form = find(op, GeneralForm.M, GeneralForm.M, mem);
    operands(form, form & 0xFF, digit(form), rm, mem, 0);
  }

  /** Writes an instruction that reads a register or memory. */
  void load(GeneralOp op, int dst, int src, @Nullable Mem mem) {
    int form = find(op, GeneralForm.RM, mem == null ? GeneralForm.MR : GeneralForm.RM, mem);
    if ((form & GeneralForm.LAYOUT) == GeneralForm.MR) {
      operands(form, form & 0xFF, src, dst, null, 0);
    } else {
      operands(form, form & 0xFF, dst, src, mem, 0);
    }
  }

  /** Writes an instruction whose first operand is memory. */
  void store(GeneralOp op, Mem mem, int src) {
    int form = find(op, GeneralForm.MR, GeneralForm.MR, mem);
    operands(form, form & 0xFF, src, 0, mem, 0);
  }

  /** Writes an instruction of three operands, which has a VEX prefix. */
  void three(GeneralOp op, int dst, int src, @Nullable Mem mem, int last) {
    int form = find(op, GeneralForm.RMV, GeneralForm.RMV, mem);
    check(dst);
    int base = mem == null ? check(src) : Math.max(mem.base(), 0);
    int index = mem == null ? 0 : index(mem);
    out.put8(0xC4);
    out.put8(((~dst & 8) << 4) | ((~index & 8) << 3) | ((~base & 8) << 2) | 2);
    int pp = (form >> GeneralForm.PREFIX_SHIFT) & 3;
    out.put8(((form & GeneralForm.W) != 0 ? 0x80 : 0) | ((~check(last) & 15) << 3) | pp);
    out.put8(form & 0xFF);
    place(dst, src, mem, 0);
  }

  /** Writes an instruction with a constant; {@code dst} is the operand in ModRM.reg, if there are two. */
  void immediate(GeneralOp op, boolean two, int dst, int rm, @Nullable Mem mem, int value) {
    int layout = two ? GeneralForm.RMI : GeneralForm.MI;
    int form = find(op, layout, layout, mem);
    int reg = two ? dst : digit(form);
    int opcode = form & 0xFF;
    if ((form & GeneralForm.IMM8) != 0) {
      if (opcode == 0xC1 && (value & ((form & GeneralForm.W) != 0 ? 63 : 31)) != value) {
        throw new IllegalArgumentException(op + " by " + value);
      }
      if (opcode == 0xC1 && value == 1) {
        operands(form, 0xD1, reg, rm, mem, 0);
      } else {
        operands(form, opcode, reg, rm, mem, 1);
        out.put8(Immediates.eightBits(value));
      }
    } else if ((form & GeneralForm.IMM16) != 0) {
      operands(form, opcode, reg, rm, mem, 2);
      out.put16(Immediates.sixteenBits(value));
    } else if ((form & GeneralForm.SHORT) != 0 && Immediates.isSignedByte(value)) {
      operands(form, opcode | 2, reg, rm, mem, 1);
      out.put8(value);
    } else if (!two && mem == null && rm == 0) {
      // RAX has a form of its own.
      opcode(form, opcode == 0xF7 ? 0xA9 : (reg << 3) | 5, 0, 0, null);
      out.put32(value);
    } else {
      operands(form, opcode, reg, rm, mem, 4);
      out.put32(value);
    }
  }

  /** Writes prefixes, the opcode and ModRM with what belongs to it; {@code trailing} bytes follow. */
  void operands(int form, int opcode, int reg, int rm, @Nullable Mem mem, int trailing) {
    opcode(form, opcode, reg, rm, mem);
    place(reg, rm, mem, trailing);
  }

  /** Writes prefixes and the opcode. */
  void opcode(int form, int opcode, int reg, int rm, @Nullable Mem mem) {
    boolean bytes = (form & GeneralForm.BYTE_REG) != 0 && check(reg) > 3;
    int rex = (form & GeneralForm.W) != 0 ? 8 : 0;
    rex |= (check(reg) >> 3) << 2;
    if (mem == null) {
      bytes |= (form & GeneralForm.BYTE_RM) != 0 && rm > 3;
      rex |= check(rm) >> 3;
    } else {
      rex |= (Math.max(mem.base(), 0) >> 3) | ((index(mem) >> 3) << 1);
    }
    switch (form & (3 << GeneralForm.PREFIX_SHIFT)) {
      case GeneralForm.P66 -> out.put8(0x66);
      case GeneralForm.F3 -> out.put8(0xF3);
      case GeneralForm.F2 -> out.put8(0xF2);
      default -> {}
    }
    if (rex != 0 || bytes) {
      out.put8(0x40 | rex);
    }
    if ((form & GeneralForm.M0F) != 0) {
      out.put8(0x0F);
    }
    out.put8(opcode);
  }

  private void place(int reg, int rm, @Nullable Mem mem, int trailing) {
    if (mem == null) {
      out.registers(reg, rm);
    } else {
      out.memory(reg, mem, 1, trailing);
    }
  }

  private static int find(GeneralOp op, int layout, int otherLayout, @Nullable Mem mem) {
    for (int form : op.forms) {
      int has = form & GeneralForm.LAYOUT;
      if ((has == layout || has == otherLayout)
          && (mem != null || (form & GeneralForm.NOREG) == 0)) {
        return form;
      }
    }
    String operands =
        switch (layout) {
          case GeneralForm.NONE -> "no operand";
          case GeneralForm.M -> "one operand";
          case GeneralForm.RM -> "two operands";
          case GeneralForm.MR -> "memory as the first of two operands";
          case GeneralForm.MI -> "one operand and a constant";
          case GeneralForm.RMI -> "two operands and a constant";
          default -> "three operands";
        };
    throw new IllegalArgumentException(
        op + " has no form for " + operands + (mem == null ? ", none in memory" : ", one " + mem));
  }

  private static int digit(int form) {
    return (form >> GeneralForm.DIGIT_SHIFT) & 7;
  }

  private static int check(int register) {
    if (register < 0 || register > 15) {
      throw new IllegalArgumentException("no general register " + register + ", there are 16");
    }
    return register;
  }

  private static int index(Mem mem) {
    return Math.max(Immediates.index(mem), 0);
  }
}
