package dev.adjoint.cpu.asm;

/** What the flags of AArch64 say after a comparison, in the order of their codes. */
public enum A64Condition {
  EQ,
  NE,
  HS,
  LO,
  MI,
  PL,
  VS,
  VC,
  HI,
  LS,
  GE,
  LT,
  GT,
  LE;

  private static final A64Condition[] ALL = values();

  /** The condition that holds where this one does not. */
  public A64Condition not() {
    return ALL[ordinal() ^ 1];
  }
}
