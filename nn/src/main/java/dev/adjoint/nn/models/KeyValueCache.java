package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of the tokens that one layer has seen, so that a further token costs one position and not all.
 *
 * <p>They have the shape of a whole block, and the position is a number that a kernel is given: so all steps are one plan.
 */
final class KeyValueCache {
  private final int blockSize;
  private @Nullable Tensor keys;
  private @Nullable Tensor values;
  private int length;

  /** An empty cache of so many positions. */
  KeyValueCache(int blockSize) {
    this.blockSize = blockSize;
  }

  /** The number of positions that are known. */
  int length() {
    return length;
  }

  /** What is to be computed in each step: nothing, or the keys and values of all positions, [n, heads, blockSize, size]. */
  List<Tensor> tensors() {
    return keys == null || values == null ? List.of() : List.of(keys, values);
  }

  /**
   * The attention of tokens to themselves and those before, whose keys and values are taken in.
   *
   * @param q queries [n, heads, length, size], of any length at first and of one token afterwards
   * @param k keys of this shape
   * @param v values of this shape
   */
  Tensor attend(Tensor q, Tensor k, Tensor v) {
    if (keys == null || values == null) {
      length = k.dim(-2);
      keys = whole(k);
      values = whole(v);
      return q.scaledDotProductAttention(k, v, null, 0, true);
    }
    Tensor places = Scope.on(k.device(), () -> Tensors.arange(blockSize));
    Tensor here = places.eq(length).unsqueeze(-1);
    keys = here.where(k, keys);
    values = here.where(v, values);
    length++;
    return q.scaledDotProductAttention(keys, values, places.lt(length), 0, false);
  }

  private Tensor whole(Tensor x) {
    return x.pad(0, 0, 0, blockSize - x.dim(-2));
  }
}
