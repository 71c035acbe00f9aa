package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.NeonLanes.ACROSS;
import static dev.adjoint.cpu.asm.NeonLanes.ALL;
import static dev.adjoint.cpu.asm.NeonLanes.FROM_16_TO_32;
import static dev.adjoint.cpu.asm.NeonLanes.FROM_32;
import static dev.adjoint.cpu.asm.NeonLanes.ONLY_8;
import static dev.adjoint.cpu.asm.NeonLanes.UP_TO_32;

/**
 * Vector instructions of a result and one operand, by Arm's names. Those that widen or narrow name the lanes of the narrow side,
 * and a whole register there stands for the instruction whose name ends in 2: it reads or writes the upper half.
 */
public enum NeonUnary {
  FABS(0x0EA0F800, FROM_32),
  FNEG(0x2EA0F800, FROM_32),
  FSQRT(0x2EA1F800, FROM_32),
  FCVTZS(0x0EA1B800, FROM_32),
  SCVTF(0x0E21D800, FROM_32),
  FCMEQ_ZERO(0x0EA0D800, FROM_32),

  ABS(0x0E20B800, ALL),
  NEG(0x2E20B800, ALL),
  CMEQ_ZERO(0x0E209800, ALL),
  CMGE_ZERO(0x2E208800, ALL),
  CMGT_ZERO(0x0E208800, ALL),
  NOT(0x2E205800, ONLY_8),

  /** To lanes twice as wide. */
  FCVTL(0x0E217800, FROM_16_TO_32),
  /** From lanes twice as wide; what writes the lower half sets the upper half to 0. */
  FCVTN(0x0E216800, FROM_16_TO_32),
  XTN(0x0E212800, UP_TO_32),
  SQXTN(0x0E214800, UP_TO_32),
  UMINV(0x2E31A800, ACROSS),
  UMAXV(0x2E30A800, ACROSS);

  final int bits;
  final NeonLanes lanes;

  NeonUnary(int bits, NeonLanes lanes) {
    this.bits = bits;
    this.lanes = lanes;
  }
}
