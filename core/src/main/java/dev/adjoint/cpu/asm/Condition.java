package dev.adjoint.cpu.asm;

/** What a conditional instruction asks of the flags. The order is that of the codes in the encoding. */
public enum Condition {
  OVERFLOW("o"),
  NO_OVERFLOW("no"),
  /** Less, unsigned; after a comparison of floats also: not ordered. */
  BELOW("b"),
  ABOVE_OR_EQUAL("ae"),
  EQUAL("e"),
  NOT_EQUAL("ne"),
  BELOW_OR_EQUAL("be"),
  ABOVE("a"),
  NEGATIVE("s"),
  NOT_NEGATIVE("ns"),
  PARITY("p"),
  NO_PARITY("np"),
  LESS("l"),
  GREATER_OR_EQUAL("ge"),
  LESS_OR_EQUAL("le"),
  GREATER("g");

  /** What mnemonics end in. */
  final String suffix;

  Condition(String suffix) {
    this.suffix = suffix;
  }
}
