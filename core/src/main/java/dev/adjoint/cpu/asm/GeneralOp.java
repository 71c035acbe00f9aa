package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.GeneralForm.BYTE_REG;
import static dev.adjoint.cpu.asm.GeneralForm.BYTE_RM;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT1;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT2;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT3;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT4;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT5;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT6;
import static dev.adjoint.cpu.asm.GeneralForm.DIGIT7;
import static dev.adjoint.cpu.asm.GeneralForm.F2;
import static dev.adjoint.cpu.asm.GeneralForm.F3;
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
  MOVSX8(W | M0F | RM | BYTE_RM | 0xBE),
  MOVSX16(W | M0F | RM | 0xBF),
  MOVSXD(W | RM | 0x63),
  LEA(W | RM | NOREG | 0x8D),
  ADD(arithmetic(0, W)),
  ADD32(arithmetic(0, 0)),
  OR(arithmetic(1, W)),
  OR32(arithmetic(1, 0)),
  AND(arithmetic(4, W)),
  AND32(arithmetic(4, 0)),
  SUB(arithmetic(5, W)),
  SUB32(arithmetic(5, 0)),
  XOR(arithmetic(6, W)),
  XOR32(arithmetic(6, 0)),
  CMP(arithmetic(7, W)),
  CMP32(arithmetic(7, 0)),
  TEST(W | MR | 0x85, W | MI | 0xF7),
  TEST32(MR | 0x85, MI | 0xF7),
  IMUL(W | M0F | RM | 0xAF, W | RMI | SHORT | 0x69),
  IMUL32(M0F | RM | 0xAF, RMI | SHORT | 0x69),
  /** Multiplies RAX, unsigned, into RDX and RAX. */
  MUL(W | M | DIGIT4 | 0xF7),
  DIV(W | M | DIGIT6 | 0xF7),
  DIV32(M | DIGIT6 | 0xF7),
  IDIV(W | M | DIGIT7 | 0xF7),
  IDIV32(M | DIGIT7 | 0xF7),
  /** Extends the sign of EAX into EDX. */
  CDQ(NONE | 0x99),
  /** Extends the sign of RAX into RDX. */
  CQO(W | NONE | 0x99),
  NEG(W | M | DIGIT3 | 0xF7),
  NEG32(M | DIGIT3 | 0xF7),
  NOT(W | M | DIGIT2 | 0xF7),
  NOT32(M | DIGIT2 | 0xF7),
  INC(W | M | 0xFF),
  INC32(M | 0xFF),
  DEC(W | M | DIGIT1 | 0xFF),
  DEC32(M | DIGIT1 | 0xFF),
  /** Shifts by CL, or by a constant. */
  SHL(shift(DIGIT4, W)),
  SHL32(shift(DIGIT4, 0)),
  SHR(shift(DIGIT5, W)),
  SHR32(shift(DIGIT5, 0)),
  SAR(shift(DIGIT7, W)),
  SAR32(shift(DIGIT7, 0)),
  SHLX(W | VEX | P66 | RMV | 0xF7),
  SHLX32(VEX | P66 | RMV | 0xF7),
  SHRX(W | VEX | F2 | RMV | 0xF7),
  SHRX32(VEX | F2 | RMV | 0xF7),
  SARX(W | VEX | F3 | RMV | 0xF7),
  SARX32(VEX | F3 | RMV | 0xF7),
  /** Clears the bits from a place on. */
  BZHI(W | VEX | RMV | 0xF5),
  BZHI32(VEX | RMV | 0xF5),
  TZCNT(W | F3 | M0F | RM | 0xBC),
  TZCNT32(F3 | M0F | RM | 0xBC),
  LZCNT(W | F3 | M0F | RM | 0xBD),
  LZCNT32(F3 | M0F | RM | 0xBD),
  PREFETCHNTA(M0F | M | NOREG | 0x18),
  PREFETCHT0(M0F | M | NOREG | DIGIT1 | 0x18),
  PREFETCHT1(M0F | M | NOREG | DIGIT2 | 0x18),
  PREFETCHT2(M0F | M | NOREG | DIGIT3 | 0x18),
  PREFETCHW(M0F | M | NOREG | DIGIT1 | 0x0D),
  CPUID(M0F | NONE | 0xA2),
  RDTSC(M0F | NONE | 0x31),
  UD2(M0F | NONE | 0x0B),
  RET(NONE | 0xC3),
  INT3(NONE | 0xCC),
  NOP(NONE | 0x90);

  /** The ways to encode it, of which the first that takes the operands is used. */
  final int[] forms;

  GeneralOp(int... forms) {
    this.forms = forms;
  }
}
