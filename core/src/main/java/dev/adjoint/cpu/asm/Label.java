package dev.adjoint.cpu.asm;

/** A place in code, which may be named before it is known. It belongs to the assembler that made it. */
public final class Label {
  /** Where in the code it is, or -1 while that is not known. */
  int position = -1;

  Label() {}

  /** Whether the place is known. */
  public boolean isBound() {
    return position >= 0;
  }
}
