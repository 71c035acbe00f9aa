package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.SquareTurn;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

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

  private static final int A = X86.RDI;
  private static final int B = X86.RSI;
  private static final int B_STRIDE = X86.RDX;
  private static final int C = X86.RCX;
  private static final int COLUMNS = X86.R8;
  private static final int DEEP = X86.R9;

  /** Where a and b are read, how many steps over k are left, and how many columns {@link #single} does. */
  private static final int A_AT = X86.RAX;

  private static final int B_AT = X86.R10;
  private static final int LEFT = X86.R11;
  private static final int COUNT = X86.RBX;

  private final X86 code = new X86();
  private final Label single = code.label();
  private final SquareTurn square;
  private final boolean f32;
  private final int bytes;

  private RowProductWriter(DType dtype) {
    f32 = dtype == DType.F32;
    bytes = dtype.bytes();
    square = new SquareTurn(code, bytes);
  }

  /**
   * The code. Its arguments: a, b, the distance of columns of b, the sums, to which it adds, columns, and the elements of a.
   */
  static byte[] write(DType dtype) {
    var writer = new RowProductWriter(dtype);
    var frame = new X86Frame(writer.code);
    frame.enter(0xFFFF & ~(1 << X86.RSP), SUMS + VECTORS - 1, A, B, B_STRIDE, C, COLUMNS, DEEP);
    writer.vectors(VECTORS);
    writer.vectors(1);
    writer.begin();
    writer.code.g(GeneralOp.MOV, COUNT, COLUMNS);
    writer.code.call(writer.single);
    frame.leave();
    writer.single();
    return writer.code.toBytes();
  }

  private void begin() {
    code.g(GeneralOp.MOV, A_AT, A);
    code.g(GeneralOp.MOV, B_AT, B);
    code.g(GeneralOp.MOV, LEFT, DEEP);
  }

  /** Does columns as long as there are enough for some vectors. */
  private void vectors(int vectors) {
    int columns = vectors * square.side();
    Label more = code.label();
    Label end = code.label();
    code.bind(more);
    code.gi(GeneralOp.CMP, COLUMNS, columns);
    code.jump(Condition.BELOW, end);
    for (int v = 0; v < vectors; v++) {
      code.v(VectorOp.VMOVUPS, SquareTurn.VECTOR, SUMS + v, -1, Mem.at(C, v * SquareTurn.VECTOR));
    }
    begin();
    steps(vectors, RUN / SquareTurn.VECTOR);
    steps(vectors, 1);
    for (int v = 0; v < vectors; v++) {
      code.v(VectorOp.VMOVUPS, SquareTurn.VECTOR, Mem.at(C, v * SquareTurn.VECTOR), SUMS + v);
      code.lea(B, Mem.at(B, B_STRIDE, square.side(), 0));
    }
    code.move(COUNT, columns);
    code.call(single);
    code.gi(GeneralOp.ADD, C, vectors * SquareTurn.VECTOR);
    code.gi(GeneralOp.SUB, COLUMNS, columns);
    code.jump(more);
    code.bind(end);
  }

  /** Adds products as long as there are enough steps over k for some squares. */
  private void steps(int vectors, int squares) {
    Label round = code.label();
    Label rest = code.label();
    code.gi(GeneralOp.SUB, LEFT, squares * square.side());
    code.jump(Condition.BELOW, rest);
    code.align(32);
    code.bind(round);
    code.g(GeneralOp.MOV, X86.R12, B_AT);
    for (int v = 0; v < vectors; v++) {
      for (int i = 0; i < squares; i++) {
        add(SUMS + v, i * SquareTurn.VECTOR);
      }
      if (v < vectors - 1) {
        code.lea(X86.R12, Mem.at(X86.R12, B_STRIDE, square.side(), 0));
      }
    }
    code.gi(GeneralOp.ADD, A_AT, squares * SquareTurn.VECTOR);
    code.gi(GeneralOp.ADD, B_AT, squares * SquareTurn.VECTOR);
    code.gi(GeneralOp.SUB, LEFT, squares * square.side());
    code.jump(Condition.ABOVE_OR_EQUAL, round);
    code.bind(rest);
    code.gi(GeneralOp.ADD, LEFT, squares * square.side());
  }

  /** Adds the products with a square to sums. */
  private void add(int sums, int at) {
    int lines = square.side() / 2;
    square.lead(X86.R12, B_STRIDE, X86.R13, X86.R14);
    for (int half = 0; half < 2; half++) {
      square.load(at + half * SquareTurn.HALF, X86.R12, B_STRIDE, X86.R13, X86.R14);
      for (int p = 0; p < lines; p++) {
        Mem factor = Mem.at(A_AT, at + (half * lines + p) * bytes);
        VectorOp repeat = f32 ? VectorOp.VBROADCASTSS : VectorOp.VBROADCASTSD;
        VectorOp fma = f32 ? VectorOp.VFMADD231PS : VectorOp.VFMADD231PD;
        square.turned(p, TURNED);
        code.v(repeat, SquareTurn.VECTOR, FACTOR, -1, factor);
        code.v(fma, SquareTurn.VECTOR, sums, FACTOR, TURNED);
      }
    }
  }

  /** A function that adds the steps over k that are left to the sums of some columns, one by one. */
  private void single() {
    Label column = code.label();
    Label step = code.label();
    Label end = code.label();
    VectorOp move = f32 ? VectorOp.VMOVSS : VectorOp.VMOVSD;
    VectorOp fma = f32 ? VectorOp.VFMADD231SS : VectorOp.VFMADD231SD;
    code.bind(single);
    code.g(GeneralOp.TEST, LEFT, LEFT);
    code.jump(Condition.EQUAL, end);
    code.g(GeneralOp.TEST, COUNT, COUNT);
    code.jump(Condition.EQUAL, end);
    code.g(GeneralOp.MOV, X86.R15, C);
    code.bind(column);
    code.g(GeneralOp.MOV, X86.R12, A_AT);
    code.g(GeneralOp.MOV, X86.R13, B_AT);
    code.g(GeneralOp.MOV, X86.R14, LEFT);
    code.v(move, SquareTurn.HALF, SUMS, -1, Mem.at(X86.R15, 0));
    code.bind(step);
    code.v(move, SquareTurn.HALF, FACTOR, -1, Mem.at(X86.R12, 0));
    code.v(fma, SquareTurn.HALF, SUMS, FACTOR, Mem.at(X86.R13, 0));
    code.gi(GeneralOp.ADD, X86.R12, bytes);
    code.gi(GeneralOp.ADD, X86.R13, bytes);
    code.gi(GeneralOp.SUB, X86.R14, 1);
    code.jump(Condition.NOT_EQUAL, step);
    code.v(move, SquareTurn.HALF, Mem.at(X86.R15, 0), SUMS);
    code.gi(GeneralOp.ADD, X86.R15, bytes);
    code.g(GeneralOp.ADD, B_AT, B_STRIDE);
    code.gi(GeneralOp.SUB, COUNT, 1);
    code.jump(Condition.NOT_EQUAL, column);
    code.bind(end);
    code.ret();
  }
}
