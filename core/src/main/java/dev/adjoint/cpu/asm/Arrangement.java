package dev.adjoint.cpu.asm;

/**
 * How a vector register of AArch64 is taken as lanes: {@code H8} is eight lanes of 16 bits, {@code H4} the four lower of them.
 */
public enum Arrangement {
  B8(0, false),
  B16(0, true),
  H4(1, false),
  H8(1, true),
  S2(2, false),
  S4(2, true),
  D2(3, true);

  /** The logarithm to base 2 of the bytes of a lane. */
  public final int size;

  /** The number of lanes. */
  public final int lanes;

  /** The bit of an instruction that says whether the whole register is taken. */
  final int whole;

  Arrangement(int size, boolean whole) {
    this.size = size;
    this.lanes = (whole ? 16 : 8) >> size;
    this.whole = whole ? 1 << 30 : 0;
  }
}
