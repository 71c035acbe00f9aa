package dev.adjoint.cpu.asm;

/**
 * Where an AArch64 instruction finds memory: a base register and something that is added to it. Register 31 as a base is the
 * stack pointer.
 *
 * @param value an offset in bytes or the number of an index register, as the mode says
 * @param shift how far an index is shifted: 0, or so far that it counts what is loaded
 */
public record A64Address(Mode mode, int base, int value, int shift) {
  /** What is added to the base. */
  public enum Mode {
    OFFSET,
    /** The offset is added to the base register before the access, which uses the sum. */
    BEFORE,
    /** The offset is added to the base register after the access. */
    AFTER,
    INDEX,
    /** The lower 32 bits of an index, extended by zeros. */
    INDEX_UXTW,
    /** The lower 32 bits of an index, extended by its sign. */
    INDEX_SXTW
  }

  public static A64Address at(int base, int offset) {
    return new A64Address(Mode.OFFSET, base, offset, 0);
  }

  public static A64Address before(int base, int step) {
    return new A64Address(Mode.BEFORE, base, step, 0);
  }

  public static A64Address after(int base, int step) {
    return new A64Address(Mode.AFTER, base, step, 0);
  }

  public static A64Address indexed(int base, int index, int shift) {
    return new A64Address(Mode.INDEX, base, index, shift);
  }

  /** With an index of 32 bits. */
  public static A64Address indexed(int base, int index, boolean signed, int shift) {
    return new A64Address(signed ? Mode.INDEX_SXTW : Mode.INDEX_UXTW, base, index, shift);
  }
}
