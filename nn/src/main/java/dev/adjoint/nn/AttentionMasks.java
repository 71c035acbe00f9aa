package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * The masks of {@link MultiheadAttention} as one: bool, where true lets a query see a key, or floats that are added to scores [n,
 * heads, length, source].
 */
record AttentionMasks(int batch, int heads, int length, int source, Device device) {
  /** What broadcasts to scores, or null if there is no mask. */
  @Nullable Tensor of(
      @Nullable Tensor padding, @Nullable Tensor pairs, boolean causal, DType dtype) {
    Tensor all = padding == null ? null : padding(padding);
    if (pairs != null) {
      all = both(all, pairs(pairs), dtype);
    }
    if (causal) {
      Tensor seen = Scope.on(device, () -> Tensors.ones(length, source).tril().toBool());
      all = both(all, seen, dtype);
    }
    return all;
  }

  private Tensor padding(Tensor mask) {
    if (mask.rank() != 2 || mask.dim(0) != batch || mask.dim(1) != source) {
      throw OpError.of(
          "multiheadAttention",
          "the mask of keys must be [" + batch + ", " + source + "], it is " + mask.shape());
    }
    return visible(mask).reshape(batch, 1, 1, source);
  }

  private Tensor pairs(Tensor mask) {
    boolean all = mask.rank() == 2 && mask.dim(0) == length && mask.dim(1) == source;
    boolean each =
        mask.rank() == 3
            && mask.dim(0) == batch * heads
            && mask.dim(1) == length
            && mask.dim(2) == source;
    if (!all && !each) {
      throw OpError.of(
          "multiheadAttention",
          "the mask must be ["
              + length
              + ", "
              + source
              + "] or ["
              + batch * heads
              + ", "
              + length
              + ", "
              + source
              + "], it is "
              + mask.shape());
    }
    return all ? visible(mask) : visible(mask).reshape(batch, heads, length, source);
  }

  private static Tensor visible(Tensor mask) {
    return mask.dtype() == DType.BOOL ? mask.logicalNot() : mask;
  }

  private static Tensor both(@Nullable Tensor a, Tensor b, DType dtype) {
    if (a == null) {
      return b;
    }
    return a.dtype() == DType.BOOL && b.dtype() == DType.BOOL
        ? a.logicalAnd(b)
        : added(a, dtype).add(added(b, dtype));
  }

  private static Tensor added(Tensor mask, DType dtype) {
    return mask.dtype() == DType.BOOL
        ? mask.where(0, Double.NEGATIVE_INFINITY).to(dtype)
        : mask.to(dtype);
  }

  /** Scores with a mask. */
  Tensor applied(Tensor scores, Tensor mask) {
    return scores.add(added(mask, scores.dtype()));
  }
}
