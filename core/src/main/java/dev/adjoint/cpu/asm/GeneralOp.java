package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.GeneralForm.BYTE_REG;
import static dev.adjoint.cpu.asm.GeneralForm.BYTE_RM;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT1;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT3;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT4;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT5;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT7;
import static dev.adjoint.cpu.asm.GeneralForm.IMM16;
import static dev.adjoint.cpu.asm.GeneralForm.IMM8;
import static dev.adjoint.cpu.asm.GeneralForm.M;
import static dev.adjoint.cpu.asm.GeneralForm.M0F;
import static dev.adjoint.cpu.asm.GeneralForm.MI;
import static dev.adjoint.cpu.asm.GeneralForm.MR;
import static dev.adjoint.cpu.asm.GeneralForm.NONE;
import static dev.adjoint.cpu.asm.GeneralForm.NOREG;
import static dev.adjoint.cpu.asm.GeneralForm.P66;
import static dev.adjoint.cpu.asm.GeneralForm.RM;
import static dev.adjoint.cpu.asm.GeneralForm.RMI;
import static dev.adjoint.cpu.asm.GeneralForm.RMV;
import static dev.adjoint.cpu.asm.GeneralForm.SHORT;
import static dev.adjoint.cpu.asm.GeneralForm.VEX;
import static dev.adjoint.cpu.asm.GeneralForm.W;
import static dev.adjoint.cpu.asm.GeneralForm.arithmetic;
import static dev.adjoint.cpu.asm.GeneralForm.shift;

/**
 * The instructions with general registers: a line has the forms of one, in the bits of {@link GeneralForm}. A number at the end
 * of a name is the bits of the operands, or of what is extended to 64; without one there are 64.
 */
public enum GeneralOp {
  MOV(W | MR | 0x89, W | RM | 0x8B, W | MI | NOREG | 0xC7),
  MOV32(MR | 0x89, RM | 0x8B, MI | NOREG | 0xC7),
  /** Stores the low 16 bits. */
  MOV16(P66 | MR | NOREG | 0x89, P66 | MI | NOREG | IMM16 | 0xC7),
  /** Stores the low 8 bits. */
  MOV8(MR | BYTE_REG | NOREG | 0x88, MI | NOREG | IMM8 | 0xC6),
  MOVZX8(M0F | RM | BYTE_RM | 0xB6),
  MOVZX16(M0F | RM | 0xB7),
  MOVSXD(W | RM | 0x63),
  LEA(W | RM | NOREG | 0x8D),
  ADD(arithmetic(0, W)),
  OR(arithmetic(1, W)),
  AND(arithmetic(4, W)),
  AND32(arithmetic(4, 0)),
  SUB(arithmetic(5, W)),
  CMP(arithmetic(7, W)),
  CMP32(arithmetic(7, 0)),
  TEST(W | MR | 0x85, W | MI | 0xF7),
  TEST32(MR | 0x85, MI | 0xF7),
  IMUL(W | M0F | RM | 0xAF, W | RMI | SHORT | 0x69),
  IDIV(W | M | DIGIT7 | 0xF7),
  /** Extends the sign of RAX into RDX. */
  CQO(W | NONE | 0x99),
  NEG(W | M | DIGIT3 | 0xF7),
  /** Shifts by CL, or by a constant. */
  SHL(shift(DIGIT4, W)),
  SHR(shift(DIGIT5, W)),
  /** Clears the bits from a place on. */
  BZHI(W | VEX | RMV | 0xF5),
  BZHI32(VEX | RMV | 0xF5),
  PREFETCHT0(M0F | M | NOREG | DIGIT1 | 0x18),
  RET(NONE | 0xC3);

  /** The ways to encode it, of which the first that takes the operands is used. */
  final int[] forms;

  GeneralOp(int... forms) {
    this.forms = forms;
  }
}
