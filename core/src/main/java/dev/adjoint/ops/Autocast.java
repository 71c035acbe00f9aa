package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Recording;
import org.jspecify.annotations.Nullable;

/**
 * What mixed precision makes of operands, see {@link dev.adjoint.Scope#autocast}. It is asked by the methods of tensors: products
 * of which other operations are composed are {@link MatrixProducts#matmul}, which keeps the types that it gets.
 */
public final class Autocast {
  private Autocast() {}

  /** An operand of a product: in the type in scope, unless it is f64 or no float. */
  public static Tensor narrow(Tensor x) {
    DType dtype = Recording.autocast();
    return dtype == null || !x.dtype().isFloat() || x.dtype() == DType.F64
        ? x
        : Operands.cast(x, dtype);
  }

  /** An operand that may be missing. */
  public static @Nullable Tensor narrowed(@Nullable Tensor x) {
    return x == null ? null : narrow(x);
  }

  /** An operand of what is not computed in fewer bits than f32. */
  public static Tensor wide(Tensor x) {
    boolean narrow = x.dtype() == DType.F16 || x.dtype() == DType.BF16;
    return narrow && Recording.autocast() != null ? Operands.cast(x, DType.F32) : x;
  }
}
