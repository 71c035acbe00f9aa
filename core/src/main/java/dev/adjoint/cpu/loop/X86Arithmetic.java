package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KNOTW;
import static dev.adjoint.cpu.asm.VectorOp.KORW;
import static dev.adjoint.cpu.asm.VectorOp.KXORW;
import static dev.adjoint.cpu.asm.VectorOp.VADDPD;
import static dev.adjoint.cpu.asm.VectorOp.VADDPS;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VDIVPD;
import static dev.adjoint.cpu.asm.VectorOp.VDIVPS;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD132PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD132PS;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD213PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD213PS;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD231PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD231PS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VMULPD;
import static dev.adjoint.cpu.asm.VectorOp.VMULPS;
import static dev.adjoint.cpu.asm.VectorOp.VORPS;
import static dev.adjoint.cpu.asm.VectorOp.VPABSD;
import static dev.adjoint.cpu.asm.VectorOp.VPABSQ;
import static dev.adjoint.cpu.asm.VectorOp.VPADDD;
import static dev.adjoint.cpu.asm.VectorOp.VPADDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMULLD;
import static dev.adjoint.cpu.asm.VectorOp.VPMULLQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMULUDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSLLD;
import static dev.adjoint.cpu.asm.VectorOp.VPSLLQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSLLVD;
import static dev.adjoint.cpu.asm.VectorOp.VPSLLVQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSRAD;
import static dev.adjoint.cpu.asm.VectorOp.VPSRAQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSRAVD;
import static dev.adjoint.cpu.asm.VectorOp.VPSRAVQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSRLD;
import static dev.adjoint.cpu.asm.VectorOp.VPSRLQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSRLVD;
import static dev.adjoint.cpu.asm.VectorOp.VPSRLVQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSUBD;
import static dev.adjoint.cpu.asm.VectorOp.VPSUBQ;
import static dev.adjoint.cpu.asm.VectorOp.VSQRTPD;
import static dev.adjoint.cpu.asm.VectorOp.VSQRTPS;
import static dev.adjoint.cpu.asm.VectorOp.VSUBPD;
import static dev.adjoint.cpu.asm.VectorOp.VSUBPS;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.kernel.ScalarOp;

/** The scalar operations on vectors of an {@link X86Machine}. */
final class X86Arithmetic {
  private static final int MEMORY = Machine.MEMORY;

  private final X86Vectors m;
  private final X86Comparisons comparisons;
  private final X86Conversions conversions;
  private final X86Halves halves;

  X86Arithmetic(X86Vectors machine, X86Comparisons comparisons) {
    m = machine;
    this.comparisons = comparisons;
    conversions = new X86Conversions(machine, comparisons);
    halves = new X86Halves(machine);
  }

  void apply(ScalarOp op, DType from, DType type, int to, int a, int b, int c) {
    boolean f32 = from == DType.F32;
    int w = m.width(from.bytes());
    switch (op) {
      case NEG -> negate(from, to, a);
      case ABS -> absolute(from, to, a);
      case SQRT -> m.v(f32 ? VSQRTPS : VSQRTPD, w, to, -1, a);
      case NOT -> {
        if (from == DType.BOOL && m.evex) {
          m.code.v(KNOTW, 0, to, -1, m.maskRegister(a, 6));
        } else {
          m.bitwise(VXORPS, KXORW, from, to, a, m.ones(from));
        }
      }
      case ADD -> sum(VADDPS, VADDPD, VPADDD, VPADDQ, from, to, a, b);
      case SUB -> m.both(pick(from, VSUBPS, VSUBPD, VPSUBD, VPSUBQ), w, to, a, b);
      case MUL -> {
        if (from == DType.BOOL) {
          m.bitwise(VANDPS, KANDW, from, to, a, b);
        } else if (from == DType.I64 && !m.evex) {
          multiplyLongs(to, a, b);
        } else {
          sum(VMULPS, VMULPD, VPMULLD, VPMULLQ, from, to, a, b);
        }
      }
      case MULHI -> multiplyHigh(to, a, b);
      case DIV -> {
        if (from.isFloat()) {
          m.both(f32 ? VDIVPS : VDIVPD, w, to, a, b);
        } else {
          conversions.divide(from, to, a, b, false);
        }
      }
      case REM -> conversions.divide(from, to, a, b, true);
      case MIN, MAX -> comparisons.extreme(op, from, to, a, b);
      case AND -> m.bitwise(VANDPS, KANDW, from, to, a, b);
      case OR -> m.bitwise(VORPS, KORW, from, to, a, b);
      case XOR -> m.bitwise(VXORPS, KXORW, from, to, a, b);
      case SHL, SHR, USHR -> shiftBy(op, from, to, a, b);
      case EQ, NE, LT, LE, GT, GE -> comparisons.compare(op, from, to, a, b);
      case FMA -> multiplyAdd(f32, w, to, a, b, c);
      case SELECT, SELECT_LIKELY -> comparisons.select(type, to, a, b, c);
      case CAST -> conversions.cast(from, type, to, a);
      case BITCAST -> m.copy(type, to, a);
      case WIDEN -> halves.widen(from, to, a);
      case NARROW -> halves.narrow(to, a);
    }
  }

  private static VectorOp pick(DType type, VectorOp f32, VectorOp f64, VectorOp i32, VectorOp i64) {
    return switch (type) {
      case F32 -> f32;
      case F64 -> f64;
      case I32 -> i32;
      case I64 -> i64;
      case BOOL, U8, I8, F16, BF16 ->
          throw new IllegalStateException("kernel: arithmetic of " + type);
    };
  }

  /** An operation whose operands may change places. */
  private void sum(
      VectorOp f32, VectorOp f64, VectorOp i32, VectorOp i64, DType type, int to, int a, int b) {
    VectorOp op = pick(type, f32, f64, i32, i64);
    if (a >= MEMORY) {
      m.both(op, m.width(type.bytes()), to, b, a);
    } else {
      m.both(op, m.width(type.bytes()), to, a, b);
    }
  }

  private int sign(DType type) {
    return m.bits(type.bytes(), type.bytes() == 4 ? Integer.MIN_VALUE : Long.MIN_VALUE);
  }

  private void negate(DType type, int to, int a) {
    int w = m.width(type.bytes());
    if (type.isFloat()) {
      m.both(VXORPS, w, to, a, sign(type));
    } else {
      m.code.v(VXORPS, w, m.t0, m.t0, m.t0);
      m.v(type == DType.I32 ? VPSUBD : VPSUBQ, w, to, m.t0, a);
    }
  }

  private void absolute(DType type, int to, int a) {
    int w = m.width(type.bytes());
    switch (type) {
      case F32 -> m.both(VANDPS, w, to, a, m.bits(4, Integer.MAX_VALUE));
      case F64 -> m.both(VANDPS, w, to, a, m.bits(8, Long.MAX_VALUE));
      case I32 -> m.v(VPABSD, w, to, -1, a);
      default -> {
        if (m.evex) {
          m.v(VPABSQ, w, to, -1, a);
          return;
        }
        int x = m.register(a, m.t1, w);
        m.code.v(VXORPS, w, m.t0, m.t0, m.t0);
        m.code.v(VPCMPGTQ, w, m.t0, m.t0, x);
        m.code.v(VXORPS, w, m.t1, x, m.t0);
        m.code.v(VPSUBQ, w, to, m.t1, m.t0);
      }
    }
  }

  private void multiplyLongs(int to, int a, int b) {
    int w = m.width(8);
    int y = m.register(b, m.t2, w);
    int x = m.register(a, m.t1, w);
    m.code.v(VPSRLQ, w, m.t0, -1, x, 32);
    m.code.v(VPMULUDQ, w, m.t0, m.t0, y);
    if (x == m.t1) {
      // Two registers are left for three values: the low product waits in the place of y.
      m.code.v(VPMULUDQ, w, m.t1, m.t1, y);
      m.code.v(VPSLLQ, w, m.t0, -1, m.t0, 32);
      m.code.v(VPADDQ, w, m.t0, m.t0, m.t1);
      m.code.v(VPSRLQ, w, m.t2, -1, y, 32);
      m.v(VPMULUDQ, w, m.t1, m.t2, a);
    } else {
      m.code.v(VPSLLQ, w, m.t0, -1, m.t0, 32);
      m.code.v(VPMULUDQ, w, m.t1, x, y);
      m.code.v(VPADDQ, w, m.t0, m.t0, m.t1);
      m.code.v(VPSRLQ, w, m.t1, -1, y, 32);
      m.code.v(VPMULUDQ, w, m.t1, m.t1, x);
    }
    m.code.v(VPSLLQ, w, m.t1, -1, m.t1, 32);
    m.code.v(VPADDQ, w, to, m.t0, m.t1);
  }

  private void multiplyHigh(int to, int a, int b) {
    int w = m.width(4);
    int x = m.register(a, m.t1, w);
    int y = m.register(b, m.t2, w);
    m.code.v(VPMULUDQ, w, m.t0, x, y);
    m.code.v(VPSRLQ, w, m.t1, -1, x, 32);
    m.code.v(VPSRLQ, w, m.t2, -1, y, 32);
    m.code.v(VPMULUDQ, w, m.t1, m.t1, m.t2);
    m.code.v(VPSRLQ, w, m.t0, -1, m.t0, 32);
    m.v(VANDPS, w, m.t1, m.t1, m.pattern(0xffff_ffff_0000_0000L, 0xffff_ffff_0000_0000L));
    m.code.v(VORPS, w, to, m.t0, m.t1);
  }

  private void multiplyAdd(boolean f32, int w, int to, int a, int b, int c) {
    // One of the operands in registers may be overwritten if the result goes there; at most one of
    // the others may be in memory.
    if (to == c) {
      int x = a >= MEMORY ? b : a;
      int y = a >= MEMORY ? a : b;
      m.v(f32 ? VFMADD231PS : VFMADD231PD, w, to, m.register(x, m.t0, w), y);
    } else if (to == a || to == b) {
      int factor = to == a ? b : a;
      if (factor < MEMORY || c >= MEMORY) {
        m.v(f32 ? VFMADD213PS : VFMADD213PD, w, to, m.register(factor, m.t0, w), c);
      } else {
        m.v(f32 ? VFMADD132PS : VFMADD132PD, w, to, c, factor);
      }
    } else {
      m.v(VMOVUPS, w, to, -1, c);
      multiplyAdd(f32, w, to, a, b, to);
    }
  }

  private void shiftBy(ScalarOp op, DType type, int to, int a, int b) {
    int w = m.width(type.bytes());
    boolean words = type == DType.I32;
    int count = m.register(b, m.t2, w);
    m.v(VANDPS, w, m.t2, count, m.bits(type.bytes(), 8 * type.bytes() - 1));
    int x = m.register(a, m.t1, w);
    switch (op) {
      case SHL -> m.code.v(words ? VPSLLVD : VPSLLVQ, w, to, x, m.t2);
      case USHR -> m.code.v(words ? VPSRLVD : VPSRLVQ, w, to, x, m.t2);
      default -> {
        if (words || m.evex) {
          m.code.v(words ? VPSRAVD : VPSRAVQ, w, to, x, m.t2);
          return;
        }
        m.code.v(VMOVUPS, w, m.t0, -1, m.mem(m.place(sign(type))));
        m.code.v(VPSRLVQ, w, m.t0, m.t0, m.t2);
        m.code.v(VPSRLVQ, w, m.t1, x, m.t2);
        m.code.v(VXORPS, w, m.t1, m.t1, m.t0);
        m.code.v(VPSUBQ, w, to, m.t1, m.t0);
      }
    }
  }

  void shift(ScalarOp op, DType type, int to, int a, int bits) {
    int w = m.width(type.bytes());
    boolean words = type == DType.I32;
    int x = m.register(a, m.t0, w);
    switch (op) {
      case SHL -> m.code.v(words ? VPSLLD : VPSLLQ, w, to, -1, x, bits);
      case USHR -> m.code.v(words ? VPSRLD : VPSRLQ, w, to, -1, x, bits);
      default -> {
        if (words || m.evex) {
          m.code.v(words ? VPSRAD : VPSRAQ, w, to, -1, x, bits);
          return;
        }
        int mask = m.bits(8, Long.MIN_VALUE >>> bits);
        m.code.v(VPSRLQ, w, m.t0, -1, x, bits);
        m.v(VXORPS, w, m.t0, m.t0, mask);
        m.v(VPSUBQ, w, to, m.t0, mask);
      }
    }
  }
}
