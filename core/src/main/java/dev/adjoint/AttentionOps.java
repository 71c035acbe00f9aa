package dev.adjoint;

import dev.adjoint.ops.Attention;
import dev.adjoint.ops.Autocast;
import org.jspecify.annotations.Nullable;

/** Attention: means of values, weighted by how well a query fits the key of each value. */
public sealed interface AttentionOps permits Tensor {
  /** The attention of these queries without a mask, see the full form. */
  default Tensor scaledDotProductAttention(Tensor key, Tensor value) {
    return scaledDotProductAttention(key, value, null);
  }

  /** The attention of these queries with a mask, see the full form. */
  default Tensor scaledDotProductAttention(Tensor key, Tensor value, @Nullable Tensor attnMask) {
    return scaledDotProductAttention(key, value, attnMask, 0, false);
  }

  /** The attention of these queries with scale {@code 1 / sqrt(e)} and as many heads of keys as of queries, see the full form. */
  default Tensor scaledDotProductAttention(
      Tensor key, Tensor value, @Nullable Tensor attnMask, double dropoutP, boolean isCausal) {
    return scaledDotProductAttention(key, value, attnMask, dropoutP, isCausal, null, false);
  }

  /**
   * {@code dropout(softmax(scale * q k^T + mask)) v} of queries [..., l, e], keys [..., s, e] and values [..., s, v], whose
   * leading axes are broadcast; the result is [..., l, v]. A query that may see no key gives 0.
   *
   * <p>Memory of both passes grows with l + s. The output is one kernel, and so are the gradients of queries, keys and values,
   * which have the scores of a few queries and keys at a time. With dropout, and where a mask needs gradients, it is composed of
   * products and a softmax: long sequences are done in blocks of queries, whose scores a backward pass computes again. So it has
   * other last bits there. Gradients of gradients have all scores in memory.
   *
   * @param attnMask what broadcasts to [..., l, s]: bool, where true lets a query see a key, or of the type of the queries, which
   * is added
   * @param dropoutP the probability that a weight is dropped; what stays is divided by {@code 1 - dropoutP}
   * @param isCausal whether query i sees only the keys 0 to i
   * @param scale what products are multiplied by, or null for {@code 1 / sqrt(e)}
   * @param enableGqa whether axis -3 of keys and values may be smaller than that of the queries, by a whole factor g: head h of
   * the queries then takes head {@code h / g}
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or there is a mask and the attention is causal
   */
  default Tensor scaledDotProductAttention(
      Tensor key,
      Tensor value,
      @Nullable Tensor attnMask,
      double dropoutP,
      boolean isCausal,
      @Nullable Double scale,
      boolean enableGqa) {
    Tensor q = Autocast.narrow((Tensor) this);
    Tensor k = Autocast.narrow(key);
    Tensor v = Autocast.narrow(value);
    Tensor mask = Autocast.narrowed(attnMask);
    Attention.check(q, k, v, mask, dropoutP, isCausal, enableGqa);
    double factor = scale == null ? 1 / Math.sqrt(q.dim(-1)) : scale;
    return new Attention(mask, dropoutP, isCausal, factor).of(q, k, v);
  }
}
