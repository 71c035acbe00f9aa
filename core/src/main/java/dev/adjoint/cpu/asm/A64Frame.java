package dev.adjoint.cpu.asm;

/** The beginning and the end of a function of AArch64: the halves of vector registers that belong to the caller are kept. */
public final class A64Frame {
  /** The first and the last of the registers of which the lower halves belong to the caller. */
  private static final int FIRST = 8;

  private static final int LAST = 15;
  private static final int BYTES = (LAST - FIRST + 1) * Long.BYTES;

  private A64Frame() {}

  /** Begins. */
  public static void enter(A64 code) {
    code.mem(A64Pair.STP_D, FIRST, FIRST + 1, A64Address.before(A64.SP, -BYTES));
    for (int r = FIRST + 2; r < LAST; r += 2) {
      code.mem(A64Pair.STP_D, r, r + 1, A64Address.at(A64.SP, (r - FIRST) * Long.BYTES));
    }
  }

  /** Gives the registers back. */
  public static void leave(A64 code) {
    for (int r = FIRST + 2; r < LAST; r += 2) {
      code.mem(A64Pair.LDP_D, r, r + 1, A64Address.at(A64.SP, (r - FIRST) * Long.BYTES));
    }
    code.mem(A64Pair.LDP_D, FIRST, FIRST + 1, A64Address.after(A64.SP, BYTES));
  }
}
