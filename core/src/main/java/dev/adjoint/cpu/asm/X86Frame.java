package dev.adjoint.cpu.asm;

import dev.adjoint.cpu.memory.CallConvention;
import java.util.Objects;

/** The beginning and the end of a function: registers are given back as the caller needs them. */
public final class X86Frame {
  private static final int REGISTERS = 16;
  private static final int HALF_VECTOR = 16;

  private final X86 code;
  private final CallConvention convention = Objects.requireNonNull(CallConvention.HERE);
  private int general;
  private int vectors;

  public X86Frame(X86 code) {
    this.code = code;
  }

  /**
   * Begins.
   *
   * @param general the general registers that the function writes, a bit each
   * @param highestVector the highest vector register that it writes
   * @param arguments where arguments shall be, the first one first
   */
  public void enter(int general, int highestVector, int... arguments) {
    int pushed = 0;
    for (int r = 0; r < REGISTERS; r++) {
      if ((general >> r & 1) != 0 && convention.keeps(r)) {
        this.general |= 1 << r;
        code.push(r);
        pushed += Long.BYTES;
      }
    }
    for (int r = 0; r <= highestVector; r++) {
      if (convention.keepsVector(r)) {
        vectors |= 1 << r;
      }
    }
    int room = HALF_VECTOR * Integer.bitCount(vectors);
    if (room > 0) {
      code.gi(GeneralOp.SUB, X86.RSP, room);
      moveVectors(true);
    }
    // Arguments come in registers that others may be wanted in, so all are moved by the stack.
    for (int i = arguments.length - 1; i >= 0; i--) {
      int from = convention.argument(i);
      if (from >= 0) {
        code.push(from);
      } else {
        int above = (arguments.length - 1 - i) * Long.BYTES;
        code.g(
            GeneralOp.MOV,
            X86.RAX,
            Mem.at(X86.RSP, convention.stackOffset(i) + pushed + room + above));
        code.push(X86.RAX);
      }
    }
    for (int argument : arguments) {
      code.pop(argument);
    }
  }

  /** Ends, with rax as the result. */
  public void leave() {
    if (vectors != 0) {
      moveVectors(false);
      code.gi(GeneralOp.ADD, X86.RSP, HALF_VECTOR * Integer.bitCount(vectors));
    }
    for (int r = REGISTERS - 1; r >= 0; r--) {
      if ((general >> r & 1) != 0) {
        code.pop(r);
      }
    }
    code.vzeroupper();
    code.ret();
  }

  private void moveVectors(boolean save) {
    int at = 0;
    for (int r = 0; r < REGISTERS; r++) {
      if ((vectors >> r & 1) != 0) {
        if (save) {
          code.v(VectorOp.VMOVUPS, HALF_VECTOR, Mem.at(X86.RSP, at), r);
        } else {
          code.v(VectorOp.VMOVUPS, HALF_VECTOR, r, -1, Mem.at(X86.RSP, at));
        }
        at += HALF_VECTOR;
      }
    }
  }
}
