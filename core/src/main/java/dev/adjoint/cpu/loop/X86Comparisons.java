package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDNW;
import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KNOTW;
import static dev.adjoint.cpu.asm.VectorOp.KORW;
import static dev.adjoint.cpu.asm.VectorOp.KXNORW;
import static dev.adjoint.cpu.asm.VectorOp.KXORW;
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
import static dev.adjoint.cpu.asm.VectorOp.VMAXPD;
import static dev.adjoint.cpu.asm.VectorOp.VMAXPS;
import static dev.adjoint.cpu.asm.VectorOp.VMINPD;
import static dev.adjoint.cpu.asm.VectorOp.VMINPS;
import static dev.adjoint.cpu.asm.VectorOp.VORPS;
import static dev.adjoint.cpu.asm.VectorOp.VPBLENDMD;
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
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSRAD;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.kernel.ScalarOp;

/** What an {@link X86Machine} compares: comparisons, smaller and larger values, and choices by masks. */
final class X86Comparisons {
  private static final int MEMORY = Machine.MEMORY;

  /** For a comparison of floats: equal, less, less or equal, not equal, not less, not less or equal; the last two if ordered. */
  private static final int[] FLOAT_TESTS = {0x00, 0x04, 0x11, 0x12, 0x1E, 0x1D};

  /** The same for integers with AVX-512. */
  private static final int[] INTEGER_TESTS = {0, 4, 1, 2, 6, 5};

  private static final int UNORDERED = 3;

  private final X86Vectors m;

  X86Comparisons(X86Vectors machine) {
    m = machine;
  }

  /** The smaller or larger value: NaN if either is; of zeros the one with or without the sign. */
  void extreme(ScalarOp op, DType type, int to, int a, int b) {
    int w = m.width(type.bytes());
    boolean min = op == ScalarOp.MIN;
    if (type == DType.BOOL) {
      m.bitwise(min ? VANDPS : VORPS, min ? KANDW : KORW, type, to, a, b);
      return;
    }
    if (type == DType.I32) {
      m.both(min ? VPMINSD : VPMAXSD, w, to, a, b);
      return;
    }
    if (type == DType.I64) {
      if (m.evex) {
        m.both(min ? VPMINSQ : VPMAXSQ, w, to, a, b);
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
      m.v(f32 ? VBLENDMPS : VBLENDMPD, w, to, m.t0, m.ones(f32 ? DType.I32 : DType.I64));
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

  void compare(ScalarOp op, DType type, int to, int a, int b) {
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
      case EQ -> m.both(words ? VPCMPEQD : VPCMPEQQ, w, to, a, b);
      case GT -> m.both(words ? VPCMPGTD : VPCMPGTQ, w, to, a, b);
      case LT -> m.both(words ? VPCMPGTD : VPCMPGTQ, w, to, b, a);
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
      case NE -> m.both(VXORPS, w, to, x, y);
      case EQ -> {
        m.both(VXORPS, w, m.t0, x, y);
        m.v(VXORPS, w, to, m.t0, m.ones(DType.BOOL));
      }
      case LT, GT -> m.both(VANDNPS, w, to, x, y);
      default -> {
        m.both(VANDNPS, w, m.t0, x, y);
        m.v(VXORPS, w, to, m.t0, m.ones(DType.BOOL));
      }
    }
  }

  void select(DType type, int to, int mask, int b, int c) {
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
      m.v(VBLENDVPS, w, to, other, b, m.maskVector(mask, type.bytes(), m.t0));
    }
  }
}
