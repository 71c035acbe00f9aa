package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDNW;
import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.KNOTW;
import static dev.adjoint.cpu.asm.VectorOp.VANDNPS;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPD;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDMPS;
import static dev.adjoint.cpu.asm.VectorOp.VBLENDVPS;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF64X4;
import static dev.adjoint.cpu.asm.VectorOp.VMOVMSKPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVMSKPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXSD;
import static dev.adjoint.cpu.asm.VectorOp.VPMAXUD;
import static dev.adjoint.cpu.asm.VectorOp.VPMINUD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFD;
import static dev.adjoint.cpu.asm.VectorOp.VPSUBD;
import static dev.adjoint.cpu.asm.VectorOp.VPSUBQ;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.kernel.ScalarOp;

/**
 * An x86-64 processor with AVX2 and FMA, or with AVX-512 (F, BW, DQ, VL). With the first, masks are vectors.
 *
 * <p>Vectors of narrower types fill a part of a register, 16 bytes at least. Three vector registers are for what takes several
 * instructions.
 */
final class X86Machine extends X86Gathers {
  private final X86Comparisons comparisons = new X86Comparisons(this);
  private final X86Arithmetic arithmetic = new X86Arithmetic(this, comparisons);

  /**
   * A machine for a kernel.
   *
   * @param evex whether to use AVX-512
   * @param unit the bytes of the widest values of lanes, 4 or 8; wider ones are the same in all lanes, and a register holds them
   *     for some
   */
  X86Machine(boolean evex, int unit) {
    super(evex, unit);
  }

  @Override
  void ofTail(DType type, int to, int inside, int outside) {
    int width = width(type.bytes());
    boolean words = type.bytes() == Integer.BYTES;
    int other = register(outside, t1, width);
    if (evex) {
      code.mask(TAIL_MASK);
      v(words ? VBLENDMPS : VBLENDMPD, width, to, other, inside);
    } else {
      tailMask(t0, type.bytes());
      v(VBLENDVPS, width, to, other, inside, t0);
    }
  }

  @Override
  void check(DType type, int to, int value, int size, int mask, boolean tail) {
    int width = width(type.bytes());
    boolean words = type == DType.I32;
    if (evex) {
      code.v(VXORPS, width, t0, t0, t0);
      int number = register(value, t1, width);
      code.v(words ? VPCMPD : VPCMPQ, width, 6, number, t0, 5);
      code.mask(6);
      v(words ? VPCMPD : VPCMPQ, width, 6, number, size, 1);
      if (isCut(type.bytes())) {
        spread(6);
      }
      if (mask >= 0) {
        int k = maskRegister(mask, 7);
        code.v(KANDNW, 0, 7, 6, k);
        code.v(KANDW, 0, to, 6, maskRegister(mask, 5));
      } else {
        code.v(KNOTW, 0, 7, -1, 6);
        code.v(KMOVW, 0, to, -1, 6);
      }
      if (tail) {
        code.v(KANDW, 0, 7, 7, TAIL_MASK);
      }
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, 7);
      code.gi(GeneralOp.AND32, X86.RAX, (1 << lanes) - 1);
    } else {
      int number = register(value, t2, width);
      code.v(VXORPS, 32, t0, t0, t0);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width, t0, t0, number);
      int bound = register(size, t1, width);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width, t1, bound, number);
      code.v(VANDNPS, width, t0, t0, t1);
      if (type.bytes() < unit) {
        code.v(VPMOVSXDQ, width(unit), t0, -1, t0);
      }
      int whole = width(unit);
      if (mask >= 0) {
        v(VANDNPS, whole, t1, t0, mask);
        v(VANDPS, whole, to, t0, mask);
      } else {
        v(VXORPS, whole, t1, t0, constant(DType.BOOL, 1));
        code.v(VMOVUPS, whole, to, -1, t0);
      }
      if (tail) {
        v(VANDPS, whole, t1, t1, operand(unit == 4 ? tail4 : tail8));
      }
      code.v(unit == 4 ? VMOVMSKPS : VMOVMSKPD, whole, X86.RAX, -1, t1);
    }
    code.g(GeneralOp.OR, mem(slot(Block.FAILED)), X86.RAX);
  }

  @Override
  void branchUnlessInRange(DType type, int value, int size, boolean tail, Label to) {
    int width = width(type.bytes());
    boolean words = type == DType.I32;
    if (evex) {
      code.v(VXORPS, width, t0, t0, t0);
      int number = register(value, t1, width);
      code.v(words ? VPCMPD : VPCMPQ, width, 6, number, t0, 5);
      code.mask(6);
      v(words ? VPCMPD : VPCMPQ, width, 6, number, size, 1);
      if (tail) {
        code.v(KANDNW, 0, 6, 6, TAIL_MASK);
      } else {
        code.v(KNOTW, 0, 6, -1, 6);
      }
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, 6);
      code.gi(GeneralOp.AND32, X86.RAX, (1 << (width / type.bytes())) - 1);
    } else {
      // Of a number that is not below 0, the difference from the size is below 0 if it is in range.
      int number = register(value, t2, width);
      v(words ? VPSUBD : VPSUBQ, width, t0, number, size);
      code.v(VANDNPS, width, t0, number, t0);
      v(VANDNPS, width, t0, t0, tail ? operand(words ? tail4 : tail8) : bits(type.bytes(), -1));
      code.v(words ? VMOVMSKPS : VMOVMSKPD, width, X86.RAX, -1, t0);
      code.gi(GeneralOp.CMP32, X86.RAX, 0);
    }
    code.jump(Condition.NOT_EQUAL, to);
  }

  @Override
  void branchIfAll(int mask, Label to) {
    int all = (1 << lanes) - 1;
    if (evex) {
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, maskRegister(mask, 6));
      code.gi(GeneralOp.AND32, X86.RAX, all);
    } else {
      int vector = register(mask, t0, width(unit));
      code.v(unit == 4 ? VMOVMSKPS : VMOVMSKPD, width(unit), X86.RAX, -1, vector);
    }
    code.gi(GeneralOp.CMP32, X86.RAX, all);
    code.jump(Condition.EQUAL, to);
  }

  @Override
  void foldLanes(ScalarOp op, DType type, int register, int other) {
    int width = width(type.bytes());
    if (width == 64) {
      code.v(VEXTRACTF64X4, 64, other, -1, register, 1);
      apply(op, type, type, register, register, other, -1);
    }
    if (width >= 32) {
      code.v(VEXTRACTF128, 32, other, -1, register, 1);
      apply(op, type, type, register, register, other, -1);
    }
    code.v(VPSHUFD, 16, other, -1, register, 0xEE);
    apply(op, type, type, register, register, other, -1);
    if (type.bytes() == Integer.BYTES) {
      code.v(VPSHUFD, 16, other, -1, register, 0x55);
      apply(op, type, type, register, register, other, -1);
    }
  }

  /** Floats keep the order of their bits: of positive ones as they are, of negative ones the other way round. */
  @Override
  int extremeRegisters(DType type) {
    return type == DType.F32 ? 3 : 1;
  }

  @Override
  void takeExtreme(ScalarOp op, DType type, int first, int operand) {
    if (type != DType.F32) {
      super.takeExtreme(op, type, first, operand);
      return;
    }
    int value = register(operand, t0, width(Integer.BYTES));
    bounds(first, value, value, value);
  }

  @Override
  void joinExtreme(ScalarOp op, DType type, int first, int other) {
    if (type != DType.F32) {
      super.joinExtreme(op, type, first, other);
      return;
    }
    bounds(first, other, other + 1, other + 2);
  }

  private void bounds(int first, int signed, int least, int greatest) {
    int w = width(Integer.BYTES);
    code.v(VPMAXSD, w, first, first, signed);
    code.v(VPMINUD, w, first + 1, first + 1, least);
    code.v(VPMAXUD, w, first + 2, first + 2, greatest);
  }

  @Override
  void endExtreme(ScalarOp op, DType type, int first) {
    if (type != DType.F32) {
      return;
    }
    comparisons.endExtreme(op, first);
  }

  @Override
  boolean has(ScalarOp op, DType type) {
    return !(op == ScalarOp.REM && type.isFloat());
  }

  @Override
  void shift(ScalarOp op, DType type, int to, int a, int bits) {
    arithmetic.shift(op, type, to, a, bits);
  }

  @Override
  void apply(ScalarOp op, DType from, DType type, int to, int a, int b, int c) {
    arithmetic.apply(op, from, type, to, a, b, c);
  }
}
