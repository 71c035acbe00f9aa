package dev.adjoint.cpu.product;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.SquareTurn;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/**
 * Writes machine code that multiplies a row by columns whose own elements are neighbours. Each lane of a vector sums up a column;
 * squares of the second operand are turned in registers for that.
 */
final class RowProductWriter {
  /** Vectors of sums side by side, so that one waits for its last sum while others add. */
  private static final int VECTORS = 4;

  /** Bytes of a column that are read at once: lines of columns that lie a power of two apart evict each other from the cache. */
  private static final int RUN = 128;

  private static final int SUMS = 12;
  private static final int TURNED = SquareTurn.FREE;
  private static final int FACTOR = TURNED + 1;

  // General registers: the arguments, and others.
  private static final int A = 0;
  private static final int B = 1;
  private static final int B_STRIDE = 2;
  private static final int C = 3;
  private static final int COLUMNS = 4;
  private static final int DEEP = 5;

  /** Where a and b are read, how many steps over k are left, and how many columns {@link #single} does. */
  private static final int A_AT = 6;

  private static final int B_AT = 7;
  private static final int LEFT = 8;
  private static final int COUNT = 9;

  /** What leads to the lines of a square. */
  private static final int LINE = 11;

  private static final int SECOND = 12;
  private static final int THIRD = 13;

  /** Where {@link #single} reads factors and elements, what is left of its steps, and where its sum is. */
  private static final int FACTOR_AT = 11;

  private static final int ELEMENT_AT = 12;
  private static final int STEPS = 13;
  private static final int SUM_AT = 14;

  private final MatrixCode code;
  private final Label single;
  private final SquareTurn square;

  private RowProductWriter(Isa isa, int bytes) {
    code = MatrixCode.ofShortVectors(isa, bytes);
    single = code.label();
    square = new SquareTurn(code);
  }

  /**
   * The code. Its arguments: a, b, the distance of columns of b, the sums, to which it adds, columns, and the elements of a.
   */
  static byte[] write(Isa isa, int bytes) {
    var writer = new RowProductWriter(isa, bytes);
    writer.code.enter(6, MatrixCode.REGISTERS, SUMS + VECTORS);
    writer.vectors(VECTORS);
    writer.vectors(1);
    writer.begin();
    writer.code.move(COUNT, COLUMNS);
    writer.code.call(writer.single);
    writer.code.leave();
    writer.single();
    return writer.code.toBytes();
  }

  private void begin() {
    code.move(A_AT, A);
    code.move(B_AT, B);
    code.move(LEFT, DEEP);
  }

  /** Does columns as long as there are enough for some vectors. */
  private void vectors(int vectors) {
    int columns = vectors * square.side();
    Label more = code.label();
    Label end = code.label();
    code.bind(more);
    code.imm(Op.COMPARE, COLUMNS, columns);
    code.jump(When.BELOW, end);
    for (int v = 0; v < vectors; v++) {
      code.load(code.vector, SUMS + v, Mem.at(C, v * code.vector));
    }
    begin();
    steps(vectors, RUN / code.vector);
    steps(vectors, 1);
    for (int v = 0; v < vectors; v++) {
      code.store(code.vector, Mem.at(C, v * code.vector), SUMS + v);
      code.sum(B, B, B_STRIDE, square.side());
    }
    code.set(COUNT, columns);
    code.call(single);
    code.imm(Op.ADD, C, vectors * code.vector);
    code.imm(Op.SUBTRACT, COLUMNS, columns);
    code.jump(more);
    code.bind(end);
  }

  /** Adds products as long as there are enough steps over k for some squares. */
  private void steps(int vectors, int squares) {
    Label round = code.label();
    Label rest = code.label();
    code.imm(Op.SUBTRACT, LEFT, squares * square.side());
    code.jump(When.BELOW, rest);
    code.head(round);
    code.move(LINE, B_AT);
    for (int v = 0; v < vectors; v++) {
      for (int i = 0; i < squares; i++) {
        add(SUMS + v, i * code.vector);
      }
      if (v < vectors - 1) {
        code.sum(LINE, LINE, B_STRIDE, square.side());
      }
    }
    code.imm(Op.ADD, A_AT, squares * code.vector);
    code.imm(Op.ADD, B_AT, squares * code.vector);
    code.imm(Op.SUBTRACT, LEFT, squares * square.side());
    code.jump(When.AT_LEAST, round);
    code.bind(rest);
    code.imm(Op.ADD, LEFT, squares * square.side());
  }

  /** Adds the products with a square to sums. */
  private void add(int sums, int at) {
    square.lead(LINE, B_STRIDE, SECOND, THIRD);
    for (int part = at; part < at + code.vector; part += MatrixCode.PART) {
      square.load(part, LINE, B_STRIDE, SECOND, THIRD);
      for (int p = 0; p * code.bytes < MatrixCode.PART; p++) {
        square.turned(p, TURNED);
        code.factor(FACTOR, Mem.at(A_AT, part + p * code.bytes));
        code.fma(sums, FACTOR, TURNED);
      }
    }
  }

  /** A function that adds the steps over k that are left to the sums of some columns, one by one. */
  private void single() {
    Label column = code.label();
    Label step = code.label();
    Label end = code.label();
    code.bind(single);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, end);
    code.op(Op.TEST, COUNT, COUNT);
    code.jump(When.EQUAL, end);
    code.move(SUM_AT, C);
    code.bind(column);
    code.move(FACTOR_AT, A_AT);
    code.move(ELEMENT_AT, B_AT);
    code.move(STEPS, LEFT);
    code.load(code.bytes, SUMS, Mem.at(SUM_AT, 0));
    code.bind(step);
    code.load(code.bytes, FACTOR, Mem.at(FACTOR_AT, 0));
    code.fma(SUMS, FACTOR, Mem.at(ELEMENT_AT, 0));
    code.imm(Op.ADD, FACTOR_AT, code.bytes);
    code.imm(Op.ADD, ELEMENT_AT, code.bytes);
    code.imm(Op.SUBTRACT, STEPS, 1);
    code.jump(When.NOT_EQUAL, step);
    code.store(code.bytes, Mem.at(SUM_AT, 0), SUMS);
    code.imm(Op.ADD, SUM_AT, code.bytes);
    code.op(Op.ADD, B_AT, B_STRIDE);
    code.imm(Op.SUBTRACT, COUNT, 1);
    code.jump(When.NOT_EQUAL, column);
    code.bind(end);
    code.ret();
  }
}
