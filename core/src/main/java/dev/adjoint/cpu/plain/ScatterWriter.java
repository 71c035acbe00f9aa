package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.graph.ScatterOp;
import org.jspecify.annotations.Nullable;

/** Writes machine code that combines elements with those at positions (i64) in a line of neighbours, in order. */
final class ScatterWriter {
  // The arguments, 64 bits each, at the address that is the only argument in a register.
  static final int TO = 0;
  static final int SIZE = 8;
  static final int POSITIONS = 16;

  /** The bytes from a position to the next. */
  static final int POSITION_STEP = 24;

  static final int FROM = 32;
  static final int FROM_STEP = 40;

  /** How many elements there are, one at least; what is left when a position is out of range, else 0. */
  static final int COUNT = 48;

  static final int BYTES = 56;

  private static final int BLOCK = 0;
  private static final int TO_AT = 1;
  private static final int SIZE_AT = 2;
  private static final int POSITIONS_AT = 3;
  private static final int POSITION_BYTES = 4;
  private static final int FROM_AT = 5;
  private static final int FROM_BYTES = 6;
  private static final int LEFT = 7;
  private static final int POSITION = 8;
  private static final int TARGET = 9;
  private static final int THROUGH = 10;

  private static final int ELEMENT = 0;
  private static final int OLD = 1;
  private static final int SPARE = 2;

  private ScatterWriter() {}

  /** How floats are folded by what combines them, or null if the one takes the place of the other. */
  static @Nullable Fold fold(ScatterOp f) {
    return switch (f) {
      case ADD -> Fold.ADD;
      case MUL -> Fold.MULTIPLY;
      case MAX -> Fold.LARGEST;
      case MIN -> Fold.SMALLEST;
      case PUT -> null;
    };
  }

  /** The code for elements of 4 or 8 bytes, which are floats if they are folded. */
  static byte[] write(Isa isa, int bytes, @Nullable Fold fold) {
    MatrixCode code = MatrixCode.of(isa, bytes);
    Label next = code.label();
    Label end = code.label();
    code.enter(1, THROUGH + 1, SPARE + 2);
    code.get(TO_AT, Mem.at(BLOCK, TO));
    code.get(SIZE_AT, Mem.at(BLOCK, SIZE));
    code.get(POSITIONS_AT, Mem.at(BLOCK, POSITIONS));
    code.get(POSITION_BYTES, Mem.at(BLOCK, POSITION_STEP));
    code.get(FROM_AT, Mem.at(BLOCK, FROM));
    code.get(FROM_BYTES, Mem.at(BLOCK, FROM_STEP));
    code.get(LEFT, Mem.at(BLOCK, COUNT));
    code.head(next);
    code.get(POSITION, Mem.at(POSITIONS_AT, 0));
    code.op(Op.COMPARE, POSITION, SIZE_AT);
    code.jump(When.AT_LEAST, end);
    code.sum(TARGET, TO_AT, POSITION, bytes);
    if (fold == null) {
      code.copy(Mem.at(TARGET, 0), Mem.at(FROM_AT, 0), THROUGH);
    } else {
      code.load(bytes, ELEMENT, Mem.at(FROM_AT, 0));
      code.load(bytes, OLD, Mem.at(TARGET, 0));
      code.fold(fold, bytes, ELEMENT, OLD, SPARE);
      code.store(bytes, Mem.at(TARGET, 0), ELEMENT);
    }
    code.op(Op.ADD, POSITIONS_AT, POSITION_BYTES);
    code.op(Op.ADD, FROM_AT, FROM_BYTES);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, next);
    code.bind(end);
    // The count becomes what is left.
    code.get(POSITION, Mem.at(BLOCK, COUNT));
    code.op(Op.SUBTRACT, Mem.at(BLOCK, COUNT), POSITION);
    code.op(Op.ADD, Mem.at(BLOCK, COUNT), LEFT);
    code.leave();
    return code.toBytes();
  }
}
