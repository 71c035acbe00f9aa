package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.SquareTurn;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/**
 * Writes machine code that copies parts of matrices. Vectors of 32 bytes keep up with the caches, so processors with longer ones
 * have the same code.
 */
final class PackingWriter {
  private static final int VECTORS = 12;

  // General registers: the arguments, and others.
  private static final int FROM = 0;
  private static final int FROM_STRIDE = 1;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int TO = 4;
  private static final int TO_STRIDE = 5;

  /** Where elements are read and written, and how many are left to do; all that copying needs. */
  private static final int FROM_AT = 6;

  private static final int TO_AT = 7;
  private static final int LEFT = 8;

  /** The columns that are turned at a time. */
  private static final int WIDE = 9;

  /** What leads to the lines of a square. */
  private static final int FROM_SECOND = 11;

  private static final int FROM_THIRD = 12;
  private static final int TO_SECOND = 13;
  private static final int TO_THIRD = 14;

  /** Where a single element is read and written, how many are left, and the element. */
  private static final int ELEMENT_FROM = 10;

  private static final int ELEMENT_TO = 11;
  private static final int ELEMENTS = 12;
  private static final int ELEMENT = 13;

  private final MatrixCode code;

  private PackingWriter(MatrixCode code) {
    this.code = code;
  }

  /**
   * The code that copies rows of some bytes, a multiple of 4. Its arguments: from, the distance of rows there, rows, bytes, to
   * and the distance of rows there.
   */
  static byte[] copy(Isa isa) {
    MatrixCode code = MatrixCode.ofShortVectors(isa, Integer.BYTES);
    code.enter(6, LEFT + 1, 2);
    new PackingWriter(code).rows();
    code.leave();
    return code.toBytes();
  }

  /**
   * The code that turns a matrix of elements of 4 or 8 bytes. Its arguments: from, where the elements of a column are
   * neighbours, the distance of columns there, rows, columns, to, where the elements of a row are neighbours, and the distance of
   * rows there.
   */
  static byte[] turn(Isa isa, int bytes) {
    MatrixCode code = MatrixCode.ofShortVectors(isa, bytes);
    code.enter(6, MatrixCode.REGISTERS, VECTORS);
    new PackingWriter(code).columns();
    code.leave();
    return code.toBytes();
  }

  /**
   * The code that takes rows of pairs of elements of 4 or 8 bytes apart. Its arguments: from, the distance of rows there, rows,
   * pairs in a row, where the first elements of all pairs go side by side, and how far behind these the second ones go.
   */
  static byte[] split(Isa isa, int bytes) {
    MatrixCode code = MatrixCode.ofShortVectors(isa, bytes);
    code.enter(6, LEFT + 1, 6);
    new PackingWriter(code).pairs();
    code.leave();
    return code.toBytes();
  }

  private void pairs() {
    int side = code.vector / code.bytes;
    int second = TO_AT;
    Label row = code.label();
    Label vectors = code.label();
    Label few = code.label();
    Label single = code.label();
    Label next = code.label();
    code.sum(second, TO, TO_STRIDE, 1);
    code.head(row);
    code.move(FROM_AT, FROM);
    code.move(LEFT, COLUMNS);
    code.imm(Op.SUBTRACT, LEFT, side);
    code.jump(When.BELOW, few);
    code.bind(vectors);
    vectorOfPairs();
    code.imm(Op.ADD, FROM_AT, 2 * code.vector);
    code.imm(Op.SUBTRACT, LEFT, side);
    code.jump(When.AT_LEAST, vectors);
    code.bind(few);
    code.imm(Op.ADD, LEFT, side);
    code.jump(When.EQUAL, next);
    code.imm(Op.COMPARE, COLUMNS, side);
    code.jump(When.BELOW, single);
    // The last pairs are a vector with some that were done before.
    code.imm(Op.SUBTRACT, LEFT, side);
    code.sum(FROM_AT, FROM_AT, LEFT, code.bytes);
    code.sum(FROM_AT, FROM_AT, LEFT, code.bytes);
    code.sum(TO, TO, LEFT, code.bytes);
    code.sum(second, second, LEFT, code.bytes);
    vectorOfPairs();
    code.jump(next);
    code.bind(single);
    code.load(code.bytes, 0, Mem.at(FROM_AT, 0));
    code.load(code.bytes, 1, Mem.at(FROM_AT, code.bytes));
    code.store(code.bytes, Mem.at(TO, 0), 0);
    code.store(code.bytes, Mem.at(second, 0), 1);
    code.imm(Op.ADD, FROM_AT, 2 * code.bytes);
    code.imm(Op.ADD, TO, code.bytes);
    code.imm(Op.ADD, second, code.bytes);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, single);
    code.bind(next);
    code.op(Op.ADD, FROM, FROM_STRIDE);
    code.imm(Op.SUBTRACT, ROWS, 1);
    code.jump(When.NOT_EQUAL, row);
  }

  /** Takes a vector of pairs apart; the second elements go where {@link #TO_AT} says. */
  private void vectorOfPairs() {
    pairsOfVectors();
    code.store(code.vector, Mem.at(TO, 0), 0);
    code.store(code.vector, Mem.at(TO_AT, 0), 1);
    code.imm(Op.ADD, TO, code.vector);
    code.imm(Op.ADD, TO_AT, code.vector);
  }

  /** Loads two vectors of pairs as a vector of the first elements and one of the second ones. */
  private void pairsOfVectors() {
    for (int part = 0; part < code.vector / MatrixCode.PART; part++) {
      code.loadPart(part, 2, Mem.at(FROM_AT, 2 * part * MatrixCode.PART));
      code.loadPart(part, 3, Mem.at(FROM_AT, (2 * part + 1) * MatrixCode.PART));
    }
    int first = 2;
    if (code.bytes == Integer.BYTES) {
      // Elements 0 4 1 5 and 2 6 3 7.
      code.zip(code.bytes, false, 4, 2, 3);
      code.zip(code.bytes, true, 5, 2, 3);
      first = 4;
    }
    code.zip(code.bytes, false, 0, first, first + 1);
    code.zip(code.bytes, true, 1, first, first + 1);
  }

  private void rows() {
    Label whole = code.label();
    Label end = code.label();
    code.imm(Op.TEST, COLUMNS, 2 * code.vector - 1);
    code.jump(When.EQUAL, whole);
    rows(true);
    code.jump(end);
    code.bind(whole);
    rows(false);
    code.bind(end);
  }

  /** Copies rows that are some pairs of vectors long, which is common and has a shorter loop, or of any length. */
  private void rows(boolean any) {
    int pairBytes = 2 * code.vector;
    Label row = code.label();
    Label pair = code.label();
    Label fewer = code.label();
    code.head(row);
    code.move(FROM_AT, FROM);
    code.move(TO_AT, TO);
    code.move(LEFT, COLUMNS);
    if (any) {
      code.imm(Op.SUBTRACT, LEFT, pairBytes);
      code.jump(When.BELOW, fewer);
    }
    code.bind(pair);
    move(code.vector, 0, 0);
    move(code.vector, 1, code.vector);
    code.imm(Op.ADD, FROM_AT, pairBytes);
    code.imm(Op.ADD, TO_AT, pairBytes);
    code.imm(Op.SUBTRACT, LEFT, pairBytes);
    code.jump(any ? When.AT_LEAST : When.NOT_EQUAL, pair);
    if (any) {
      code.bind(fewer);
      // What is left is now less by the length of a pair, which does not change its low bits.
      for (int bytes = code.vector; bytes >= Integer.BYTES; bytes /= 2) {
        part(bytes);
      }
    }
    code.op(Op.ADD, FROM, FROM_STRIDE);
    code.op(Op.ADD, TO, TO_STRIDE);
    code.imm(Op.SUBTRACT, ROWS, 1);
    code.jump(When.NOT_EQUAL, row);
  }

  private void move(int bytes, int register, int at) {
    code.load(bytes, register, Mem.at(FROM_AT, at));
    code.store(bytes, Mem.at(TO_AT, at), register);
  }

  /** Copies some bytes if the number of those that are left has this bit. */
  private void part(int bytes) {
    Label none = code.label();
    code.imm(Op.TEST, LEFT, bytes);
    code.jump(When.EQUAL, none);
    move(bytes, 0, 0);
    code.imm(Op.ADD, FROM_AT, bytes);
    code.imm(Op.ADD, TO_AT, bytes);
    code.bind(none);
  }

  private void columns() {
    var square = new SquareTurn(code);
    int side = square.side();
    Label outer = code.label();
    Label blocks = code.label();
    Label single = code.label();
    Label row = code.label();
    Label element = code.label();
    Label next = code.label();
    code.bind(outer);
    code.move(FROM_AT, FROM);
    code.move(TO_AT, TO);
    code.move(LEFT, ROWS);
    code.move(WIDE, COLUMNS);
    code.imm(Op.COMPARE, COLUMNS, side);
    code.jump(When.BELOW, single);
    code.set(WIDE, side);
    code.bind(blocks);
    code.imm(Op.SUBTRACT, LEFT, side);
    Label few = code.label();
    code.jump(When.BELOW, few);
    block(square);
    code.imm(Op.ADD, FROM_AT, code.vector);
    code.sum(TO_AT, TO_AT, TO_STRIDE, side);
    code.jump(blocks);
    code.bind(few);
    code.imm(Op.ADD, LEFT, side);
    code.bind(single);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, next);
    code.bind(row);
    code.move(ELEMENT_FROM, FROM_AT);
    code.move(ELEMENT_TO, TO_AT);
    code.move(ELEMENTS, WIDE);
    code.bind(element);
    code.copy(Mem.at(ELEMENT_TO, 0), Mem.at(ELEMENT_FROM, 0), ELEMENT);
    code.op(Op.ADD, ELEMENT_FROM, FROM_STRIDE);
    code.imm(Op.ADD, ELEMENT_TO, code.bytes);
    code.imm(Op.SUBTRACT, ELEMENTS, 1);
    code.jump(When.NOT_EQUAL, element);
    code.imm(Op.ADD, FROM_AT, code.bytes);
    code.op(Op.ADD, TO_AT, TO_STRIDE);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, row);
    code.bind(next);
    code.sum(FROM, FROM, FROM_STRIDE, side);
    code.imm(Op.ADD, TO, code.vector);
    code.op(Op.SUBTRACT, COLUMNS, WIDE);
    code.jump(When.NOT_EQUAL, outer);
  }

  private void block(SquareTurn square) {
    square.lead(FROM_AT, FROM_STRIDE, FROM_SECOND, FROM_THIRD);
    square.lead(TO_AT, TO_STRIDE, TO_SECOND, TO_THIRD);
    int lines = MatrixCode.PART / code.bytes;
    for (int row = 0; row < square.side(); row += lines) {
      square.load(row * code.bytes, FROM_AT, FROM_STRIDE, FROM_SECOND, FROM_THIRD);
      for (int r = 0; r < lines; r++) {
        Mem to = square.place(TO_AT, TO_STRIDE, TO_SECOND, TO_THIRD, row + r, 0);
        square.turned(r, SquareTurn.FREE + r);
        code.store(code.vector, to, SquareTurn.FREE + r);
      }
    }
  }
}
