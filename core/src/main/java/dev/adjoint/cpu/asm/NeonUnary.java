package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.NeonLanes.ACROSS;
import static dev.adjoint.cpu.asm.NeonLanes.ALL;
import static dev.adjoint.cpu.asm.NeonLanes.FOUR;
import static dev.adjoint.cpu.asm.NeonLanes.FROM_16_TO_32;
import static dev.adjoint.cpu.asm.NeonLanes.FROM_32;
import static dev.adjoint.cpu.asm.NeonLanes.LONG_PAIR;
import static dev.adjoint.cpu.asm.NeonLanes.ONLY_16;
import static dev.adjoint.cpu.asm.NeonLanes.ONLY_8;
import static dev.adjoint.cpu.asm.NeonLanes.PAIR;
import static dev.adjoint.cpu.asm.NeonLanes.UP_TO_32;

/**
 * Vector instructions of a result and one operand, by Arm's names. Those that widen or narrow name the lanes of the narrow side,
 * and a whole register there stands for the instruction whose name ends in 2: it reads or writes the upper half.
 */
public enum NeonUnary {
  FABS(0x0EA0F800, FROM_32),
  FNEG(0x2EA0F800, FROM_32),
  FSQRT(0x2EA1F800, FROM_32),
  FRINTN(0x0E218800, FROM_32),
  FRINTM(0x0E219800, FROM_32),
  FRINTP(0x0EA18800, FROM_32),
  FRINTZ(0x0EA19800, FROM_32),
  FCVTZS(0x0EA1B800, FROM_32),
  FCVTZU(0x2EA1B800, FROM_32),
  SCVTF(0x0E21D800, FROM_32),
  UCVTF(0x2E21D800, FROM_32),
  FCMEQ_ZERO(0x0EA0D800, FROM_32),
  FCMGE_ZERO(0x2EA0C800, FROM_32),
  FCMGT_ZERO(0x0EA0C800, FROM_32),
  FCMLE_ZERO(0x2EA0D800, FROM_32),
  FCMLT_ZERO(0x0EA0E800, FROM_32),

  ABS(0x0E20B800, ALL),
  NEG(0x2E20B800, ALL),
  CMEQ_ZERO(0x0E209800, ALL),
  CMGE_ZERO(0x2E208800, ALL),
  CMGT_ZERO(0x0E208800, ALL),
  CMLE_ZERO(0x2E209800, ALL),
  CMLT_ZERO(0x0E20A800, ALL),
  NOT(0x2E205800, ONLY_8),

  /** To lanes twice as wide. */
  FCVTL(0x0E217800, FROM_16_TO_32),
  /** From lanes twice as wide; what writes the lower half sets the upper half to 0. */
  FCVTN(0x0E216800, FROM_16_TO_32),
  BFCVTN(0x0EA16800, ONLY_16),
  XTN(0x0E212800, UP_TO_32),
  SQXTN(0x0E214800, UP_TO_32),
  UQXTN(0x2E214800, UP_TO_32),
  SQXTUN(0x2E212800, UP_TO_32),

  /** Of all lanes, into the lowest; the others become 0. */
  ADDV(0x0E31B800, ACROSS),
  SMINV(0x0E31A800, ACROSS),
  SMAXV(0x0E30A800, ACROSS),
  UMINV(0x2E31A800, ACROSS),
  UMAXV(0x2E30A800, ACROSS),
  FMINV(0x2EB0F800, FOUR),
  FMAXV(0x2E30F800, FOUR),
  FMINNMV(0x2EB0C800, FOUR),
  FMAXNMV(0x2E30C800, FOUR),
  FADDP_PAIR(0x7E30D800, PAIR),
  ADDP_PAIR(0x5EF1B800, LONG_PAIR);

  final int bits;
  final NeonLanes lanes;

  NeonUnary(int bits, NeonLanes lanes) {
    this.bits = bits;
    this.lanes = lanes;
  }
}
