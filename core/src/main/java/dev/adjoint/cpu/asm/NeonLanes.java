package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.B8;
import static dev.adjoint.cpu.asm.Arrangement.D2;
import static dev.adjoint.cpu.asm.Arrangement.H4;
import static dev.adjoint.cpu.asm.Arrangement.H8;
import static dev.adjoint.cpu.asm.Arrangement.S2;
import static dev.adjoint.cpu.asm.Arrangement.S4;

/** The arrangements that an instruction takes. It writes the size of a lane as a difference to the smallest of them. */
enum NeonLanes {
  ALL(B8, B16, H4, H8, S2, S4, D2),
  UP_TO_32(B8, B16, H4, H8, S2, S4),
  FROM_16_TO_32(H4, H8, S2, S4),
  FROM_32(S2, S4, D2),
  ONLY_8(B8, B16),
  /** Instructions that combine the lanes of one register: a pair of lanes by itself needs no tree. */
  ACROSS(B8, B16, H4, H8, S4);

  private final int smallest;
  private final int allowed;

  NeonLanes(Arrangement... arrangements) {
    this.smallest = arrangements[0].size;
    int allowed = 0;
    for (Arrangement arrangement : arrangements) {
      allowed |= 1 << arrangement.ordinal();
    }
    this.allowed = allowed;
  }

  boolean has(Arrangement t) {
    return (allowed >> t.ordinal() & 1) != 0;
  }

  /** The bits of an arrangement in an instruction {@code op} with the size in bits 22 and 23. */
  int bits(Object op, Arrangement t) {
    check(op, t);
    return t.whole | (t.size - smallest) << 22;
  }

  void check(Object op, Arrangement t) {
    if (!has(t)) {
      throw new IllegalArgumentException(op + " does not take lanes " + t);
    }
  }
}
