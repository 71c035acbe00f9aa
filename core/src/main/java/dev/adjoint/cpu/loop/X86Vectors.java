package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KMOVQ;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW;
import static dev.adjoint.cpu.asm.VectorOp.KORW;
import static dev.adjoint.cpu.asm.VectorOp.KSHIFTLW;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVQ_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTD;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPGTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVM2D;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVM2Q;
import static dev.adjoint.cpu.asm.VectorOp.VPTESTMD;
import static dev.adjoint.cpu.asm.VectorOp.VPTESTMQ;
import static dev.adjoint.cpu.asm.VectorOp.VSHUFPS;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;

/**
 * The vector and mask registers of an {@link X86Machine}: what they hold, their operands in registers and memory, and masks as
 * vectors and back.
 */
abstract class X86Vectors extends X86Registers {
  /** Vector registers for what takes several instructions. */
  final int t0;

  final int t1;
  final int t2;

  X86Vectors(boolean evex, int unit) {
    super(evex, unit);
    t0 = evex ? 29 : 13;
    t1 = t0 + 1;
    t2 = t0 + 2;
  }

  /** An instruction with an operand in a register or in memory. */
  final void v(VectorOp op, int width, int to, int a, int b) {
    if (b < MEMORY) {
      code.v(op, width, to, a, b);
    } else {
      code.v(op, width, to, a, mem(place(b)));
    }
  }

  final void v(VectorOp op, int width, int to, int a, int b, int last) {
    if (b < MEMORY) {
      code.v(op, width, to, a, b, last);
    } else {
      code.v(op, width, to, a, mem(place(b)), last);
    }
  }

  /** The register that holds a vector operand, which is loaded to a given one if it is in memory. */
  final int register(int operand, int to, int width) {
    if (operand < MEMORY) {
      return operand;
    }
    code.v(VMOVUPS, width, to, -1, mem(place(operand)));
    return to;
  }

  /** The mask register that holds an operand. */
  final int maskRegister(int operand, int to) {
    if (operand < MEMORY) {
      return operand;
    }
    code.v(KMOVQ, 0, to, -1, mem(place(operand)));
    return to;
  }

  /** A vector of constants that all 16 bytes of a vector hold. */
  final int pattern(long low, long high) {
    long[] words = new long[8];
    for (int i = 0; i < words.length; i += 2) {
      words[i] = low;
      words[i + 1] = high;
    }
    return operand(pool.place(words));
  }

  @Override
  final int vectors() {
    return evex ? 28 : 12;
  }

  @Override
  final int masks() {
    return evex ? 3 : 0;
  }

  @Override
  final int firstMask() {
    return 2;
  }

  @Override
  final int passing(DType type) {
    return isMask(type) ? 5 : vectors();
  }

  private boolean isMask(DType type) {
    return evex && type == DType.BOOL;
  }

  @Override
  final int bytes(DType type) {
    return isMask(type) ? Long.BYTES : width(type == DType.BOOL ? unit : type.bytes());
  }

  @Override
  final int constant(DType type, long bits) {
    if (type == DType.BOOL) {
      long all = bits == 0 ? 0 : -1;
      return operand(
          pool.place(evex ? new long[] {all} : X86Pool.repeated(all, unit, width(unit))));
    }
    int bytes = Math.max(Integer.BYTES, type.bytes());
    return operand(pool.place(X86Pool.repeated(bits, bytes, width(bytes))));
  }

  /** A vector with bits of some bytes in each lane. */
  final int bits(int bytes, long bits) {
    return operand(pool.place(X86Pool.repeated(bits, bytes, width(bytes))));
  }

  @Override
  final int iota() {
    long[] words = new long[width(Integer.BYTES) / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = 2L * i | (2L * i + 1) << Integer.SIZE;
    }
    return operand(pool.place(words));
  }

  @Override
  final void copy(DType type, int to, int operand) {
    if (to == operand) {
      return;
    }
    if (isMask(type)) {
      if (operand < MEMORY) {
        code.v(KMOVW, 0, to, -1, operand);
      } else {
        code.v(KMOVQ, 0, to, -1, mem(place(operand)));
      }
    } else {
      v(VMOVUPS, bytes(type), to, -1, operand);
    }
  }

  @Override
  final void keep(DType type, Place to, int operand) {
    if (isMask(type)) {
      code.v(KMOVQ, 0, mem(to), maskRegister(operand, 6));
    } else {
      code.v(VMOVUPS, bytes(type), mem(to), register(operand, t0, bytes(type)));
    }
  }

  /** Makes the numbers in the first temporary, of unit bytes and not below 0, a mask. */
  final void truth(int to) {
    boolean words = unit == Integer.BYTES;
    if (evex) {
      code.v(words ? VPTESTMD : VPTESTMQ, width(unit), to, t0, t0);
    } else {
      code.v(VXORPS, 32, t1, t1, t1);
      code.v(words ? VPCMPGTD : VPCMPGTQ, width(unit), to, t0, t1);
    }
  }

  @Override
  final void maskOf(int to, Place numbers) {
    code.v(VMOVUPS, width(unit), t0, -1, mem(numbers));
    truth(to);
  }

  @Override
  final void keepMask(Place to, int mask) {
    if (evex) {
      int k = maskRegister(mask, 6);
      code.v(unit == Integer.BYTES ? VPMOVM2D : VPMOVM2Q, width(unit), t0, -1, k);
      code.v(VMOVUPS, width(unit), mem(to), t0);
    } else {
      keep(DType.BOOL, to, mask);
    }
  }

  @Override
  final void splat(int to, int register) {
    code.v(VMOVD_FROM_GPR, 16, t0, -1, register);
    code.v(VPBROADCASTD, width(Integer.BYTES), to, -1, t0);
  }

  @Override
  final void first(DType type, int register, int operand) {
    if (operand >= MEMORY) {
      getSigned(type.bytes(), register, place(operand));
    } else if (type == DType.I32) {
      code.v(VMOVD_TO_GPR, 16, register, -1, operand);
      code.g(GeneralOp.MOVSXD, register, register);
    } else {
      code.v(VMOVQ_TO_GPR, 16, register, -1, operand);
    }
  }

  @Override
  final void number(int to, int mask) {
    if (evex) {
      int k = maskRegister(mask, 6);
      Mem ones = mem(place(bits(Integer.BYTES, 1)));
      code.zero(k).v(VMOVUPS, width(Integer.BYTES), to, -1, ones);
    } else {
      v(VANDPS, width(4), to, maskVector(mask, Integer.BYTES, t0), bits(Integer.BYTES, 1));
    }
  }

  /** Makes a mask of the 8 lanes of a cut vector, which all are the same, one of 16. */
  final void spread(int mask) {
    code.v(KSHIFTLW, 0, 7, -1, mask, 8);
    code.v(KORW, 0, mask, mask, 7);
  }

  /** An operation whose first operand must be in a register. */
  final void both(VectorOp op, int w, int to, int a, int b) {
    v(op, w, to, register(a, t0, w), b);
  }

  /** A bit operation on vectors, or on masks. */
  final void bitwise(VectorOp vector, VectorOp mask, DType type, int to, int a, int b) {
    if (type == DType.BOOL && evex) {
      code.v(mask, 0, to, maskRegister(a, 6), maskRegister(b, 7));
    } else {
      both(vector, width(type == DType.BOOL ? unit : type.bytes()), to, a, b);
    }
  }

  /** A vector, or mask, with all bits set. */
  final int ones(DType type) {
    return type == DType.BOOL ? constant(type, 1) : bits(type.bytes(), -1);
  }

  /** A mask as a vector of lanes of some bytes, in its register or in the first temporary; without AVX-512. */
  final int maskVector(int mask, int bytes, int to) {
    if (bytes >= unit) {
      return register(mask, to, width(bytes));
    }
    narrow(to, mask);
    return to;
  }

  /** The low halves of four lanes of 8 bytes. */
  final void narrow(int to, int a) {
    int x = register(a, t0, 32);
    code.v(VEXTRACTF128, 32, t2, -1, x, 1);
    code.v(VSHUFPS, 16, to, x, t2, 0x88);
  }
}
