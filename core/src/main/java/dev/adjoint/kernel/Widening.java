package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computed factors of products that do no more than widening elements of 16 bits in memory. */
public final class Widening {
  private Widening() {}

  /** The type of 16 bits whose elements in memory are a factor, with no more done than widening them; null if there is more. */
  public static @Nullable DType type(Kernel.@Nullable Factor factor) {
    int load = factor == null ? -1 : load(factor);
    return factor == null || load < 0 ? null : access(factor, load).dtype();
  }

  /**
   * The operand of a factor's map whose elements are the factor, with no more done than widening them, wherever it is; -1 if
   * there is more, or if conditions or positions choose them.
   */
  public static int operand(Kernel.Factor factor) {
    int at = load(factor);
    if (at < 0) {
      return -1;
    }
    var load = (Instr.Load) body(factor).get(at);
    return load.isComputed() ? -1 : load.access();
  }

  /** The number of the load whose bits a factor widens; -1 if it computes something else. */
  public static int load(Kernel.Factor factor) {
    List<Instr> body = body(factor);
    Instr last = body.get(factor.value());
    if (last instanceof Instr.Apply(var op, var _, int a, int _, int _)) {
      if (op == ScalarOp.WIDEN) {
        return loaded(factor, a, DType.F16);
      }
      boolean shifted =
          op == ScalarOp.BITCAST
              && body.get(a) instanceof Instr.Apply(var shift, var _, int _, int by, int _)
              && shift == ScalarOp.SHL
              && body.get(by).equals(new Instr.Literal(DType.I32, 16));
      return shifted ? loaded(factor, body.get(a).operands().getFirst(), DType.BF16) : -1;
    }
    return -1;
  }

  private static int loaded(Kernel.Factor factor, int value, DType dtype) {
    return body(factor).get(value) instanceof Instr.Load && access(factor, value).dtype() == dtype
        ? value
        : -1;
  }

  private static List<Instr> body(Kernel.Factor factor) {
    return factor.map().stages().getFirst().body();
  }

  private static Access access(Kernel.Factor factor, int load) {
    return factor.map().accesses().get(((Instr.Load) body(factor).get(load)).access());
  }
}
