package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.SquareTurn;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

/**
 * Writes machine code that copies parts of matrices. Vectors of 32 bytes keep up with the caches, so all processors have the same
 * code.
 */
final class PackingWriter {
  private static final int VECTOR = 32;
  private static final int HALF = 16;
  private static final int PAIR = 64;
  private static final int VECTORS = 12;

  private static final int FROM = X86.RDI;
  private static final int FROM_STRIDE = X86.RSI;
  private static final int ROWS = X86.RDX;
  private static final int COLUMNS = X86.RCX;
  private static final int TO = X86.R8;
  private static final int TO_STRIDE = X86.R9;

  private final X86 code = new X86();

  private PackingWriter() {}

  /**
   * The code that copies rows of some bytes, a multiple of 4. Its arguments: from, the distance of rows there, rows, bytes, to
   * and the distance of rows there.
   */
  static byte[] copy() {
    var writer = new PackingWriter();
    var frame = new X86Frame(writer.code);
    frame.enter(1 << X86.RSI | 1 << X86.RDI, 1, FROM, FROM_STRIDE, ROWS, COLUMNS, TO, TO_STRIDE);
    writer.rows();
    frame.leave();
    return writer.code.toBytes();
  }

  /**
   * The code that turns a matrix of elements of 4 or 8 bytes. Its arguments: from, where the elements of a column are
   * neighbours, the distance of columns there, rows, columns, to, where the elements of a row are neighbours, and the distance of
   * rows there.
   */
  static byte[] turn(int bytes) {
    var writer = new PackingWriter();
    var frame = new X86Frame(writer.code);
    frame.enter(
        0xFFFF & ~(1 << X86.RSP), VECTORS - 1, FROM, FROM_STRIDE, ROWS, COLUMNS, TO, TO_STRIDE);
    writer.columns(bytes);
    frame.leave();
    return writer.code.toBytes();
  }

  private void rows() {
    Label whole = code.label();
    Label end = code.label();
    code.gi(GeneralOp.TEST, COLUMNS, PAIR - 1);
    code.jump(Condition.EQUAL, whole);
    rows(true);
    code.jump(end);
    code.bind(whole);
    rows(false);
    code.bind(end);
  }

  /** Copies rows that are some pairs of vectors long, which is common and has a shorter loop, or of any length. */
  private void rows(boolean any) {
    Label row = code.label();
    Label pair = code.label();
    Label fewer = code.label();
    code.align(32);
    code.bind(row);
    code.g(GeneralOp.MOV, X86.RAX, FROM);
    code.g(GeneralOp.MOV, X86.R10, TO);
    code.g(GeneralOp.MOV, X86.R11, COLUMNS);
    if (any) {
      code.gi(GeneralOp.SUB, X86.R11, PAIR);
      code.jump(Condition.BELOW, fewer);
    }
    code.bind(pair);
    move(VectorOp.VMOVUPS, VECTOR, 0, 0);
    move(VectorOp.VMOVUPS, VECTOR, 1, VECTOR);
    code.gi(GeneralOp.ADD, X86.RAX, PAIR);
    code.gi(GeneralOp.ADD, X86.R10, PAIR);
    code.gi(GeneralOp.SUB, X86.R11, PAIR);
    code.jump(any ? Condition.ABOVE_OR_EQUAL : Condition.NOT_EQUAL, pair);
    if (any) {
      code.bind(fewer);
      // What is left is now less by the length of a pair, which does not change its low bits.
      part(VectorOp.VMOVUPS, VECTOR, VECTOR);
      part(VectorOp.VMOVUPS, HALF, HALF);
      part(VectorOp.VMOVSD, HALF, Long.BYTES);
      part(VectorOp.VMOVSS, HALF, Integer.BYTES);
    }
    code.g(GeneralOp.ADD, FROM, FROM_STRIDE);
    code.g(GeneralOp.ADD, TO, TO_STRIDE);
    code.gi(GeneralOp.SUB, ROWS, 1);
    code.jump(Condition.NOT_EQUAL, row);
  }

  private void move(VectorOp op, int width, int register, int at) {
    code.v(op, width, register, -1, Mem.at(X86.RAX, at));
    code.v(op, width, Mem.at(X86.R10, at), register);
  }

  /** Copies some bytes if the number of those that are left has this bit. */
  private void part(VectorOp op, int width, int bytes) {
    Label none = code.label();
    code.gi(GeneralOp.TEST, X86.R11, bytes);
    code.jump(Condition.EQUAL, none);
    move(op, width, 0, 0);
    code.gi(GeneralOp.ADD, X86.RAX, bytes);
    code.gi(GeneralOp.ADD, X86.R10, bytes);
    code.bind(none);
  }

  private void columns(int bytes) {
    var square = new SquareTurn(code, bytes);
    int side = square.side();
    Label outer = code.label();
    Label blocks = code.label();
    Label single = code.label();
    Label row = code.label();
    Label element = code.label();
    Label next = code.label();
    code.bind(outer);
    code.g(GeneralOp.MOV, X86.RAX, FROM);
    code.g(GeneralOp.MOV, X86.R10, TO);
    code.g(GeneralOp.MOV, X86.R11, ROWS);
    code.g(GeneralOp.MOV, X86.RBX, COLUMNS);
    code.gi(GeneralOp.CMP, COLUMNS, side);
    code.jump(Condition.BELOW, single);
    code.move(X86.RBX, side);
    code.bind(blocks);
    code.gi(GeneralOp.SUB, X86.R11, side);
    Label few = code.label();
    code.jump(Condition.BELOW, few);
    block(square);
    code.gi(GeneralOp.ADD, X86.RAX, VECTOR);
    code.lea(X86.R10, Mem.at(X86.R10, TO_STRIDE, side, 0));
    code.jump(blocks);
    code.bind(few);
    code.gi(GeneralOp.ADD, X86.R11, side);
    code.bind(single);
    code.g(GeneralOp.TEST, X86.R11, X86.R11);
    code.jump(Condition.EQUAL, next);
    code.bind(row);
    code.g(GeneralOp.MOV, X86.RBP, X86.RAX);
    code.g(GeneralOp.MOV, X86.R12, X86.R10);
    code.g(GeneralOp.MOV, X86.R13, X86.RBX);
    code.bind(element);
    GeneralOp move = bytes == Long.BYTES ? GeneralOp.MOV : GeneralOp.MOV32;
    code.g(move, X86.R14, Mem.at(X86.RBP, 0));
    code.g(move, Mem.at(X86.R12, 0), X86.R14);
    code.g(GeneralOp.ADD, X86.RBP, FROM_STRIDE);
    code.gi(GeneralOp.ADD, X86.R12, bytes);
    code.gi(GeneralOp.SUB, X86.R13, 1);
    code.jump(Condition.NOT_EQUAL, element);
    code.gi(GeneralOp.ADD, X86.RAX, bytes);
    code.g(GeneralOp.ADD, X86.R10, TO_STRIDE);
    code.gi(GeneralOp.SUB, X86.R11, 1);
    code.jump(Condition.NOT_EQUAL, row);
    code.bind(next);
    code.lea(FROM, Mem.at(FROM, FROM_STRIDE, side, 0));
    code.gi(GeneralOp.ADD, TO, VECTOR);
    code.g(GeneralOp.SUB, COLUMNS, X86.RBX);
    code.jump(Condition.NOT_EQUAL, outer);
  }

  private void block(SquareTurn square) {
    square.lead(X86.RAX, FROM_STRIDE, X86.R12, X86.R13);
    square.lead(X86.R10, TO_STRIDE, X86.R14, X86.R15);
    int lines = square.side() / 2;
    for (int half = 0; half < 2; half++) {
      square.load(half * HALF, X86.RAX, FROM_STRIDE, X86.R12, X86.R13);
      for (int r = 0; r < lines; r++) {
        int row = half * lines + r;
        Mem to = SquareTurn.place(X86.R10, TO_STRIDE, X86.R14, X86.R15, row, 0);
        square.turned(r, SquareTurn.FREE + r);
        code.v(VectorOp.VMOVUPS, VECTOR, to, SquareTurn.FREE + r);
      }
    }
  }
}
