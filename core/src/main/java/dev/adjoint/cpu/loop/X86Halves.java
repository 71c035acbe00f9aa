package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDVPS;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPS;
import static dev.adjoint.cpu.asm.VectorOp.VCMPPS_K;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPH2PS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPS2PH;
import static dev.adjoint.cpu.asm.VectorOp.VPERMQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVDW;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXWD;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFB;

import dev.adjoint.DType;

/** Vectors of 16-bit elements, which fill half of a register, of an {@link X86Machine}: the bits of f16, and others. */
final class X86Halves {
  /** The rounding of a conversion to f16, whatever the thread's is: to nearest, of two to the even one. */
  static final int NEAREST = 0;

  private static final int UNORDERED = 3;

  /** The bits of the f32 that becomes the one NaN of f16. */
  private static final int NAN = 0x7fc0_0000;

  private final X86Vectors m;

  X86Halves(X86Vectors machine) {
    m = machine;
  }

  /** Leaves in the first temporary numbers that the instruction narrows: it would keep sign and payload of a NaN. */
  void narrowable(int a) {
    int w = m.width(Float.BYTES);
    int x = m.register(a, m.t1, w);
    int nan = m.bits(Float.BYTES, NAN);
    if (m.evex) {
      m.code.v(VCMPPS_K, w, 6, x, x, UNORDERED);
      m.code.mask(6);
      m.v(VBLENDMPS, w, m.t0, x, nan);
    } else {
      m.code.v(VCMPPS, w, m.t0, x, x, UNORDERED);
      m.v(VBLENDVPS, w, m.t0, x, nan, m.t0);
    }
  }

  /** Leaves the bits of numbers as f16 in the first temporary, side by side. */
  private void halves(int a) {
    narrowable(a);
    m.code.v(VCVTPS2PH, m.width(Float.BYTES), m.t0, -1, m.t0, NEAREST);
  }

  void narrow(int to, int a) {
    halves(a);
    m.code.v(VPMOVZXWD, m.width(Integer.BYTES), to, -1, m.t0);
  }

  /** Makes bits, or what is left of numbers, f32. */
  void widen(DType from, int to, int a) {
    if (from == DType.F32) {
      halves(a);
    } else {
      pack(m.register(a, m.t0, m.width(Integer.BYTES)));
    }
    m.code.v(VCVTPH2PS, m.width(Float.BYTES), to, -1, m.t0);
  }

  /** Packs the low halves of words to the beginning of the first temporary. */
  void pack(int value) {
    int w = m.width(Integer.BYTES);
    if (m.evex) {
      m.code.v(VPMOVDW, w, m.t0, -1, value);
      return;
    }
    m.v(VPSHUFB, w, m.t0, value, m.pattern(0x0d0c_0908_0504_0100L, 0x8080_8080_8080_8080L));
    if (m.lanes == 8) {
      m.code.v(VPERMQ, 32, m.t0, -1, m.t0, 0x08);
    }
  }
}
