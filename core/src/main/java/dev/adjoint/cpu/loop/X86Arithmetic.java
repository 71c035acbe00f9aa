package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDNW;
import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KNOTW;
import static dev.adjoint.cpu.asm.VectorOp.KORW;
import static dev.adjoint.cpu.asm.VectorOp.KXNORW;
import static dev.adjoint.cpu.asm.VectorOp.KXORW;
import static dev.adjoint.cpu.asm.VectorOp.VADDPD;
import static dev.adjoint.cpu.asm.VectorOp.VADDPS;
import static dev.adjoint.cpu.asm.VectorOp.VANDNPS;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPD;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDVPD;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDVPS;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPD;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPD_K;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPS;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPS_K;
import static dev.adjoint.cpu.asm.VectorOp.VCVTDQ2PD;
import static dev.adjoint.cpu.asm.VectorOp.VCVTDQ2PS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPD2PS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPS2PD;
import static dev.adjoint.cpu.asm.VectorOp.VCVTQQ2PD;
import static dev.adjoint.cpu.asm.VectorOp.VCVTQQ2PS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTSI2SD_64;
import static dev.adjoint.cpu.asm.VectorOp.VCVTSI2SS_64;
import static dev.adjoint.cpu.asm.VectorOp.VCVTTPD2DQ;
import static dev.adjoint.cpu.asm.VectorOp.VCVTTPD2QQ;
import static dev.adjoint.cpu.asm.VectorOp.VCVTTPS2DQ;
import static dev.adjoint.cpu.asm.VectorOp.VCVTTSD2SI_64;
import static dev.adjoint.cpu.asm.VectorOp.VDIVPD;
import static dev.adjoint.cpu.asm.VectorOp.VDIVPS;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD132PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD132PS;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD213PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD213PS;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD231PD;
import static dev.adjoint.cpu.asm.VectorOp.VFMADD231PS;
import static dev.adjoint.cpu.asm.VectorOp.VMAXPD;
import static dev.adjoint.cpu.asm.VectorOp.VMAXPS;
import static dev.adjoint.cpu.asm.VectorOp.VMINPD;
import static dev.adjoint.cpu.asm.VectorOp.VMINPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VMULPD;
import static dev.adjoint.cpu.asm.VectorOp.VMULPS;
import static dev.adjoint.cpu.asm.VectorOp.VORPS;
import static dev.adjoint.cpu.asm.VectorOp.VPABSD;
import static dev.adjoint.cpu.asm.VectorOp.VPABSQ;
import static dev.adjoint.cpu.asm.VectorOp.VPADDD;
import static dev.adjoint.cpu.asm.VectorOp.VPADDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPBLENDMD;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPEQD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPEQQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPUD;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXSD;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXSQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMINSD;
import static dev.adjoint.cpu.asm.VectorOp.VPMINSQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVD2M;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVQD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
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
import static dev.adjoint.cpu.asm.VectorOp.VSHUFPS;
import static dev.adjoint.cpu.asm.VectorOp.VSQRTPD;
import static dev.adjoint.cpu.asm.VectorOp.VSQRTPS;
import static dev.adjoint.cpu.asm.VectorOp.VSUBPD;
import static dev.adjoint.cpu.asm.VectorOp.VSUBPS;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.kernel.ScalarOp;

/** The scalar operations on vectors of an {@link X86Machine}. */
final class X86Arithmetic {
  private static final int MEMORY = Machine.MEMORY;

  /** For a comparison of floats: equal, less, less or equal, not equal, not less, not less or equal; the last two if ordered. */
  private static final int[] FLOAT_TESTS = {0x00, 0x04, 0x11, 0x12, 0x1E, 0x1D};

  /** The same for integers with AVX-512. */
  private static final int[] INTEGER_TESTS = {0, 4, 1, 2, 6, 5};

  private static final int UNORDERED = 3;
  private static final int ORDERED = 7;
  private static final int AT_LEAST = 0x1D;

  private final X86Machine m;

  X86Arithmetic(X86Machine machine) {
    m = machine;
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
          bitwise(VXORPS, KXORW, from, to, a, ones(from));
        }
      }
      case ADD -> sum(VADDPS, VADDPD, VPADDD, VPADDQ, from, to, a, b);
      case SUB -> both(pick(from, VSUBPS, VSUBPD, VPSUBD, VPSUBQ), w, to, a, b);
      case MUL -> {
        if (from == DType.BOOL) {
          bitwise(VANDPS, KANDW, from, to, a, b);
        } else if (from == DType.I64 && !m.evex) {
          multiplyLongs(to, a, b);
        } else {
          sum(VMULPS, VMULPD, VPMULLD, VPMULLQ, from, to, a, b);
        }
      }
      case MULHI -> multiplyHigh(to, a, b);
      case DIV -> {
        if (from.isFloat()) {
          both(f32 ? VDIVPS : VDIVPD, w, to, a, b);
        } else {
          divide(from, to, a, b, false);
        }
      }
      case REM -> divide(from, to, a, b, true);
      case MIN, MAX -> extreme(op, from, to, a, b);
      case AND -> bitwise(VANDPS, KANDW, from, to, a, b);
      case OR -> bitwise(VORPS, KORW, from, to, a, b);
      case XOR -> bitwise(VXORPS, KXORW, from, to, a, b);
      case SHL, SHR, USHR -> shiftBy(op, from, to, a, b);
      case EQ, NE, LT, LE, GT, GE -> compare(op, from, to, a, b);
      case FMA -> multiplyAdd(f32, w, to, a, b, c);
      case SELECT, SELECT_LIKELY -> select(type, to, a, b, c);
      case CAST -> cast(from, type, to, a);
      case BITCAST -> m.copy(type, to, a);
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

  /** An operation whose first operand must be in a register. */
  private void both(VectorOp op, int w, int to, int a, int b) {
    m.v(op, w, to, m.register(a, m.t0, w), b);
  }

  /** An operation whose operands may change places. */
  private void sum(
      VectorOp f32, VectorOp f64, VectorOp i32, VectorOp i64, DType type, int to, int a, int b) {
    VectorOp op = pick(type, f32, f64, i32, i64);
    if (a >= MEMORY) {
      both(op, m.width(type.bytes()), to, b, a);
    } else {
      both(op, m.width(type.bytes()), to, a, b);
    }
  }

  private void bitwise(VectorOp vector, VectorOp mask, DType type, int to, int a, int b) {
    if (type == DType.BOOL && m.evex) {
      m.code.v(mask, 0, to, m.maskRegister(a, 6), m.maskRegister(b, 7));
    } else {
      both(vector, m.width(type == DType.BOOL ? m.unit : type.bytes()), to, a, b);
    }
  }

  private int ones(DType type) {
    return type == DType.BOOL ? m.constant(type, 1) : m.bits(type.bytes(), -1);
  }

  private int sign(DType type) {
    return m.bits(type.bytes(), type.bytes() == 4 ? Integer.MIN_VALUE : Long.MIN_VALUE);
  }

  private void negate(DType type, int to, int a) {
    int w = m.width(type.bytes());
    if (type.isFloat()) {
      both(VXORPS, w, to, a, sign(type));
    } else {
      m.code.v(VXORPS, w, m.t0, m.t0, m.t0);
      m.v(type == DType.I32 ? VPSUBD : VPSUBQ, w, to, m.t0, a);
    }
  }

  private void absolute(DType type, int to, int a) {
    int w = m.width(type.bytes());
    switch (type) {
      case F32 -> both(VANDPS, w, to, a, m.bits(4, Integer.MAX_VALUE));
      case F64 -> both(VANDPS, w, to, a, m.bits(8, Long.MAX_VALUE));
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

  /** The smaller or larger value: NaN if either is; of zeros the one with or without the sign. */
  private void extreme(ScalarOp op, DType type, int to, int a, int b) {
    int w = m.width(type.bytes());
    boolean min = op == ScalarOp.MIN;
    if (type == DType.BOOL) {
      bitwise(min ? VANDPS : VORPS, min ? KANDW : KORW, type, to, a, b);
      return;
    }
    if (type == DType.I32) {
      both(min ? VPMINSD : VPMAXSD, w, to, a, b);
      return;
    }
    if (type == DType.I64) {
      if (m.evex) {
        both(min ? VPMINSQ : VPMAXSQ, w, to, a, b);
        return;
      }
      int x = m.register(a, m.t1, w);
      int y = m.register(b, m.t2, w);
      m.code.v(VPCMPGTQ, w, m.t0, x, y);
      m.code.blendv(VBLENDVPD, w, to, min ? x : y, min ? y : x, m.t0);
      return;
    }
    boolean f32 = type == DType.F32;
    VectorOp extreme = min ? (f32 ? VMINPS : VMINPD) : (f32 ? VMAXPS : VMAXPD);
    int x = m.register(a, m.t1, w);
    int y = m.register(b, m.t2, w);
    // Of two zeros, and where one is NaN, the instruction gives its second operand.
    m.code.v(extreme, w, m.t0, x, y);
    if (m.evex) {
      m.code.v(f32 ? VCMPPS_K : VCMPPD_K, w, 6, x, y, UNORDERED);
      m.code.v(extreme, w, m.t1, y, x);
      m.code.v(min ? VORPS : VANDPS, w, m.t0, m.t0, m.t1);
      m.code.mask(6);
      m.v(f32 ? VBLENDMPS : VBLENDMPD, w, to, m.t0, ones(f32 ? DType.I32 : DType.I64));
    } else {
      int other = x == m.t1 ? m.t1 : y == m.t2 ? m.t2 : m.t1;
      int unordered = other == m.t1 ? m.t2 : m.t1;
      if (x == m.t1 && y == m.t2) {
        // Both are in the way: what is not ordered is found by their sum.
        m.code.v(extreme, w, m.t1, y, x);
        m.code.v(min ? VORPS : VANDPS, w, m.t0, m.t0, m.t1);
        m.v(f32 ? VCMPPS : VCMPPD, w, m.t1, y, a, UNORDERED);
        m.code.v(VORPS, w, to, m.t0, m.t1);
        return;
      }
      m.code.v(f32 ? VCMPPS : VCMPPD, w, unordered, x, y, UNORDERED);
      m.code.v(extreme, w, other, y, x);
      m.code.v(min ? VORPS : VANDPS, w, m.t0, m.t0, other);
      m.code.v(VORPS, w, to, m.t0, unordered);
    }
  }

  /**
   * Finds the extreme float from the greatest bits as signed numbers, the least and the greatest as unsigned ones. Where there is
   * a NaN, the first is above infinity, or the last above that with a sign.
   */
  void endExtreme(ScalarOp op, int first) {
    int w = m.width(4);
    int least = first + 1;
    int greatest = first + 2;
    boolean max = op == ScalarOp.MAX;
    // The largest is that of the positive ones, or else the least of the negative ones as bits; the
    // smallest is the greatest of the negative ones, or else the least.
    int some = max ? first : least;
    int negative = max ? least : greatest;
    int sign = max ? first : greatest;
    if (m.evex) {
      m.v(VPCMPD, w, 6, first, m.bits(4, 0x7f80_0000), 6);
      m.v(VPCMPUD, w, 7, greatest, m.bits(4, 0xff80_0000), 6);
      m.code.v(KORW, 0, 6, 6, 7);
      m.code.v(VPMOVD2M, w, 7, -1, sign);
      m.code.mask(7).v(VPBLENDMD, w, first, some, negative);
      m.code.mask(6);
      m.v(VPBLENDMD, w, first, first, m.bits(4, -1));
      return;
    }
    m.v(VPCMPGTD, w, m.t0, first, m.bits(4, 0x7f80_0000));
    m.v(VPCMPGTD, w, m.t1, greatest, m.bits(4, 0xff80_0000));
    m.code.v(VPSRAD, w, m.t2, -1, greatest, 31);
    m.code.v(VANDPS, w, m.t1, m.t1, m.t2);
    m.code.v(VORPS, w, m.t0, m.t0, m.t1);
    m.code.blendv(VBLENDVPS, w, first, some, negative, sign);
    m.code.v(VORPS, w, first, first, m.t0);
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

  private void compare(ScalarOp op, DType type, int to, int a, int b) {
    int test = op.ordinal() - ScalarOp.EQ.ordinal();
    if (type == DType.BOOL) {
      compareMasks(op, to, a, b);
      return;
    }
    int w = m.width(type.bytes());
    boolean words = type.bytes() == Integer.BYTES;
    if (m.evex) {
      int x = m.register(a, m.t0, w);
      if (type.isFloat()) {
        m.v(words ? VCMPPS_K : VCMPPD_K, w, to, x, b, FLOAT_TESTS[test]);
      } else {
        m.v(words ? VPCMPD : VPCMPQ, w, to, x, b, INTEGER_TESTS[test]);
      }
      if (m.isCut(type.bytes())) {
        m.spread(to);
      }
      return;
    }
    boolean widens = type.bytes() < m.unit;
    int result = widens ? m.t0 : to;
    if (type.isFloat()) {
      int x = m.register(a, m.t0, w);
      m.v(words ? VCMPPS : VCMPPD, w, result, x, b, FLOAT_TESTS[test]);
    } else {
      compareIntegers(op, words, w, result, a, b);
    }
    if (widens) {
      m.code.v(VPMOVSXDQ, m.width(8), to, -1, m.t0);
    }
  }

  private void compareIntegers(ScalarOp op, boolean words, int w, int to, int a, int b) {
    switch (op) {
      case EQ -> both(words ? VPCMPEQD : VPCMPEQQ, w, to, a, b);
      case GT -> both(words ? VPCMPGTD : VPCMPGTQ, w, to, a, b);
      case LT -> both(words ? VPCMPGTD : VPCMPGTQ, w, to, b, a);
      default -> {
        ScalarOp opposite =
            op == ScalarOp.NE ? ScalarOp.EQ : op == ScalarOp.LE ? ScalarOp.GT : ScalarOp.LT;
        compareIntegers(opposite, words, w, m.t0, a, b);
        m.v(VXORPS, w, to, m.t0, m.bits(words ? 4 : 8, -1));
      }
    }
  }

  private void compareMasks(ScalarOp op, int to, int a, int b) {
    // With false below true, a comparison is a bit operation; some on the complement of an operand.
    boolean swapped = op == ScalarOp.GT || op == ScalarOp.LE;
    int x = swapped ? b : a;
    int y = swapped ? a : b;
    if (m.evex) {
      int p = m.maskRegister(x, 6);
      int q = m.maskRegister(y, 7);
      switch (op) {
        case EQ -> m.code.v(KXNORW, 0, to, p, q);
        case NE -> m.code.v(KXORW, 0, to, p, q);
        case LT, GT -> m.code.v(KANDNW, 0, to, p, q);
        default -> {
          m.code.v(KANDNW, 0, 6, p, q);
          m.code.v(KNOTW, 0, to, -1, 6);
        }
      }
      return;
    }
    int w = m.width(m.unit);
    switch (op) {
      case NE -> both(VXORPS, w, to, x, y);
      case EQ -> {
        both(VXORPS, w, m.t0, x, y);
        m.v(VXORPS, w, to, m.t0, ones(DType.BOOL));
      }
      case LT, GT -> both(VANDNPS, w, to, x, y);
      default -> {
        both(VANDNPS, w, m.t0, x, y);
        m.v(VXORPS, w, to, m.t0, ones(DType.BOOL));
      }
    }
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

  private void select(DType type, int to, int mask, int b, int c) {
    if (type == DType.BOOL) {
      if (m.evex) {
        int k = m.maskRegister(mask, 6);
        m.code.v(KANDNW, 0, 7, k, m.maskRegister(c, 7));
        m.code.v(KANDW, 0, 6, k, m.maskRegister(b, b >= MEMORY && mask >= MEMORY ? 5 : 6));
        m.code.v(KORW, 0, to, 6, 7);
        return;
      }
      int w = m.width(m.unit);
      m.v(VBLENDVPS, w, to, m.register(c, m.t1, w), b, m.register(mask, m.t0, w));
      return;
    }
    int w = m.width(type.bytes());
    int other = m.register(c, m.t1, w);
    if (m.evex) {
      m.code.mask(m.maskRegister(mask, 6));
      m.v(type.bytes() == 4 ? VBLENDMPS : VBLENDMPD, w, to, other, b);
    } else {
      m.v(VBLENDVPS, w, to, other, b, mask(mask, type.bytes(), m.t0));
    }
  }

  /** A mask as a vector of lanes of some bytes, in its register or in the first temporary; without AVX-512. */
  int mask(int mask, int bytes, int to) {
    if (bytes >= m.unit) {
      return m.register(mask, to, m.width(bytes));
    }
    narrow(to, mask);
    return to;
  }

  /** The low halves of four lanes of 8 bytes. */
  private void narrow(int to, int a) {
    int x = m.register(a, m.t0, 32);
    m.code.v(VEXTRACTF128, 32, m.t2, -1, x, 1);
    m.code.v(VSHUFPS, 16, to, x, m.t2, 0x88);
  }

  private void cast(DType from, DType type, int to, int a) {
    convert(from, type, to, a);
    if (m.isCut(from.bytes()) && type.bytes() == Integer.BYTES) {
      m.code.v(VPBROADCASTD, m.width(Integer.BYTES), to, -1, to);
    }
  }

  private void convert(DType from, DType type, int to, int a) {
    if (from == type) {
      m.copy(type, to, a);
      return;
    }
    if (type == DType.BOOL) {
      compare(ScalarOp.NE, from, to, a, m.constant(from, 0));
      return;
    }
    if (from == DType.BOOL) {
      m.number(m.t0, a);
      if (type == DType.I32) {
        m.copy(type, to, m.t0);
      } else {
        convert(DType.I32, type, to, m.t0);
      }
      return;
    }
    int wide = m.width(8);
    switch (from) {
      case I32 ->
          m.v(
              type == DType.F32 ? VCVTDQ2PS : type == DType.F64 ? VCVTDQ2PD : VPMOVSXDQ,
              type == DType.F32 ? m.width(4) : wide,
              to,
              -1,
              a);
      case I64 -> {
        if (type == DType.I32) {
          if (m.evex) {
            m.code.v(VPMOVQD, wide, to, -1, m.register(a, m.t0, wide));
          } else {
            narrow(to, a);
          }
        } else if (m.evex) {
          m.v(type == DType.F32 ? VCVTQQ2PS : VCVTQQ2PD, wide, to, -1, a);
        } else {
          ofLongs(type, to, a);
        }
      }
      default -> {
        switch (type) {
          case F32 -> m.v(VCVTPD2PS, wide, to, -1, a);
          case F64 -> m.v(VCVTPS2PD, wide, to, -1, a);
          case I32 -> toInts(from, to, a);
          default -> toLongs(from, to, a);
        }
      }
    }
  }

  /** Truncates; what is too large becomes the nearest integer, and NaN 0. */
  private void toInts(DType from, int to, int a) {
    int w = m.width(from.bytes());
    int x = m.register(a, m.t0, w);
    if (from == DType.F64) {
      keepOrdered(false, w, m.t1, x);
      m.v(VMINPD, w, m.t1, m.t1, m.constant(DType.F64, bits(Integer.MAX_VALUE)));
      m.v(VMAXPD, w, m.t1, m.t1, m.constant(DType.F64, bits(Integer.MIN_VALUE)));
      m.code.v(VCVTTPD2DQ, w, to, -1, m.t1);
      return;
    }
    // Out of range the instruction gives the least integer, whose complement is the greatest.
    int limit = m.constant(DType.F32, Float.floatToRawIntBits(0x1p31f));
    keepOrdered(true, w, m.t1, x);
    m.code.v(VCVTTPS2DQ, w, m.t2, -1, m.t1);
    if (m.evex) {
      m.v(VCMPPS_K, w, 6, m.t1, limit, AT_LEAST);
      m.code.mask(6);
      m.v(VBLENDMPS, w, to, m.t2, m.bits(4, Integer.MAX_VALUE));
    } else {
      m.v(VCMPPS, w, m.t1, m.t1, limit, AT_LEAST);
      m.code.v(VXORPS, w, to, m.t2, m.t1);
    }
  }

  /** Copies floats with 0 instead of NaN. */
  private void keepOrdered(boolean f32, int w, int to, int x) {
    if (m.evex) {
      m.code.v(f32 ? VCMPPS_K : VCMPPD_K, w, 6, x, x, ORDERED);
      m.code.zero(6).v(f32 ? VMOVUPS : VMOVUPD, w, to, -1, x);
    } else {
      m.code.v(f32 ? VCMPPS : VCMPPD, w, to, x, x, ORDERED);
      m.code.v(VANDPS, w, to, to, x);
    }
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private void toLongs(DType from, int to, int a) {
    int w = m.width(8);
    int x = m.register(a, m.t0, m.width(from.bytes()));
    if (from == DType.F32) {
      m.code.v(VCVTPS2PD, w, m.t0, -1, x);
      x = m.t0;
    }
    int limit = m.constant(DType.F64, bits(0x1p63));
    keepOrdered(false, w, m.t1, x);
    if (m.evex) {
      m.code.v(VCVTTPD2QQ, w, m.t2, -1, m.t1);
      m.v(VCMPPD_K, w, 6, m.t1, limit, AT_LEAST);
      m.code.mask(6);
      m.v(VBLENDMPD, w, to, m.t2, m.bits(8, Long.MAX_VALUE));
      return;
    }
    Place elements = m.passage[0];
    m.code.v(VMOVUPS, w, m.mem(elements), m.t1);
    for (int i = 0; i < w / 8; i++) {
      Mem element = m.mem(elements.plus(8 * i));
      m.code.v(VCVTTSD2SI_64, 16, X86.RAX, -1, element);
      m.code.g(GeneralOp.MOV, element, X86.RAX);
    }
    m.v(VCMPPD, w, m.t1, m.t1, limit, AT_LEAST);
    m.code.v(VXORPS, w, to, m.t1, m.mem(elements));
  }

  private void ofLongs(DType type, int to, int a) {
    Place elements = m.passage[0];
    m.keep(DType.I64, elements, a);
    m.code.v(VXORPS, 16, m.t0, m.t0, m.t0);
    for (int i = 0; i < m.width(8) / 8; i++) {
      boolean f32 = type == DType.F32;
      Mem element = m.mem(elements.plus(8 * i));
      m.code.v(f32 ? VCVTSI2SS_64 : VCVTSI2SD_64, 16, m.t1, m.t0, element);
      Mem result = m.mem(elements.plus(type.bytes() * i));
      m.code.v(f32 ? VMOVSS : VMOVSD, 16, result, m.t1);
    }
    m.load(type, to, elements);
  }

  /** Divides integers lane by lane; the quotient or remainder for 0 is 0. */
  private void divide(DType type, int to, int a, int b, boolean remainder) {
    int bytes = type.bytes();
    m.keep(type, m.passage[0], a);
    m.keep(type, m.passage[1], b);
    X86 code = m.code;
    Label head = code.label();
    Label some = code.label();
    Label real = code.label();
    Label done = code.label();
    GeneralOp load = bytes == 4 ? GeneralOp.MOVSXD : GeneralOp.MOV;
    Mem left = Mem.at(X86.RDI, X86.R11, bytes, m.passage[0].distance());
    Mem right = Mem.at(X86.RDI, X86.R11, bytes, m.passage[1].distance());
    code.move(X86.R11, 0);
    code.bind(head);
    code.g(load, X86.RAX, left);
    code.g(load, X86.RCX, right);
    code.g(GeneralOp.TEST, X86.RCX, X86.RCX);
    code.jump(Condition.NOT_EQUAL, some);
    code.move(X86.RAX, 0);
    code.jump(done);
    code.bind(some);
    // The least integer by -1 would be an exception of the processor.
    code.gi(GeneralOp.CMP, X86.RCX, -1);
    code.jump(Condition.NOT_EQUAL, real);
    if (remainder) {
      code.move(X86.RAX, 0);
    } else {
      code.g(GeneralOp.NEG, X86.RAX);
    }
    code.jump(done);
    code.bind(real);
    code.g(GeneralOp.CQO);
    code.g(GeneralOp.IDIV, X86.RCX);
    if (remainder) {
      code.g(GeneralOp.MOV, X86.RAX, X86.RDX);
    }
    code.bind(done);
    code.g(bytes == 4 ? GeneralOp.MOV32 : GeneralOp.MOV, left, X86.RAX);
    code.gi(GeneralOp.ADD, X86.R11, 1);
    code.gi(GeneralOp.CMP, X86.R11, m.lanes);
    code.jump(Condition.LESS, head);
    m.load(type, to, m.passage[0]);
  }
}
