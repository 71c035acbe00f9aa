package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Precision;

/** Tells how few bits the elements of a value need, as it was converted from a type with fewer. */
public final class Significance {
  private Significance() {}

  /**
   * The type with the fewest bits that is known to have all elements of a value: its own, or the one that it was converted from,
   * whatever views were taken since.
   */
  public static DType source(Node x) {
    Node at = viewed(x);
    DType dtype = x.dtype();
    while (at.op() instanceof Op.Cast && isWithin(at.input(0).dtype(), dtype)) {
      dtype = at.input(0).dtype();
      at = viewed(at.input(0));
    }
    return dtype;
  }

  private static boolean isWithin(DType part, DType whole) {
    return part.bytes() <= whole.bytes() && DType.promote(part, whole) == whole;
  }

  /**
   * The least precision that changes no product of the elements of two values: that in which rounding leaves them as they are.
   */
  static Precision ofProducts(Node a, Node b) {
    Precision left = exact(source(a));
    Precision right = exact(source(b));
    return left.compareTo(right) < 0 ? left : right;
  }

  private static Precision exact(DType dtype) {
    return switch (dtype) {
      case BF16, I8, U8, BOOL -> Precision.BF16;
      case F16 -> Precision.TF32;
      case F32, F64, I32, I64 -> Precision.F32;
    };
  }

  private static Node viewed(Node x) {
    Node at = x;
    while (at.op().kind() == Op.Kind.VIEW || at.op().kind() == Op.Kind.ALIAS) {
      at = at.input(0);
    }
    return at;
  }
}
