package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/** Writes machine code that adds rows to others, one after the other, as a list tells. */
final class ScatterRowsWriter {
  /** The bytes of the list for a row: the address of the row that is added to, and that of the row that is added. */
  static final int ENTRY = 16;

  // General registers: the arguments, and others.
  private static final int LIST = 0;
  private static final int ROWS = 1;
  private static final int VECTORS = 2;
  private static final int REST = 3;
  private static final int ONE = 4;
  private static final int TO_AT = 5;
  private static final int FROM_AT = 6;
  private static final int LEFT = 7;

  private static final int UNIT = 0;
  private static final int SUM = 1;
  private static final int OLD = 2;

  private ScatterRowsWriter() {}

  /**
   * The code for elements of 4 or 8 bytes. Its arguments: the list, its rows, one at least, the vectors of a row, the elements
   * behind these, and the address of the number 1.
   */
  static byte[] write(Isa isa, int bytes) {
    MatrixCode code = MatrixCode.of(isa, bytes);
    Label row = code.label();
    Label vector = code.label();
    Label behind = code.label();
    Label element = code.label();
    Label next = code.label();
    code.enter(5, LEFT + 1, OLD + 1);
    code.factor(UNIT, Mem.at(ONE, 0));
    code.bind(row);
    code.get(TO_AT, Mem.at(LIST, 0));
    code.get(FROM_AT, Mem.at(LIST, Long.BYTES));
    code.move(LEFT, VECTORS);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, behind);
    code.head(vector);
    code.load(code.vector, SUM, Mem.at(FROM_AT, 0));
    code.load(code.vector, OLD, Mem.at(TO_AT, 0));
    code.fma(SUM, UNIT, OLD);
    code.store(code.vector, Mem.at(TO_AT, 0), SUM);
    step(code, code.vector, vector);
    code.bind(behind);
    code.move(LEFT, REST);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, next);
    code.bind(element);
    code.load(bytes, SUM, Mem.at(FROM_AT, 0));
    code.fma(SUM, UNIT, Mem.at(TO_AT, 0));
    code.store(bytes, Mem.at(TO_AT, 0), SUM);
    step(code, bytes, element);
    code.bind(next);
    code.imm(Op.ADD, LIST, ENTRY);
    code.imm(Op.SUBTRACT, ROWS, 1);
    code.jump(When.NOT_EQUAL, row);
    code.leave();
    return code.toBytes();
  }

  private static void step(MatrixCode code, int bytes, Label more) {
    code.imm(Op.ADD, FROM_AT, bytes);
    code.imm(Op.ADD, TO_AT, bytes);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, more);
  }
}
