package dev.adjoint;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.ops.Operands;

/** Logic on truth values and bits. The logical functions take any type: zero is false, all else is true. */
public sealed interface LogicOps permits Tensor {
  /** Whether both are true. */
  default Tensor logicalAnd(Tensor other) {
    return Operands.binary(BinaryOp.AND, truth(), other.toBool());
  }

  /** Whether at least one is true. */
  default Tensor logicalOr(Tensor other) {
    return Operands.binary(BinaryOp.OR, truth(), other.toBool());
  }

  /** Whether exactly one is true. */
  default Tensor logicalXor(Tensor other) {
    return Operands.binary(BinaryOp.XOR, truth(), other.toBool());
  }

  /** Whether this is false. */
  default Tensor logicalNot() {
    return Operands.unary(UnaryOp.NOT, truth());
  }

  /** The bits that both have; integers and bool. */
  default Tensor bitwiseAnd(Tensor other) {
    return Operands.binary(BinaryOp.AND, (Tensor) this, other);
  }

  /** The bits that this and a number have; integers. */
  default Tensor bitwiseAnd(Number other) {
    return Operands.binary(BinaryOp.AND, (Tensor) this, other);
  }

  /** The bits that at least one has; integers and bool. */
  default Tensor bitwiseOr(Tensor other) {
    return Operands.binary(BinaryOp.OR, (Tensor) this, other);
  }

  /** The bits that this or a number has; integers. */
  default Tensor bitwiseOr(Number other) {
    return Operands.binary(BinaryOp.OR, (Tensor) this, other);
  }

  /** The bits that exactly one has; integers and bool. */
  default Tensor bitwiseXor(Tensor other) {
    return Operands.binary(BinaryOp.XOR, (Tensor) this, other);
  }

  /** The bits that exactly one of this and a number has; integers. */
  default Tensor bitwiseXor(Number other) {
    return Operands.binary(BinaryOp.XOR, (Tensor) this, other);
  }

  /** All bits inverted; the logical not of a bool. */
  default Tensor bitwiseNot() {
    return Operands.unary(UnaryOp.NOT, (Tensor) this);
  }

  /** The bits moved up by a count; integers. */
  default Tensor shiftLeft(Tensor count) {
    return Operands.binary(BinaryOp.SHIFT_LEFT, (Tensor) this, count);
  }

  /** The bits moved up by a number; integers. */
  default Tensor shiftLeft(Number count) {
    return Operands.binary(BinaryOp.SHIFT_LEFT, (Tensor) this, count);
  }

  /** The bits moved down by a count, with the sign kept; integers. */
  default Tensor shiftRight(Tensor count) {
    return Operands.binary(BinaryOp.SHIFT_RIGHT, (Tensor) this, count);
  }

  /** The bits moved down by a number, with the sign kept; integers. */
  default Tensor shiftRight(Number count) {
    return Operands.binary(BinaryOp.SHIFT_RIGHT, (Tensor) this, count);
  }

  private Tensor truth() {
    return ((Tensor) this).toBool();
  }
}
