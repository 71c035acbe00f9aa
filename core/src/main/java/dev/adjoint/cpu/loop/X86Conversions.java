package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPD;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPS;
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
import static dev.adjoint.cpu.asm.VectorOp.VMAXPD;
import static dev.adjoint.cpu.asm.VectorOp.VMINPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVQD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.kernel.ScalarOp;

/** The casts of an {@link X86Machine}, and its division of integers: what may go lane by lane, through memory. */
final class X86Conversions {
  private static final int ORDERED = 7;
  private static final int AT_LEAST = 0x1D;

  private final X86Vectors m;
  private final X86Comparisons comparisons;

  X86Conversions(X86Vectors machine, X86Comparisons comparisons) {
    m = machine;
    this.comparisons = comparisons;
  }

  void cast(DType from, DType type, int to, int a) {
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
      comparisons.compare(ScalarOp.NE, from, to, a, m.constant(from, 0));
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
            m.narrow(to, a);
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
  void divide(DType type, int to, int a, int b, boolean remainder) {
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
