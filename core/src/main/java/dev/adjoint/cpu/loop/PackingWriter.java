package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
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
   * The code that copies rows of some bytes, a multiple of 4. Its arguments: from, the distance of rows there, rows, bytes, to and
   * the distance of rows there.
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
    Label row = code.label();
    Label two = code.label();
    Label fewer = code.label();
    code.bind(row);
    code.g(GeneralOp.MOV, X86.RAX, FROM);
    code.g(GeneralOp.MOV, X86.R10, TO);
    code.g(GeneralOp.MOV, X86.R11, COLUMNS);
    code.gi(GeneralOp.SUB, X86.R11, 2 * VECTOR);
    code.jump(Condition.BELOW, fewer);
    code.bind(two);
    move(VectorOp.VMOVUPS, VECTOR, 0, 0);
    move(VectorOp.VMOVUPS, VECTOR, 1, VECTOR);
    code.gi(GeneralOp.ADD, X86.RAX, 2 * VECTOR);
    code.gi(GeneralOp.ADD, X86.R10, 2 * VECTOR);
    code.gi(GeneralOp.SUB, X86.R11, 2 * VECTOR);
    code.jump(Condition.ABOVE_OR_EQUAL, two);
    code.bind(fewer);
    // What is missing at the end of a row is a multiple of 64 less than what is left, with the same
    // low bits.
    part(VectorOp.VMOVUPS, VECTOR, VECTOR);
    part(VectorOp.VMOVUPS, HALF, HALF);
    part(VectorOp.VMOVSD, HALF, Long.BYTES);
    part(VectorOp.VMOVSS, HALF, Integer.BYTES);
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
    int side = VECTOR / bytes;
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
    block(bytes, side);
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

  /** Turns a square. Halves of two columns are loaded into one register, so that nothing need move between its halves. */
  private void block(int bytes, int side) {
    int half = side / 2;
    int[] from = bases(X86.RAX, FROM_STRIDE, X86.R12, X86.R13, side);
    int[] to = bases(X86.R10, TO_STRIDE, X86.R14, X86.R15, side);
    for (int part = 0; part < 2; part++) {
      for (int c = 0; c < half; c++) {
        code.v(VectorOp.VMOVUPS, HALF, c, -1, place(from, FROM_STRIDE, c, part * HALF));
        Mem other = place(from, FROM_STRIDE, c + half, part * HALF);
        code.v(VectorOp.VINSERTF128, VECTOR, c, c, other, 1);
      }
      if (bytes == Integer.BYTES) {
        for (int c = 0; c < half; c += 2) {
          code.v(VectorOp.VUNPCKLPS, VECTOR, 4 + c / 2, c, c + 1);
          code.v(VectorOp.VUNPCKHPS, VECTOR, 6 + c / 2, c, c + 1);
        }
      }
      for (int r = 0; r < half; r++) {
        int first = bytes == Integer.BYTES ? 4 + r / 2 * 2 : 0;
        VectorOp op = r % 2 == 0 ? VectorOp.VUNPCKLPD : VectorOp.VUNPCKHPD;
        code.v(op, VECTOR, 8 + r, first, first + 1);
        code.v(VectorOp.VMOVUPS, VECTOR, place(to, TO_STRIDE, part * half + r, 0), 8 + r);
      }
    }
  }

  /** Registers that lead to three rows each. */
  private int[] bases(int start, int stride, int second, int third, int side) {
    int[] bases = {start, second, third};
    for (int i = 1; 3 * i < side; i++) {
      code.lea(bases[i], Mem.at(bases[i - 1], stride, 2, 0));
      code.g(GeneralOp.ADD, bases[i], stride);
    }
    return bases;
  }

  private static Mem place(int[] bases, int stride, int row, int at) {
    int base = bases[row / 3];
    return row % 3 == 0 ? Mem.at(base, at) : Mem.at(base, stride, row % 3, at);
  }
}
