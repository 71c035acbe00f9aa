package dev.adjoint.cpu.asm;

/** What a multiply-add of vectors adds to each element of sums: a product, or a dot product of numbers in a group along k. */
public enum Dot {
  /** The product of two floats. */
  SINGLE(1),
  /** Two products of bf16, that of the upper halves first; numbers below the normal ones are zeros. */
  BF16(2),
  /** Four products of i8 in factors and i8 in vectors. */
  I8_I8(4),
  /** Four products of i8 in factors and u8 in vectors. */
  I8_U8(4),
  /** Four products of u8 in factors and i8 in vectors. */
  U8_I8(4),
  /** Four products of u8 in factors and u8 in vectors. */
  U8_U8(4);

  /** The numbers of a group. */
  public final int group;

  Dot(int group) {
    this.group = group;
  }

  /** What multiplies bytes, which have a sign or not. Sums are i32, which wrap around. */
  public static Dot ofBytes(boolean signedFactors, boolean signedVectors) {
    return signedVectors ? signedFactors ? I8_I8 : U8_I8 : signedFactors ? I8_U8 : U8_U8;
  }

  /**
   * Whether numbers in factors have their highest bits turned, as an instruction multiplies numbers with a sign by such without
   * one: 128 was added to i8, or taken from u8.
   */
  public boolean isOffset() {
    return this == I8_I8 || this == U8_U8;
  }
}
