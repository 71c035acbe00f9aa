package dev.adjoint.cpu.product;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/**
 * Writes machine code that adds products of a column and a row to matrices, for as many of them at once as a vector has lanes:
 * an element of all of them is one vector.
 */
final class LaneUpdateWriter {
  // General registers: the arguments, and others.
  private static final int C = 0;
  private static final int C_ROW = 1;
  private static final int A = 2;
  private static final int B = 3;
  private static final int ROWS = 4;
  private static final int COLUMNS = 5;
  private static final int C_AT = 6;
  private static final int B_AT = 7;
  private static final int LEFT = 8;

  private static final int FACTOR = 0;
  private static final int SUM = 1;
  private static final int ELEMENT = 2;

  private LaneUpdateWriter() {}

  /**
   * The code of {@code c[i][j] = a[i] * b[j] + c[i][j]}. Its arguments: c, the distance of its rows, a and b, whose vectors are
   * neighbours, and the numbers of rows and columns, which are one at least.
   *
   * @param grows whether each row has one column more than that before it
   */
  static byte[] write(Isa isa, int bytes, boolean grows) {
    MatrixCode code = MatrixCode.of(isa, bytes);
    Label row = code.label();
    Label column = code.label();
    code.enter(6, LEFT + 1, ELEMENT + 1);
    code.bind(row);
    code.load(code.vector, FACTOR, Mem.at(A, 0));
    code.move(C_AT, C);
    code.move(B_AT, B);
    code.move(LEFT, COLUMNS);
    code.head(column);
    code.load(code.vector, SUM, Mem.at(C_AT, 0));
    code.load(code.vector, ELEMENT, Mem.at(B_AT, 0));
    code.multiplyAdd(SUM, FACTOR, ELEMENT);
    code.store(code.vector, Mem.at(C_AT, 0), SUM);
    code.imm(Op.ADD, C_AT, code.vector);
    code.imm(Op.ADD, B_AT, code.vector);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, column);
    code.op(Op.ADD, C, C_ROW);
    code.imm(Op.ADD, A, code.vector);
    if (grows) {
      code.imm(Op.ADD, COLUMNS, 1);
    }
    code.imm(Op.SUBTRACT, ROWS, 1);
    code.jump(When.NOT_EQUAL, row);
    code.leave();
    return code.toBytes();
  }
}
