package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.A64Width.W;
import static dev.adjoint.cpu.asm.A64Width.X;
import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.D2;
import static dev.adjoint.cpu.asm.Arrangement.S4;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.A64Access;
import dev.adjoint.cpu.asm.A64Address;
import dev.adjoint.cpu.asm.A64Op;
import dev.adjoint.cpu.asm.Arrangement;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.NeonOp;
import dev.adjoint.cpu.asm.NeonUnary;
import dev.adjoint.kernel.ScalarOp;

/**
 * An AArch64 processor: vectors of 16 bytes, or of 8 for values of 4 bytes beside some of 8, and vectors as masks.
 */
final class A64Machine extends A64Elements {
  /**
   * A machine for a kernel.
   *
   * @param unit the bytes of the kernel's widest values, 4 or 8
   */
  A64Machine(int unit) {
    super(unit);
  }

  @Override
  int passing(DType type) {
    return vectors();
  }

  @Override
  int bytes(DType type) {
    return width(type) * lanes;
  }

  @Override
  int constant(DType type, long bits) {
    if (type == DType.BOOL) {
      return equal(unit, bits == 0 ? 0 : -1);
    }
    return equal(Math.max(Integer.BYTES, type.bytes()), bits);
  }

  @Override
  int iota() {
    return operand(pool.place(1L << Integer.SIZE, 3L << Integer.SIZE | 2));
  }

  @Override
  void copy(DType type, int to, int operand) {
    copy(to, register(operand, to, width(type)));
  }

  @Override
  void keep(DType type, Place to, int operand) {
    storeLanes(width(type), to, register(operand, T0, width(type)));
  }

  @Override
  void maskOf(int to, Place numbers) {
    loadLanes(unit, T0, numbers);
    code.v(NeonUnary.CMGT_ZERO, lanesOf(unit), to, T0);
  }

  @Override
  void keepMask(Place to, int mask) {
    keep(DType.BOOL, to, mask);
  }

  @Override
  void first(DType type, int register, int operand) {
    if (operand >= MEMORY) {
      getSigned(type.bytes(), register, place(operand));
    } else if (type == DType.I32) {
      code.smov(X, S4, register, operand, 0);
    } else {
      code.umov(D2, register, operand, 0);
    }
  }

  @Override
  void ofTail(DType type, int to, int inside, int outside) {
    int bytes = type.bytes();
    tailMask(bytes, T0);
    choose(to, T0, register(inside, T1, bytes), register(outside, T2, bytes));
  }

  /** Makes the first temporary a mask of the lanes in which positions are in range. */
  private void inRange(DType type, int value, int size) {
    int bytes = type.bytes();
    Arrangement t = lanesOf(bytes);
    int number = register(value, T0, bytes);
    int bound = register(size, T1, bytes);
    code.v(NeonOp.CMGT, t, T1, bound, number);
    code.v(NeonUnary.CMGE_ZERO, t, T0, number);
    code.v(NeonOp.AND, B16, T0, T0, T1);
    mask(bytes, T0, T0);
  }

  @Override
  void branchUnlessInRange(DType type, int value, int size, boolean tail, Label to) {
    inRange(type, value, size);
    if (tail) {
      tailMask(unit, T1);
      code.v(NeonOp.BIC, B16, T1, T1, T0);
    } else {
      code.v(NeonUnary.NOT, B16, T1, T0);
    }
    code.v(NeonUnary.UMAXV, S4, T1, T1);
    code.umov(S4, NUMBER, T1, 0);
    code.cbnz(W, NUMBER, to);
  }

  @Override
  void check(DType type, int to, int value, int size, int mask, boolean tail) {
    inRange(type, value, size);
    if (mask < 0) {
      code.v(NeonUnary.NOT, B16, T1, T0);
      copy(to, T0);
    } else {
      int where = register(mask, T2, unit);
      code.v(NeonOp.BIC, B16, T1, where, T0);
      code.v(NeonOp.AND, B16, to, where, T0);
    }
    if (tail) {
      tailMask(unit, T0);
      code.v(NeonOp.AND, B16, T1, T1, T0);
    }
    code.v(NeonUnary.UMAXV, S4, T1, T1);
    code.umov(S4, NUMBER, T1, 0);
    A64Address failed = A64Address.at(block(), Block.FAILED);
    code.mem(A64Access.LDR_X, OTHER, failed);
    code.op(A64Op.ORR, X, OTHER, OTHER, NUMBER);
    code.mem(A64Access.STR_X, OTHER, failed);
  }

  @Override
  void branchIfAll(int mask, Label to) {
    code.v(NeonUnary.UMINV, S4, T0, register(mask, T0, unit));
    code.umov(S4, NUMBER, T0, 0);
    code.cbnz(W, NUMBER, to);
  }

  @Override
  void foldLanes(ScalarOp op, DType type, int register, int other) {
    if (bytes(type) == 16 && type.bytes() == Integer.BYTES) {
      code.ext(B16, other, register, register, 8);
      apply(op, type, type, register, register, other, -1);
    }
    code.dup(lanesOf(type.bytes()), other, register, 1);
    apply(op, type, type, register, register, other, -1);
  }
}
