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

  /** Adds to all lanes of a register the products of those of another and one lane of a third, each rounded once. */
  public void fmla(Arrangement t, int d, int n, int m, int lane) {
    int place = lane(t, lane);
    int index = t.size == 2 ? (place & 1) << 21 | place >> 1 << 11 : place << 11;
    int bits = NeonLanes.FROM_32.bits("fmla", t);
    emit(0x0F801000 | bits | index | register(m) << 16 | two(d, n));
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
    within("value", value, 0, t.size == 3 ? 0 : 255);
    int last = t.size == 3 ? 0 : (8 << t.size) - 8;
    if (shift < 0 || shift > last || (shift & 7) != 0) {
      throw new IllegalArgumentException("movi does not shift lanes " + t + " by " + shift);
    }
    int mode =
        switch (t) {
          case B8, B16 -> 14;
          case H4, H8 -> 8 | shift >> 2;
          case S2, S4 -> shift >> 2;
          case D2 -> 1 << 17 | 14;
        };
    int halves = (value & 0xE0) << 11 | (value & 0x1F) << 5;
    emit(0x0F000400 | t.whole | mode << 12 | halves | register(d));
  }

  /** From an integer of a general register, to the nearest number. */
  public void scvtf(A64Real to, int d, A64Width width, int n) {
    emit(0x1E220000 | width.flag | to.bits | two(d, n));
  }

  /** {@code a + n * m} of numbers, rounded once. */
  public void fmadd(A64Real t, int d, int n, int m, int a) {
    emit(0x1F000000 | t.bits | four(d, n, m, a));
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
