package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.ops.Operands;

/**
 * Conversions of the element type. Float to integer drops the fraction, saturates, and turns NaN into 0; u8 and i8 then take the
 * low bits of the i32. What becomes f16 or bf16 is rounded to f32 first, and what is too large for the type is infinite.
 */
public sealed interface ConversionOps permits Tensor {
  /** The value in a type; this tensor if it has the type. */
  default Tensor to(DType dtype) {
    return Operands.cast((Tensor) this, dtype);
  }

  /** The value as f32. */
  default Tensor toFloat() {
    return to(DType.F32);
  }

  /** The value as f64. */
  default Tensor toDouble() {
    return to(DType.F64);
  }

  /** The value as f16. */
  default Tensor toHalf() {
    return to(DType.F16);
  }

  /** The value as bf16. */
  default Tensor toBfloat16() {
    return to(DType.BF16);
  }

  /** The value as i32. */
  default Tensor toInt() {
    return to(DType.I32);
  }

  /** The value as i64. */
  default Tensor toLong() {
    return to(DType.I64);
  }

  /** The value as u8. */
  default Tensor toByte() {
    return to(DType.U8);
  }

  /** Whether the value is not zero; NaN is not. */
  default Tensor toBool() {
    return to(DType.BOOL);
  }

  /** The value in the type of another tensor. */
  default Tensor typeAs(Tensor other) {
    return to(other.dtype());
  }

  /**
   * The bits of each element read as another type.
   *
   * @throws IllegalArgumentException if the types differ in width or one is bool
   */
  default Tensor bitcast(DType dtype) {
    return new Tensor(Graph.bitcast(((Tensor) this).node(), dtype));
  }
}
