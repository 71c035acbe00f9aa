package dev.adjoint.cpu.asm;

/**
 * Writes machine code of AArch64. Instructions are methods, or lines of a table that a method takes; operands stand in the order
 * of Arm's assembly language, with the result first, but for stores. What cannot be encoded throws an {@link
 * IllegalArgumentException} where it is written, or in {@link #toBytes} if it is the distance to a label.
 */
public final class A64 extends A64Memory {
  /** An instruction of all lanes of two registers. */
  public void v(NeonOp op, Arrangement t, int d, int n, int m) {
    emit(op.bits | op.lanes.bits(op, t) | register(m) << 16 | two(d, n));
  }

  /** An instruction of all lanes of a register. */
  public void v(NeonUnary op, Arrangement t, int d, int n) {
    emit(op.bits | op.lanes.bits(op, t) | two(d, n));
  }

  /** Shifts all lanes by a number: to the left from 0 on, to the right from 1 to the bits of a lane. */
  public void v(NeonShift op, Arrangement t, int d, int n, int amount) {
    op.lanes.check(op, t);
    int bits = 8 << t.size;
    int first = op.left ? 0 : 1;
    within("shift", amount, first, first + bits - 1);
    int field = op.left ? bits + amount : 2 * bits - amount;
    emit(op.bits | t.whole | field << 16 | two(d, n));
  }

  /** An instruction of all lanes of a register and one lane of another. */
  public void v(NeonElement op, Arrangement t, int d, int n, int m, int lane) {
    int place = lane(t, lane);
    int index = t.size == 2 ? (place & 1) << 21 | place >> 1 << 11 : place << 11;
    emit(op.bits | op.lanes.bits(op, t) | index | register(m) << 16 | two(d, n));
  }

  /** The bytes from {@code position} on of two registers that stand side by side. */
  public void ext(Arrangement t, int d, int n, int m, int position) {
    NeonLanes.ONLY_8.check("ext", t);
    within("position", position, 0, t.lanes - 1);
    emit(0x2E000000 | t.whole | register(m) << 16 | position << 11 | two(d, n));
  }

  /** One lane of a register in all lanes. */
  public void dup(Arrangement t, int d, int n, int lane) {
    emit(0x0E000400 | t.whole | element(t, lane) | two(d, n));
  }

  /** A general register in all lanes. */
  public void dup(Arrangement t, int d, int n) {
    emit(0x0E000C00 | t.whole | element(t, 0) | two(d, n));
  }

  /** One lane of a register as a single number: the rest becomes 0. */
  public void lane(Arrangement t, int d, int n, int lane) {
    emit(0x5E000400 | element(t, lane) | two(d, n));
  }

  /** Sets lane {@code to} of a register to lane {@code from} of another. */
  public void ins(Arrangement t, int d, int to, int n, int from) {
    emit(0x6E000400 | element(t, to) | lane(t, from) << (t.size + 11) | two(d, n));
  }

  /** Sets a lane to a general register. */
  public void ins(Arrangement t, int d, int lane, int n) {
    emit(0x4E001C00 | element(t, lane) | two(d, n));
  }

  /** A lane in a general register, extended by zeros. */
  public void umov(Arrangement t, int d, int n, int lane) {
    emit(0x0E003C00 | (t.size == 3 ? 1 << 30 : 0) | element(t, lane) | two(d, n));
  }

  /** A lane in a wider general register, extended by its sign. */
  public void smov(A64Width width, Arrangement t, int d, int n, int lane) {
    if (8 << t.size >= width.bits) {
      throw new IllegalArgumentException("smov: a lane of " + t + " is not narrower than " + width);
    }
    emit(0x0E002C00 | width.ordinal() << 30 | element(t, lane) | two(d, n));
  }

  /** The size of a lane and its number, which any arrangement counts in the whole register. */
  private static int element(Arrangement t, int lane) {
    return (2 * lane(t, lane) + 1) << (t.size + 16);
  }

  private static int lane(Arrangement t, int lane) {
    return within("lane", lane, 0, (16 >> t.size) - 1);
  }

  /** Sets all lanes to a byte that is shifted to the left by a multiple of 8; 64 bits take only 0. */
  public void movi(Arrangement t, int d, int value, int shift) {
    constant("movi", 0, t, d, value, shift);
  }

  /** As {@link #movi}, with all bits turned over; neither 8 bits nor 64. */
  public void mvni(Arrangement t, int d, int value, int shift) {
    if (t.size == 0 || t.size == 3) {
      throw new IllegalArgumentException("mvni does not take lanes " + t);
    }
    constant("mvni", 1 << 29, t, d, value, shift);
  }

  private void constant(String name, int turned, Arrangement t, int d, int value, int shift) {
    within("value", value, 0, t.size == 3 ? 0 : 255);
    int last = t.size == 3 ? 0 : (8 << t.size) - 8;
    if (shift < 0 || shift > last || (shift & 7) != 0) {
      throw new IllegalArgumentException(name + " does not shift lanes " + t + " by " + shift);
    }
    int mode =
        switch (t) {
          case B8, B16 -> 14;
          case H4, H8 -> 8 | shift >> 2;
          case S2, S4 -> shift >> 2;
          case D2 -> 1 << 17 | 14; // the bit of mvni, which says 64 bits here
        };
    int halves = (value & 0xE0) << 11 | (value & 0x1F) << 5;
    emit(0x0F000400 | turned | t.whole | mode << 12 | halves | register(d));
  }

  /** An instruction of one number. */
  public void f(A64Float op, A64Real t, int d, int n) {
    real(op, 1, t, two(d, n));
  }

  public void f(A64Float op, A64Real t, int d, int n, int m) {
    real(op, 2, t, register(m) << 16 | two(d, n));
  }

  public void f(A64Float op, A64Real t, int d, int n, int m, int a) {
    real(op, 3, t, four(d, n, m, a));
  }

  private void real(A64Float op, int operands, A64Real t, int registers) {
    if (op.operands != operands) {
      throw new IllegalArgumentException(
          op + " takes " + op.operands + " operands, not " + operands);
    }
    emit(op.bits | single(op, t) | registers);
  }

  private static int single(Object op, A64Real t) {
    if (t == A64Real.H) {
      throw new IllegalArgumentException(op + " does not take " + t);
    }
    return t.bits;
  }

  /**
   * Sets the flags: {@code EQ}, {@code MI} (less), {@code LS}, {@code GT} and {@code GE} then fail for NaN, and {@code VS}
   * holds.
   */
  public void fcmp(A64Real t, int n, int m) {
    emit(0x1E202000 | single("fcmp", t) | register(m) << 16 | register(n) << 5);
  }

  /** Compares with 0. */
  public void fcmp(A64Real t, int n) {
    emit(0x1E202008 | single("fcmp", t) | register(n) << 5);
  }

  /** The first register where the condition holds, else the second. */
  public void fcsel(A64Real t, int d, int n, int m, A64Condition condition) {
    int operands = register(m) << 16 | condition.ordinal() << 12 | two(d, n);
    emit(0x1E200C00 | single("fcsel", t) | operands);
  }

  /** Converts a number to another type. */
  public void fcvt(A64Real to, int d, A64Real from, int n) {
    if (to == from) {
      throw new IllegalArgumentException("fcvt from " + from + " to itself");
    }
    emit(0x1E224000 | from.bits | to.bits >> 7 | two(d, n));
  }

  /** To an integer of a general register, towards 0; NaN becomes 0, and what is too large the nearest. */
  public void fcvtzs(A64Width width, int d, A64Real from, int n) {
    emit(0x1E380000 | width.flag | single("fcvtzs", from) | two(d, n));
  }

  /** From an integer of a general register, to the nearest number. */
  public void scvtf(A64Real to, int d, A64Width width, int n) {
    emit(0x1E220000 | width.flag | single("scvtf", to) | two(d, n));
  }

  public void ucvtf(A64Real to, int d, A64Width width, int n) {
    emit(0x1E230000 | width.flag | single("ucvtf", to) | two(d, n));
  }

  /** The bits of a number, in a general register of its size. */
  public void toGeneral(A64Real from, int d, int n) {
    emit((from == A64Real.D ? 0x9E660000 : 0x1E260000) | single("fmov", from) | two(d, n));
  }

  /** The number whose bits are in a general register of its size; the rest of the vector becomes 0. */
  public void fromGeneral(A64Real to, int d, int n) {
    emit((to == A64Real.D ? 0x9E670000 : 0x1E270000) | single("fmov", to) | two(d, n));
  }

  /**
   * Loads one lane; the others keep their values. The address is a base, which may be moved by the bytes of a lane afterwards.
   */
  public void ld1(Arrangement t, int d, int lane, A64Address address) {
    emit(0x0D400000 | place(t, lane) | step(t, address) | register(d));
  }

  /** Stores one lane, at an address as that of {@link #ld1}. */
  public void st1(Arrangement t, int d, int lane, A64Address address) {
    emit(0x0D000000 | place(t, lane) | step(t, address) | register(d));
  }

  /** Loads one value into all lanes, from an address as that of {@link #ld1}. */
  public void ld1r(Arrangement t, int d, A64Address address) {
    emit(0x0D40C000 | t.whole | t.size << 10 | step(t, address) | register(d));
  }

  /** The byte of the register where a lane begins, in bits 30, 12, 11 and 10, and the size of a lane. */
  private static int place(Arrangement t, int lane) {
    int index = lane(t, lane) << t.size;
    int size = t.size == 3 ? 2 << 14 | 1 << 10 : t.size << 14;
    return index >> 3 << 30 | (index & 7) << 10 | size;
  }

  private static int step(Arrangement t, A64Address address) {
    int base = register(address.base()) << 5;
    int value = address.value();
    if (address.mode() == A64Address.Mode.OFFSET && value == 0) {
      return base;
    }
    if (address.mode() == A64Address.Mode.AFTER && value == 1 << t.size) {
      return base | 1 << 23 | 31 << 16;
    }
    throw new IllegalArgumentException("ld1, st1: no address for lanes of " + t + ": " + address);
  }

  private static int two(int d, int n) {
    return register(n) << 5 | register(d);
  }
}
