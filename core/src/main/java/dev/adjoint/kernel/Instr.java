package dev.adjoint.kernel;

import dev.adjoint.DType;

/**
 * One instruction of a kernel body, in static single assignment form: operands are indices of earlier instructions of the
 * same body.
 *
 * <p>Values in registers are F32, F64, I32, I64 or BOOL. {@linkplain DType#isNarrow Narrow} types exist only in memory: a load
 * gives their bits as an I32 with zeros above, a store keeps the low bits of an I32. What the bits mean is computed in the body.
 */
public sealed interface Instr {
  /** The type of the value. */
  DType type();

  /** The element of a memory operand at the current index. */
  record Load(int access, DType type) implements Instr {}

  /** The affine value of an {@link Access.Kind#INDEX} operand at the current index, as I32. */
  record Index(int access) implements Instr {
    @Override
    public DType type() {
      return DType.I32;
    }
  }

  /** A run-time scalar argument; the launch passes its raw bits. */
  record Scalar(int argument, DType type) implements Instr {}

  /** A compile-time constant: raw bits of the type (float bits, double bits, two's complement; bool 0 or 1). */
  record Literal(DType type, long bits) implements Instr {}

  /** The result of an earlier reduction of this kernel at the current parallel index. */
  record Reduced(int slot, DType type) implements Instr {}

  /** A scalar operation; operands beyond its arity are -1. */
  record Apply(ScalarOp op, DType type, int a, int b, int c) implements Instr {}
}
