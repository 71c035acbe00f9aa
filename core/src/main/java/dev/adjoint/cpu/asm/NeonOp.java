package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.NeonLanes.ALL;
import static dev.adjoint.cpu.asm.NeonLanes.FROM_32;
import static dev.adjoint.cpu.asm.NeonLanes.ONLY_8;
import static dev.adjoint.cpu.asm.NeonLanes.UP_TO_32;

/**
 * Vector instructions of a result and two operands, by Arm's names. Comparisons give lanes of ones or zeros. The result's
 * register is also read by what adds products to it or subtracts them, and by {@code BSL}, {@code BIT} and {@code BIF}.
 */
public enum NeonOp {
  FADD(0x0E20D400, FROM_32),
  FSUB(0x0EA0D400, FROM_32),
  FMUL(0x2E20DC00, FROM_32),
  FDIV(0x2E20FC00, FROM_32),
  FMIN(0x0EA0F400, FROM_32),
  FMAX(0x0E20F400, FROM_32),
  FMLA(0x0E20CC00, FROM_32),
  FCMEQ(0x0E20E400, FROM_32),
  FCMGE(0x2E20E400, FROM_32),
  FCMGT(0x2EA0E400, FROM_32),

  ADD(0x0E208400, ALL),
  SUB(0x2E208400, ALL),
  MUL(0x0E209C00, UP_TO_32),
  MLA(0x0E209400, UP_TO_32),
  SMIN(0x0E206C00, UP_TO_32),
  SMAX(0x0E206400, UP_TO_32),
  CMEQ(0x2E208C00, ALL),
  CMGE(0x0E203C00, ALL),
  CMGT(0x0E203400, ALL),
  /** Shifts by the lowest byte of each lane of the second operand, to the right where that is negative. */
  SSHL(0x0E204400, ALL),
  USHL(0x2E204400, ALL),

  AND(0x0E201C00, ONLY_8),
  BIC(0x0E601C00, ONLY_8),
  ORR(0x0EA01C00, ONLY_8),
  ORN(0x0EE01C00, ONLY_8),
  EOR(0x2E201C00, ONLY_8),
  BSL(0x2E601C00, ONLY_8),
  BIT(0x2EA01C00, ONLY_8),
  BIF(0x2EE01C00, ONLY_8),
  UZP2(0x0E005800, ALL),
  ZIP1(0x0E003800, ALL),
  ZIP2(0x0E007800, ALL),

  /**
   * Products twice as wide as the factors. Lanes are those of the factors; a whole register takes its upper half ({@code
   * UMULL2}).
   */
  UMULL(0x2E20C000, UP_TO_32),
  UMLAL(0x2E208000, UP_TO_32);

  final int bits;
  final NeonLanes lanes;

  NeonOp(int bits, NeonLanes lanes) {
    this.bits = bits;
    this.lanes = lanes;
  }
}
