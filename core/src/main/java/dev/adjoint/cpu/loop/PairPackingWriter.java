package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

/**
 * Writes machine code that makes pairs of bf16 from numbers of this type or of f32, which are rounded. The first number of a pair
 * is the upper half, and a number without a partner gets a zero. For processors that have AVX512_BF16.
 */
final class PairPackingWriter {
  private static final int VECTOR = 64;
  private static final int LANES = 16;

  // General registers: the arguments, and others.
  private static final int FROM = X86.RDI;
  private static final int FROM_STRIDE = X86.RSI;
  private static final int ROWS = X86.RDX;
  private static final int COLUMNS = X86.RCX;
  private static final int TO = X86.R8;
  private static final int TO_STRIDE = X86.R9;
  private static final int FROM_AT = X86.R10;
  private static final int TO_AT = X86.R11;
  private static final int LEFT = X86.RAX;
  private static final int BITS = X86.RBX;
  private static final int WRITTEN =
      1 << FROM
          | 1 << FROM_STRIDE
          | 1 << ROWS
          | 1 << COLUMNS
          | 1 << TO
          | 1 << TO_STRIDE
          | 1 << FROM_AT
          | 1 << TO_AT
          | 1 << LEFT
          | 1 << BITS;

  // Vector registers.
  private static final int FIRST = 0;
  private static final int SECOND = 1;
  private static final int ORDER = 2;

  // Mask registers of the last elements of a row: those of two vectors that are read, and of the
  // one that is written.
  private static final int LOWER = 1;
  private static final int UPPER = 2;
  private static final int PAIRS = 3;

  /** The bytes of a number that is read. */
  private final int bytes;

  private final X86 code = new X86();
  private final X86Frame frame = new X86Frame(code);
  private final Label order = code.label();

  private PairPackingWriter(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The code that pairs neighbours in rows. Its arguments: from, the distance of rows there, rows, columns, to, and the distance
   * of rows there; one row and column at least.
   *
   * @param bytes the size of a number that is read: 4 for f32, 2 for bf16
   */
  static byte[] neighbours(int bytes) {
    return new PairPackingWriter(bytes).write(false);
  }

  /**
   * The code that pairs what is below each other in rows. Its arguments are the same; of n rows it makes the half, rounded up.
   */
  static byte[] rows(int bytes) {
    return new PairPackingWriter(bytes).write(true);
  }

  private byte[] write(boolean rows) {
    frame.enter(WRITTEN, ORDER, FROM, FROM_STRIDE, ROWS, COLUMNS, TO, TO_STRIDE);
    code.v(VectorOp.VMOVUPS, VECTOR, ORDER, -1, Mem.of(order, 0));
    masks(rows);
    if (rows) {
      pairRows();
    } else {
      pairNeighbours();
    }
    frame.leave();
    code.align(VECTOR);
    code.bind(order);
    // The words of what is read first come first.
    for (int word = 0; word < 2 * LANES; word += 4) {
      long four = 0;
      for (int i = 3; i >= 0; i--) {
        int w = word + i;
        four = four << 16 | (rows ? (w & 1) == 0 ? LANES + w / 2 : w / 2 : w ^ 1);
      }
      code.int64(four);
    }
    return code.toBytes();
  }

  /** Makes the masks of the columns behind the last whole vectors. */
  private void masks(boolean rows) {
    code.move(BITS, -1);
    code.g(GeneralOp.MOV, LEFT, COLUMNS);
    code.gi(GeneralOp.AND, LEFT, (rows ? LANES : 2 * LANES) - 1);
    code.g(GeneralOp.BZHI, FROM_AT, BITS, LEFT);
    code.v(VectorOp.KMOVD_FROM_GPR, 0, LOWER, -1, FROM_AT);
    if (!rows) {
      code.gi(GeneralOp.SHR, FROM_AT, LANES);
      code.v(VectorOp.KMOVD_FROM_GPR, 0, UPPER, -1, FROM_AT);
      code.gi(GeneralOp.ADD, LEFT, 1);
      code.gi(GeneralOp.SHR, LEFT, 1);
      code.g(GeneralOp.BZHI, FROM_AT, BITS, LEFT);
      code.v(VectorOp.KMOVD_FROM_GPR, 0, PAIRS, -1, FROM_AT);
    }
  }

  private void pairNeighbours() {
    Label row = code.label();
    code.bind(row);
    line(
        2 * LANES,
        edge -> {
          if (bytes == Float.BYTES) {
            load(VECTOR, edge ? LOWER : 0, FIRST, Mem.at(FROM_AT, 0));
            load(VECTOR, edge ? UPPER : 0, SECOND, Mem.at(FROM_AT, VECTOR));
            code.v(VectorOp.VCVTNE2PS2BF16, VECTOR, FIRST, SECOND, FIRST);
          } else {
            load(VECTOR, edge ? LOWER : 0, FIRST, Mem.at(FROM_AT, 0));
          }
          code.gi(GeneralOp.ADD, FROM_AT, 2 * LANES * bytes);
          store(edge ? PAIRS : 0);
        });
    code.g(GeneralOp.ADD, FROM, FROM_STRIDE);
    code.g(GeneralOp.ADD, TO, TO_STRIDE);
    code.gi(GeneralOp.SUB, ROWS, 1);
    code.jump(Condition.NOT_EQUAL, row);
  }

  private void pairRows() {
    Label pair = code.label();
    Label single = code.label();
    Label end = code.label();
    code.bind(pair);
    code.gi(GeneralOp.SUB, ROWS, 2);
    code.jump(Condition.BELOW, single);
    pairOfRows(true);
    code.lea(FROM, Mem.at(FROM, FROM_STRIDE, 2, 0));
    code.g(GeneralOp.ADD, TO, TO_STRIDE);
    code.jump(pair);
    code.bind(single);
    code.gi(GeneralOp.ADD, ROWS, 2);
    code.jump(Condition.EQUAL, end);
    code.v(VectorOp.VXORPS, VECTOR, SECOND, SECOND, SECOND);
    pairOfRows(false);
    code.bind(end);
  }

  /** Pairs a row with the one behind it, or with zeros. */
  private void pairOfRows(boolean hasSecond) {
    int size = LANES * bytes;
    line(
        LANES,
        edge -> {
          load(size, edge ? LOWER : 0, FIRST, Mem.at(FROM_AT, 0));
          if (hasSecond) {
            load(size, edge ? LOWER : 0, SECOND, Mem.at(FROM_AT, FROM_STRIDE, 1, 0));
          }
          if (bytes == Float.BYTES) {
            code.v(VectorOp.VCVTNE2PS2BF16, VECTOR, FIRST, SECOND, FIRST);
          } else {
            code.v(VectorOp.VINSERTF64X4, VECTOR, FIRST, FIRST, SECOND, 1);
          }
          code.gi(GeneralOp.ADD, FROM_AT, size);
          store(edge ? LOWER : 0);
        });
  }

  /** What is done to some columns of a row: as many as there are at a time, or those at its edge. */
  private interface Part {
    void write(boolean edge);
  }

  private void line(int columns, Part part) {
    Label whole = code.label();
    Label rest = code.label();
    Label next = code.label();
    code.g(GeneralOp.MOV, FROM_AT, FROM);
    code.g(GeneralOp.MOV, TO_AT, TO);
    code.g(GeneralOp.MOV, LEFT, COLUMNS);
    code.bind(whole);
    code.gi(GeneralOp.SUB, LEFT, columns);
    code.jump(Condition.BELOW, rest);
    part.write(false);
    code.jump(whole);
    code.bind(rest);
    code.gi(GeneralOp.ADD, LEFT, columns);
    code.jump(Condition.EQUAL, next);
    part.write(true);
    code.bind(next);
  }

  private void load(int size, int mask, int to, Mem from) {
    if (mask != 0) {
      code.zero(mask);
    }
    boolean words = mask != 0 && bytes < Float.BYTES;
    code.v(words ? VectorOp.VMOVDQU16 : VectorOp.VMOVUPS, size, to, -1, from);
  }

  /** Brings words into order and stores them as pairs. */
  private void store(int mask) {
    code.v(VectorOp.VPERMW, VECTOR, FIRST, ORDER, FIRST);
    if (mask != 0) {
      code.mask(mask);
    }
    code.v(VectorOp.VMOVUPS, VECTOR, Mem.at(TO_AT, 0), FIRST);
    code.gi(GeneralOp.ADD, TO_AT, VECTOR);
  }
}
