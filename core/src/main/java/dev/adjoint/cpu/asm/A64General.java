package dev.adjoint.cpu.asm;

/** The instructions of AArch64 on general registers. */
abstract class A64General extends A64Code {
  /** The register that reads as 0, where an instruction does not take it as {@link #SP}. */
  public static final int ZR = 31;

  /** The stack pointer, where register 31 is a base address or a number or an extended register is added to it. */
  public static final int SP = 31;

  public void op(A64Op op, A64Width width, int d, int n, int m) {
    if (op.wide() && width == A64Width.W) {
      throw new IllegalArgumentException(op + " is of 64 bits only");
    }
    // What multiplies 64 bits has the flag in its own code.
    emit(op.register | width.flag | register(m) << 16 | register(n) << 5 | register(d));
  }

  /** With the second operand shifted by a number. */
  public void op(A64Op op, A64Width width, int d, int n, int m, A64Shift shift, int amount) {
    if (!op.shifts() || (op.adds() && shift == A64Shift.ROR)) {
      throw new IllegalArgumentException(op + " takes no " + shift);
    }
    within("shift", amount, 0, width.bits - 1);
    op(op, width, d, n, m, shift.ordinal() << 22 | amount << 10);
  }

  /** With the second operand extended and then shifted to the left by up to 4. */
  public void op(A64Op op, A64Width width, int d, int n, int m, A64Extend extend, int amount) {
    if (!op.adds()) {
      throw new IllegalArgumentException(op + " takes no " + extend);
    }
    within("shift", amount, 0, 4);
    op(op, width, d, n, m, 1 << 21 | extend.ordinal() << 13 | amount << 10);
  }

  private void op(A64Op op, A64Width width, int d, int n, int m, int second) {
    emit(op.register | width.flag | second | register(m) << 16 | register(n) << 5 | register(d));
  }

  /** With a number as the second operand; see {@link #isImmediate}. */
  public void imm(A64Op op, A64Width width, int d, int n, long value) {
    int field = immediate(op, width, value);
    if (field < 0) {
      throw new IllegalArgumentException(op + " " + width + " takes no immediate " + value);
    }
    emit(op.immediate | width.flag | field << 10 | register(n) << 5 | register(d));
  }

  /**
   * Whether a number can be the second operand. What adds takes 12 bits without a sign, or 12 bits above them. What works bit by
   * bit takes a run of ones, rotated, in each part of 2, 4, 8 to 64 bits.
   */
  public static boolean isImmediate(A64Op op, A64Width width, long value) {
    return immediate(op, width, value) >= 0;
  }

  private static int immediate(A64Op op, A64Width width, long value) {
    if (op.immediate == 0) {
      return -1;
    }
    if (!op.adds()) {
      return width == A64Width.X
          ? bitmask(value)
          : value >>> 32 == 0 || value >> 31 == -1
              ? bitmask(value << 32 | (value & 0xFFFFFFFFL))
              : -1;
    }
    if (value >>> 12 == 0) {
      return (int) value;
    }
    return (value & 0xFFF) == 0 && value >>> 24 == 0 ? 1 << 12 | (int) (value >> 12) : -1;
  }

  /** The 13 bits that stand for a pattern of 64, or -1. */
  private static int bitmask(long value) {
    if (value == 0 || value == -1) {
      return -1;
    }
    int size = 64;
    while (size > 2 && Long.rotateRight(value, size / 2) == value) {
      size /= 2;
    }
    long mask = -1L >>> (64 - size);
    long element = value & mask;
    int ones = Long.bitCount(element);
    // The run begins at its lowest one, or above the zeros where it goes around the end.
    boolean around = (element & 1) != 0 && element >>> (size - 1) != 0;
    int start =
        around
            ? size - ones + Long.numberOfTrailingZeros(~element)
            : Long.numberOfTrailingZeros(element);
    long run = -1L >>> (64 - ones);
    long rotated = start == 0 ? run : (run << start | run >>> (size - start)) & mask;
    if (rotated != element) {
      return -1;
    }
    int rotation = size - start & size - 1;
    return (size == 64 ? 1 << 12 : 0) | rotation << 6 | (-2 * size & 0x3F) | ones - 1;
  }

  public void cmp(A64Width width, int n, int m) {
    op(A64Op.SUBS, width, ZR, n, m);
  }

  public void cmpImm(A64Width width, int n, long value) {
    imm(A64Op.SUBS, width, ZR, n, value);
  }

  public void mov(A64Width width, int d, int n) {
    op(A64Op.ORR, width, d, ZR, n);
  }

  /** Shifts by a number; {@code ROR} is not among them. */
  public void shift(A64Shift shift, A64Width width, int d, int n, int amount) {
    within("shift", amount, 0, width.bits - 1);
    int last = width.bits - 1;
    switch (shift) {
      case LSL -> bits(false, width, d, n, width.bits - amount & last, last - amount);
      case LSR -> bits(false, width, d, n, amount, last);
      case ASR -> bits(true, width, d, n, amount, last);
      case ROR -> throw new IllegalArgumentException("ROR by a number is not supported");
    }
  }

  /**
   * The bits from {@code low} to {@code high} at the place of bit 0; where {@code high} is below {@code low}, the bits from 0 to
   * {@code high} at the place {@code 64 - low} or {@code 32 - low}. What is above them becomes 0 or the sign ({@code UBFM},
   * {@code SBFM}).
   */
  public void bits(boolean signed, A64Width width, int d, int n, int low, int high) {
    within("bit", low, 0, width.bits - 1);
    within("bit", high, 0, width.bits - 1);
    int word = (signed ? 0x13000000 : 0x53000000) | width.flag | width.ordinal() << 22;
    emit(word | low << 16 | high << 10 | register(n) << 5 | register(d));
  }

  /** {@code a - n * m}. */
  public void msub(A64Width width, int d, int n, int m, int a) {
    emit(0x1B008000 | width.flag | four(d, n, m, a));
  }

  static int four(int d, int n, int m, int a) {
    return register(m) << 16 | register(a) << 10 | register(n) << 5 | register(d);
  }

  /** The first register where the condition holds, else the second. */
  public void csel(A64Width width, int d, int n, int m, A64Condition condition) {
    select(0x1A800000, width, d, n, m, condition);
  }

  private void select(int word, A64Width width, int d, int n, int m, A64Condition condition) {
    int operands = register(m) << 16 | register(n) << 5 | register(d);
    emit(word | width.flag | condition.ordinal() << 12 | operands);
  }

  /** Sets 16 bits of a register from bit {@code shift} on, and the others to 0. */
  public void movz(A64Width width, int d, int value, int shift) {
    halfword(0x52800000, width, d, value, shift);
  }

  /** As {@link #movz}, with all bits turned over. */
  public void movn(A64Width width, int d, int value, int shift) {
    halfword(0x12800000, width, d, value, shift);
  }

  /** As {@link #movz}, but leaves the others. */
  public void movk(A64Width width, int d, int value, int shift) {
    halfword(0x72800000, width, d, value, shift);
  }

  private void halfword(int word, A64Width width, int d, int value, int shift) {
    within("value", value, 0, 0xFFFF);
    if ((shift & 15) != 0 || shift < 0 || shift >= width.bits) {
      throw new IllegalArgumentException("16 bits of " + width + " do not begin at " + shift);
    }
    emit(word | width.flag | (shift / 16) << 21 | value << 5 | register(d));
  }

  /** Sets all 64 bits of a register, by 1 to 4 instructions. */
  public void move(int d, long value) {
    int zeros = 0;
    int ones = 0;
    for (int shift = 0; shift < 64; shift += 16) {
      long part = value >>> shift & 0xFFFF;
      zeros += part == 0 ? 1 : 0;
      ones += part == 0xFFFF ? 1 : 0;
    }
    if (Math.max(zeros, ones) < 3 && isImmediate(A64Op.ORR, A64Width.X, value)) {
      imm(A64Op.ORR, A64Width.X, d, ZR, value);
      return;
    }
    boolean turned = ones > zeros;
    long rest = turned ? ~value : value;
    int first = rest == 0 ? 0 : Long.numberOfTrailingZeros(rest) & 0x30;
    int start = (int) (rest >>> first) & 0xFFFF;
    if (turned) {
      movn(A64Width.X, d, start, first);
    } else {
      movz(A64Width.X, d, start, first);
    }
    for (int shift = first + 16; shift < 64; shift += 16) {
      if ((rest >>> shift & 0xFFFF) != 0) {
        movk(A64Width.X, d, (int) (value >>> shift) & 0xFFFF, shift);
      }
    }
  }

  /** Calls the system. */
  public void svc() {
    emit(0xD4000001);
  }
}
