package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/** Quotients that are rounded. */
public final class Divisions {
  private Divisions() {}

  public static Tensor divided(Tensor a, Number b, @Nullable String roundingMode) {
    if (roundingMode == null) {
      return a.div(b);
    }
    return divided(a, Operands.like("div", b, Operands.promote(a.dtype(), b), a), roundingMode);
  }

  public static Tensor divided(Tensor a, Tensor b, @Nullable String roundingMode) {
    return switch (roundingMode) {
      case null -> a.div(b);
      case "floor" -> a.floorDiv(b);
      case "trunc" -> truncated(a, b);
      default ->
          throw OpError.of(
              "div", "the rounding mode is '" + roundingMode + "', it must be floor or trunc");
    };
  }

  private static Tensor truncated(Tensor a, Tensor b) {
    DType dtype = Operands.promote(a, b);
    if (!dtype.isFloat()) {
      // What the remainder leaves is divided exactly.
      return a.sub(a.fmod(b)).floorDiv(b);
    }
    // In f16 and bf16 the quotient could be rounded up to a whole number.
    DType wide = dtype.register();
    return a.to(wide).div(b.to(wide)).trunc().to(dtype);
  }
}
