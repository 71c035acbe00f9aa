package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/** Writes machine code that folds rows of floats with others, one after the other, as a list tells. */
final class ScatterRowsWriter {
  /** The bytes of the list for a row: the address of the row that is written, and that of the one it is folded with. */
  static final int ENTRY = 16;

  /** The entries behind the list that must be readable: a row is asked for so many rows before its turn. */
  static final int AHEAD = 4;

  // General registers: the arguments, and others.
  private static final int LIST = 0;
  private static final int ROWS = 1;
  private static final int VECTORS = 2;
  private static final int REST = 3;
  private static final int TO_AT = 4;
  private static final int FROM_AT = 5;
  private static final int LEFT = 6;
  private static final int LATER = 7;

  private static final int ELEMENTS = 0;
  private static final int OLD = 1;
  private static final int SPARE = 2;

  private ScatterRowsWriter() {}

  /**
   * The code for elements of 4 or 8 bytes. Its arguments: the list, its rows, one at least, the vectors of a row, and the
   * elements behind these.
   */
  static byte[] write(Isa isa, int bytes, Fold fold) {
    MatrixCode code = MatrixCode.of(isa, bytes);
    Label row = code.label();
    Label vector = code.label();
    Label behind = code.label();
    Label element = code.label();
    Label next = code.label();
    code.enter(4, LATER + 1, SPARE + 2);
    code.bind(row);
    code.get(TO_AT, Mem.at(LIST, 0));
    code.get(FROM_AT, Mem.at(LIST, Long.BYTES));
    code.get(LATER, Mem.at(LIST, AHEAD * ENTRY));
    code.move(LEFT, VECTORS);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, behind);
    code.head(vector);
    code.prefetch(Mem.at(LATER, 0));
    code.imm(Op.ADD, LATER, code.vector);
    step(code, code.vector, fold, vector);
    code.bind(behind);
    code.move(LEFT, REST);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, next);
    code.bind(element);
    step(code, bytes, fold, element);
    code.bind(next);
    code.imm(Op.ADD, LIST, ENTRY);
    code.imm(Op.SUBTRACT, ROWS, 1);
    code.jump(When.NOT_EQUAL, row);
    code.leave();
    return code.toBytes();
  }

  private static void step(MatrixCode code, int bytes, Fold fold, Label more) {
    code.load(bytes, ELEMENTS, Mem.at(FROM_AT, 0));
    code.load(bytes, OLD, Mem.at(TO_AT, 0));
    code.fold(fold, bytes, ELEMENTS, OLD, SPARE);
    code.store(bytes, Mem.at(TO_AT, 0), ELEMENTS);
    code.imm(Op.ADD, FROM_AT, bytes);
    code.imm(Op.ADD, TO_AT, bytes);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, more);
  }
}
