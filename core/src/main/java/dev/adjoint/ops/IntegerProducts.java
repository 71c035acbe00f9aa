package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Significance;

/**
 * Products of matrices of integers, which wrap around as their sums do.
 *
 * <p>Those of 8 bits are products of bytes where the device has a unit for them, whose sums wrap in i32, and so in any narrower
 * type. Elsewhere they are products of f32, on a unit for bf16 where there is one: it has all their values. Either is done for as
 * many numbers at a time as have an exact sum. Other products of integers are sums of products.
 */
final class IntegerProducts {
  /** Up to this f32 has all integers. */
  private static final int EXACT = 1 << 24;

  private IntegerProducts() {}

  /** The batched product of [..., m, k] and [..., k, n] with equal leading axes and of one type. */
  static Tensor matmul(Tensor a, Tensor b) {
    DType dtype = a.dtype();
    int left = largest(a);
    int right = largest(b);
    if (left == 0 || right == 0) {
      return MatrixProducts.sum(a.unsqueeze(-1).mul(b.unsqueeze(-3)), -2, false);
    }
    boolean bytes = a.node().device().backend().multipliesBytes();
    boolean wraps = bytes && dtype != DType.I64;
    int k = a.dim(-1);
    int deep = wraps ? Math.max(1, k) : (bytes ? Integer.MAX_VALUE : EXACT) / (left * right);
    Tensor sum = product(a, b, bytes, 0, Math.min(deep, k));
    for (int p = deep; p < k; p += deep) {
      sum = sum.add(product(a, b, bytes, p, Math.min(deep, k - p)));
    }
    return Operands.cast(sum, dtype);
  }

  /** The largest absolute value that elements may have if they need 8 bits at most; else 0. */
  private static int largest(Tensor x) {
    return switch (Significance.source(x.node())) {
      case BOOL -> 1;
      case I8 -> 128;
      case U8 -> 255;
      case F16, BF16, F32, F64, I32, I64 -> 0;
    };
  }

  /** The product of a part along k, as i64 if the result is, which may be larger than what i32 holds, and else as i32. */
  private static Tensor product(Tensor a, Tensor b, boolean bytes, int p, int count) {
    Node x = factor(a.slice(-1, p, p + count), bytes);
    Node y = factor(b.slice(-2, p, p + count), bytes);
    return Operands.cast(
        new Tensor(Graph.matmul(x, y)), a.dtype() == DType.I64 ? DType.I64 : DType.I32);
  }

  private static Node factor(Tensor x, boolean bytes) {
    if (!bytes) {
      return Operands.cast(x, DType.F32).node();
    }
    boolean signed = Significance.source(x.node()) == DType.I8;
    return Operands.cast(x, signed ? DType.I8 : DType.U8).node();
  }
}
