package dev.adjoint.cpu.asm;

/**
 * Writes machine code that turns squares of elements of 4 or 8 bytes in registers, half a square at a time. Halves of two lines
 * are loaded into one register, so that nothing need move between its halves. Vectors of 32 bytes keep up with the caches, so all
 * processors have the same code.
 */
public final class SquareTurn {
  public static final int VECTOR = 32;
  public static final int HALF = 16;

  /** The first vector register that turning leaves alone. */
  public static final int FREE = 8;

  private static final int LINES_PER_BASE = 3;

  private final X86 code;
  private final int bytes;

  public SquareTurn(X86 code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The lines of a square. */
  public int side() {
    return VECTOR / bytes;
  }

  /** Loads half of each line, from some bytes on. */
  public void load(int at, int start, int stride, int second, int third) {
    int lines = side() / 2;
    for (int i = 0; i < lines; i++) {
      code.v(VectorOp.VMOVUPS, HALF, i, -1, place(start, stride, second, third, i, at));
      Mem other = place(start, stride, second, third, i + lines, at);
      code.v(VectorOp.VINSERTF128, VECTOR, i, i, other, 1);
    }
    if (bytes == Integer.BYTES) {
      for (int i = 0; i < lines; i += 2) {
        code.v(VectorOp.VUNPCKLPS, VECTOR, 4 + i / 2, i, i + 1);
        code.v(VectorOp.VUNPCKHPS, VECTOR, 6 + i / 2, i, i + 1);
      }
    }
  }

  /** Makes a register the elements of all lines at a place in the half that was loaded. */
  public void turned(int place, int to) {
    int first = bytes == Integer.BYTES ? 4 + place / 2 * 2 : 0;
    VectorOp op = place % 2 == 0 ? VectorOp.VUNPCKLPD : VectorOp.VUNPCKHPD;
    code.v(op, VECTOR, to, first, first + 1);
  }

  /** Makes registers lead to the fourth and the seventh line. */
  public void lead(int start, int stride, int second, int third) {
    code.lea(second, Mem.at(start, stride, 2, 0));
    code.g(GeneralOp.ADD, second, stride);
    if (side() > 2 * LINES_PER_BASE) {
      code.lea(third, Mem.at(second, stride, 2, 0));
      code.g(GeneralOp.ADD, third, stride);
    }
  }

  /** Where a line is. */
  public static Mem place(int start, int stride, int second, int third, int line, int at) {
    int base = line < LINES_PER_BASE ? start : line < 2 * LINES_PER_BASE ? second : third;
    int within = line % LINES_PER_BASE;
    return within == 0 ? Mem.at(base, at) : Mem.at(base, stride, within, at);
  }
}
