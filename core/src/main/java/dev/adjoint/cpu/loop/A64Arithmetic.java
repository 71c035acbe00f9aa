package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.D2;
import static dev.adjoint.cpu.asm.Arrangement.H4;
import static dev.adjoint.cpu.asm.Arrangement.S2;
import static dev.adjoint.cpu.asm.Arrangement.S4;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.A64;
import dev.adjoint.cpu.asm.A64Condition;
import dev.adjoint.cpu.asm.A64Op;
import dev.adjoint.cpu.asm.A64Real;
import dev.adjoint.cpu.asm.A64Width;
import dev.adjoint.cpu.asm.Arrangement;
import dev.adjoint.cpu.asm.NeonOp;
import dev.adjoint.cpu.asm.NeonShift;
import dev.adjoint.cpu.asm.NeonUnary;
import dev.adjoint.kernel.ScalarOp;

/** The scalar operations on vectors of an {@link A64Machine}. */
abstract class A64Arithmetic extends A64Registers {
  /** The bits of the f32 that becomes the one NaN of f16. */
  private static final int NAN = 0x7fc0_0000;

  A64Arithmetic(int unit) {
    super(unit);
  }

  /** The bytes of a lane of a value. */
  final int width(DType type) {
    return type == DType.BOOL ? unit : type.bytes();
  }

  /** Makes a mask a vector of numbers 0 and 1, as I32. */
  @Override
  final void number(int to, int mask) {
    int m = register(mask, T0, unit);
    if (unit == Long.BYTES) {
      code.v(NeonUnary.XTN, S2, to, m);
      m = to;
    }
    code.v(NeonShift.USHR, lanesOf(Integer.BYTES), to, m, Integer.SIZE - 1);
  }

  /** Makes the lanes of 4 or 8 bytes that a comparison gave a mask. */
  final void mask(int bytes, int to, int result) {
    if (bytes < unit) {
      code.v(NeonShift.SSHLL, S2, to, result, 0);
    } else {
      copy(to, result);
    }
  }

  @Override
  final boolean has(ScalarOp op, DType type) {
    return !(op == ScalarOp.REM && type.isFloat());
  }

  @Override
  final void shift(ScalarOp op, DType type, int to, int a, int bits) {
    int x = register(a, T0, type.bytes());
    if (bits == 0) {
      copy(to, x);
      return;
    }
    NeonShift shift =
        switch (op) {
          case SHL -> NeonShift.SHL;
          case USHR -> NeonShift.USHR;
          default -> NeonShift.SSHR;
        };
    code.v(shift, lanesOf(type.bytes()), to, x, bits);
  }

  @Override
  final void apply(ScalarOp op, DType from, DType type, int to, int a, int b, int c) {
    if (op.isSelect()) {
      select(type, to, a, b, c);
      return;
    }
    boolean real = from.isFloat();
    int bytes = width(from);
    Arrangement t = lanesOf(bytes);
    int x = register(a, T0, bytes);
    int y = b < 0 ? -1 : register(b, T1, bytes);
    switch (op) {
      case NEG -> code.v(real ? NeonUnary.FNEG : NeonUnary.NEG, t, to, x);
      case ABS -> code.v(real ? NeonUnary.FABS : NeonUnary.ABS, t, to, x);
      case SQRT -> code.v(NeonUnary.FSQRT, t, to, x);
      case NOT -> code.v(NeonUnary.NOT, B16, to, x);
      case ADD -> code.v(real ? NeonOp.FADD : NeonOp.ADD, t, to, x, y);
      case SUB -> code.v(real ? NeonOp.FSUB : NeonOp.SUB, t, to, x, y);
      case MUL -> {
        switch (from) {
          case F32, F64 -> code.v(NeonOp.FMUL, t, to, x, y);
          case BOOL -> code.v(NeonOp.AND, B16, to, x, y);
          case I64 -> multiplyLongs(to, x, y);
          default -> code.v(NeonOp.MUL, t, to, x, y);
        }
      }
      case MULHI -> multiplyHigh(to, x, y);
      case DIV -> {
        if (real) {
          code.v(NeonOp.FDIV, t, to, x, y);
        } else {
          divide(t, to, x, y, false);
        }
      }
      case REM -> divide(t, to, x, y, true);
      case MIN, MAX -> extreme(op == ScalarOp.MIN, from, t, to, x, y);
      case AND -> code.v(NeonOp.AND, B16, to, x, y);
      case OR -> code.v(NeonOp.ORR, B16, to, x, y);
      case XOR -> code.v(NeonOp.EOR, B16, to, x, y);
      case SHL, SHR, USHR -> {
        // An instruction looks at the lowest byte of a count only, and shifts to the right where it
        // is negative.
        code.movi(B16, T2, 8 * bytes - 1, 0);
        code.v(NeonOp.AND, B16, T2, T2, y);
        if (op != ScalarOp.SHL) {
          code.v(NeonUnary.NEG, t, T2, T2);
        }
        code.v(op == ScalarOp.SHR ? NeonOp.SSHL : NeonOp.USHL, t, to, x, T2);
      }
      case EQ, NE, LT, LE, GT, GE -> {
        if (from == DType.BOOL) {
          compareMasks(op, to, x, y);
        } else {
          compare(op, real, bytes, to, x, y);
        }
      }
      case FMA -> multiplyAdd(bytes, to, x, y, c);
      case CAST -> cast(from, type, to, x);
      case BITCAST -> copy(to, x);
      case WIDEN -> {
        if (real) {
          halves(x);
        } else {
          code.v(NeonUnary.XTN, H4, T0, x);
        }
        code.v(NeonUnary.FCVTL, H4, to, T0);
      }
      case NARROW -> {
        halves(x);
        code.v(NeonShift.USHLL, H4, to, T0, 0);
      }
      case SELECT, SELECT_LIKELY -> throw new IllegalStateException("kernel: " + op);
    }
  }

  /** Leaves the bits of numbers as f16 in the first temporary, side by side; the instruction would keep a NaN's payload. */
  final void halves(int x) {
    code.v(NeonOp.FCMEQ, lanesOf(Float.BYTES), T1, x, x);
    choose(T0, T1, x, register(constant(DType.F32, NAN), T2, Float.BYTES));
    code.v(NeonUnary.FCVTN, H4, T0, T0);
  }

  private void multiplyLongs(int to, int x, int y) {
    // An operand may be in the first or the second temporary.
    code.v(NeonUnary.XTN, S2, T2, x);
    code.v(NeonShift.SHRN, S2, T0, x, Integer.SIZE);
    code.v(NeonShift.SHRN, S2, T3, y, Integer.SIZE);
    code.v(NeonUnary.XTN, S2, T1, y);
    code.v(NeonOp.MUL, S2, T0, T0, T1);
    code.v(NeonOp.MLA, S2, T0, T2, T3);
    code.v(NeonShift.USHLL, S2, T0, T0, 0);
    code.v(NeonShift.SHL, D2, T0, T0, Integer.SIZE);
    code.v(NeonOp.UMLAL, S2, T0, T1, T2);
    copy(to, T0);
  }

  private void multiplyHigh(int to, int x, int y) {
    code.v(NeonOp.UMULL, S2, T2, x, y);
    if (lanes == 4) {
      code.v(NeonOp.UMULL, S4, T3, x, y);
      code.v(NeonOp.UZP2, S4, to, T2, T3);
    } else {
      code.v(NeonShift.SHRN, S2, to, T2, Integer.SIZE);
    }
  }

  /** Divides integers lane by lane; the quotient or remainder for 0 is 0. */
  private void divide(Arrangement t, int to, int x, int y, boolean remainder) {
    A64Width width = t == D2 ? A64Width.X : A64Width.W;
    for (int i = 0; i < lanes; i++) {
      code.umov(t, NUMBER, x, i);
      code.umov(t, OTHER, y, i);
      code.op(A64Op.SDIV, width, ADDRESS, NUMBER, OTHER);
      if (remainder) {
        // The quotient for 0 is 0, and so the remainder would be the dividend.
        code.msub(width, ADDRESS, ADDRESS, OTHER, NUMBER);
        code.cmpImm(width, OTHER, 0);
        code.csel(width, ADDRESS, A64.ZR, ADDRESS, A64Condition.EQ);
      }
      code.ins(t, T2, i, ADDRESS);
    }
    copy(to, T2);
  }

  private void extreme(boolean min, DType type, Arrangement t, int to, int x, int y) {
    switch (type) {
      case F32, F64 -> code.v(min ? NeonOp.FMIN : NeonOp.FMAX, t, to, x, y);
      case BOOL -> code.v(min ? NeonOp.AND : NeonOp.ORR, B16, to, x, y);
      case I64 -> {
        code.v(NeonOp.CMGT, t, T2, x, y);
        code.v(NeonOp.BSL, B16, T2, min ? y : x, min ? x : y);
        copy(to, T2);
      }
      default -> code.v(min ? NeonOp.SMIN : NeonOp.SMAX, t, to, x, y);
    }
  }

  private void compare(ScalarOp op, boolean real, int bytes, int to, int x, int y) {
    boolean swapped = op == ScalarOp.LT || op == ScalarOp.LE;
    NeonOp instruction =
        switch (op) {
          case EQ, NE -> real ? NeonOp.FCMEQ : NeonOp.CMEQ;
          case LE, GE -> real ? NeonOp.FCMGE : NeonOp.CMGE;
          default -> real ? NeonOp.FCMGT : NeonOp.CMGT;
        };
    int result = bytes < unit ? T2 : to;
    code.v(instruction, lanesOf(bytes), result, swapped ? y : x, swapped ? x : y);
    if (op == ScalarOp.NE) {
      code.v(NeonUnary.NOT, B16, result, result);
    }
    mask(bytes, to, result);
  }

  /** With false below true, a comparison is a bit operation; some on the complement of an operand. */
  private void compareMasks(ScalarOp op, int to, int x, int y) {
    switch (op) {
      case NE -> code.v(NeonOp.EOR, B16, to, x, y);
      case GT -> code.v(NeonOp.BIC, B16, to, x, y);
      case LT -> code.v(NeonOp.BIC, B16, to, y, x);
      case GE -> code.v(NeonOp.ORN, B16, to, x, y);
      case LE -> code.v(NeonOp.ORN, B16, to, y, x);
      default -> {
        code.v(NeonOp.EOR, B16, T2, x, y);
        code.v(NeonUnary.NOT, B16, to, T2);
      }
    }
  }

  private void multiplyAdd(int bytes, int to, int x, int y, int c) {
    int sum = to == x || to == y ? T2 : to;
    copy(sum, register(c, sum, bytes));
    code.v(NeonOp.FMLA, lanesOf(bytes), sum, x, y);
    copy(to, sum);
  }

  /** The bits of a register where those of a mask are set, else those of another. */
  final void choose(int to, int mask, int x, int y) {
    if (to == y) {
      code.v(NeonOp.BIT, B16, to, x, mask);
    } else if (to == x) {
      code.v(NeonOp.BIF, B16, to, y, mask);
    } else {
      copy(to, mask);
      code.v(NeonOp.BSL, B16, to, x, y);
    }
  }

  private void select(DType type, int to, int a, int b, int c) {
    int bytes = width(type);
    int mask = register(a, T0, unit);
    if (bytes < unit) {
      code.v(NeonUnary.XTN, S2, T0, mask);
      mask = T0;
    }
    choose(to, mask, register(b, T1, bytes), register(c, T2, bytes));
  }

  private void cast(DType from, DType type, int to, int x) {
    if (from == type) {
      copy(to, x);
      return;
    }
    Arrangement words = lanesOf(Integer.BYTES);
    if (type == DType.BOOL) {
      NeonUnary isZero = from.isFloat() ? NeonUnary.FCMEQ_ZERO : NeonUnary.CMEQ_ZERO;
      code.v(isZero, lanesOf(from.bytes()), T2, x);
      code.v(NeonUnary.NOT, B16, T2, T2);
      mask(from.bytes(), to, T2);
      return;
    }
    switch (from) {
      case BOOL -> {
        number(T0, x);
        cast(DType.I32, type, to, T0);
      }
      case I32 -> {
        if (type == DType.F32) {
          code.v(NeonUnary.SCVTF, words, to, x);
          return;
        }
        code.v(NeonShift.SSHLL, S2, to, x, 0);
        if (type == DType.F64) {
          code.v(NeonUnary.SCVTF, D2, to, to);
        }
      }
      case I64 -> {
        switch (type) {
          case I32 -> code.v(NeonUnary.XTN, S2, to, x);
          case F64 -> code.v(NeonUnary.SCVTF, D2, to, x);
          default -> {
            // By way of F64 they would be rounded twice.
            for (int i = 0; i < lanes; i++) {
              code.umov(D2, NUMBER, x, i);
              code.scvtf(A64Real.S, T3, A64Width.X, NUMBER);
              code.ins(S2, T2, i, T3, 0);
            }
            copy(to, T2);
          }
        }
      }
      case F32 -> {
        if (type == DType.I32) {
          code.v(NeonUnary.FCVTZS, words, to, x);
          return;
        }
        code.v(NeonUnary.FCVTL, S2, to, x);
        if (type == DType.I64) {
          code.v(NeonUnary.FCVTZS, D2, to, to);
        }
      }
      default -> {
        if (type == DType.F32) {
          code.v(NeonUnary.FCVTN, S2, to, x);
          return;
        }
        code.v(NeonUnary.FCVTZS, D2, type == DType.I64 ? to : T2, x);
        if (type == DType.I32) {
          code.v(NeonUnary.SQXTN, S2, to, T2);
        }
      }
    }
  }
}
