package dev.adjoint.cpu.asm;

/**
 * Writes machine code that turns squares of elements of 4 or 8 bytes in registers, part by part: a part has some neighbours of
 * each line. The lines of a part are loaded to parts of registers, so that nothing need move between those.
 */
public final class SquareTurn {
  /** The first vector register that turning leaves alone. */
  public static final int FREE = 8;

  private final MatrixCode code;

  /** The lines that one part of all registers holds; just as many neighbours of a line are in a part of the square. */
  private final int lines;

  public SquareTurn(MatrixCode code) {
    this.code = code;
    lines = MatrixCode.PART / code.bytes;
  }

  /** The lines of a square. */
  public int side() {
    return code.vector / code.bytes;
  }

  /** Loads a part of each line, from some bytes on. */
  public void load(int at, int start, int stride, int second, int third) {
    for (int i = 0; i < lines; i++) {
      for (int part = 0; part * lines < side(); part++) {
        code.loadPart(part, i, place(start, stride, second, third, i + part * lines, at));
      }
    }
    if (code.bytes == Integer.BYTES) {
      for (int i = 0; i < lines; i += 2) {
        code.zip(Integer.BYTES, false, 4 + i / 2, i, i + 1);
        code.zip(Integer.BYTES, true, 6 + i / 2, i, i + 1);
      }
    }
  }

  /** Makes a register the elements of all lines at a place in the part that was loaded. */
  public void turned(int place, int to) {
    int first = code.bytes == Integer.BYTES ? 4 + place / 2 * 2 : 0;
    code.zip(Long.BYTES, place % 2 != 0, to, first, first + 1);
  }

  /** Makes registers lead to those lines that the start does not lead to. */
  public void lead(int start, int stride, int second, int third) {
    if (side() > code.linesPerBase) {
      code.lead(second, start, stride);
    }
    if (side() > 2 * code.linesPerBase) {
      code.lead(third, second, stride);
    }
  }

  /** Where a line is. */
  public Mem place(int start, int stride, int second, int third, int line, int at) {
    int within = line % code.linesPerBase;
    return MatrixCode.line(
        switch (line / code.linesPerBase) {
          case 0 -> start;
          case 1 -> second;
          default -> third;
        },
        stride,
        within,
        at);
  }
}
