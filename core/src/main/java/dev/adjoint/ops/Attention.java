package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention, composed of two products and a softmax.
 *
 * @param mask which keys a query sees, or what is added to the scores
 * @param dropout the probability that a weight is dropped
 * @param causal whether query i sees only the keys 0 to i
 * @param scale what the products of queries and keys are multiplied by
 */
public record Attention(@Nullable Tensor mask, double dropout, boolean causal, double scale) {
  private static final String OP = "scaledDotProductAttention";

  /** The attention of operands that were checked; f16 and bf16 are rounded only at the end. */
  public Tensor of(Tensor query, Tensor key, Tensor value) {
    DType wide = query.dtype().register();
    Tensor scores = grouped(query.to(wide), key.to(wide).transpose(-2, -1)).mul(scale);
    return grouped(dropped(weights(masked(scores))), value.to(wide)).to(query.dtype());
  }

  /**
   * A product with one matrix for each head, or for each group of neighbouring heads, whose rows are then those of one matrix. So
   * no key or value is repeated.
   */
  private static Tensor grouped(Tensor heads, Tensor matrices) {
    if (heads.rank() < 3 || matrices.rank() < 3 || fits(heads.dim(-3), matrices.dim(-3))) {
      return heads.matmul(matrices);
    }
    int groups = matrices.dim(-3);
    int[] dims = heads.shape().dims();
    int axis = dims.length - 3;
    dims[axis + 1] =
        ShapeMath.size(OP, (long) dims[axis] / Math.max(1, groups) * (long) dims[axis + 1]);
    dims[axis] = groups;
    Tensor product = heads.reshape(Shape.of(dims)).matmul(matrices);
    int[] leading = Arrays.copyOf(product.shape().dims(), product.rank() - 3);
    int[] result = Arrays.copyOf(leading, leading.length + 3);
    result[leading.length] = heads.dim(-3);
    result[leading.length + 1] = heads.dim(-2);
    result[leading.length + 2] = matrices.dim(-1);
    return product.reshape(Shape.of(result));
  }

  private static boolean fits(int heads, int others) {
    return heads == others || heads == 1 || others == 1;
  }

  private Tensor masked(Tensor scores) {
    if (causal) {
      Tensor seen = Sequences.band(scores.dim(-2), scores.dim(-1), true, 0, scores.device());
      return seen.where(scores, Double.NEGATIVE_INFINITY);
    } else if (mask == null) {
      return scores;
    }
    return mask.dtype() == DType.BOOL
        ? mask.where(scores, Double.NEGATIVE_INFINITY)
        : scores.add(mask.to(scores.dtype()));
  }

  /** The softmax along the last axis, or 0 where a row has no score above minus infinity. */
  private static Tensor weights(Tensor scores) {
    if (scores.size() == 0) {
      return scores;
    }
    Tensor largest = scores.amax(-1, true).detach();
    Tensor shift = largest.eq(Double.NEGATIVE_INFINITY).where(0, largest);
    Tensor exp = scores.sub(shift).exp();
    Tensor sum = exp.sum(-1, true);
    return exp.div(sum.eq(0).where(1, sum));
  }

  private Tensor dropped(Tensor weights) {
    if (dropout == 0) {
      return weights;
    }
    Tensor stays = Random.standard().mask(1 - dropout, weights.shape(), weights.device());
    return stays.where(weights.mul(dropout == 1 ? 0 : 1 / (1 - dropout)), 0);
  }

  /** Requires operands that fit each other. */
  public static void check(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      double dropout,
      boolean causal,
      boolean groups) {
    sameKind(query, key);
    sameKind(query, value);
    Operands.requireFloat(OP, query);
    String shapes = query.shape() + ", " + key.shape() + " and " + value.shape();
    if (query.rank() < 2
        || key.rank() < 2
        || value.rank() < 2
        || query.dim(-1) != key.dim(-1)
        || key.dim(-2) != value.dim(-2)) {
      throw OpError.of(OP, "needs [..., l, e], [..., s, e] and [..., s, v], not " + shapes);
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw OpError.of(OP, "the probability of dropout must be in [0, 1], it is " + dropout);
    }
    Shape batch = MatrixProducts.leading(query);
    if (groups) {
      boolean heads = query.rank() > 2 && key.rank() > 2 && value.rank() > 2;
      if (!heads || !divides(key, query) || !divides(value, query)) {
        throw OpError.of(OP, "the heads on axis -3 do not divide those of the queries: " + shapes);
      }
      int h = query.dim(-3);
      batch = Shape.broadcast(batch, heads(key, h), OP);
      batch = Shape.broadcast(batch, heads(value, h), OP);
    } else {
      batch = Shape.broadcast(batch, MatrixProducts.leading(key), OP);
      batch = Shape.broadcast(batch, MatrixProducts.leading(value), OP);
    }
    if (mask != null) {
      checkMask(query, mask, causal, MatrixProducts.matrix(batch, query.dim(-2), key.dim(-2)));
    }
  }

  private static void checkMask(Tensor query, Tensor mask, boolean causal, Shape scores) {
    if (causal) {
      throw OpError.of(OP, "a mask and isCausal exclude each other");
    }
    Graph.sameDevice(OP, query.node(), mask.node());
    if (mask.dtype() != DType.BOOL && mask.dtype() != query.dtype()) {
      throw OpError.of(OP, "the mask must be bool or " + query.dtype() + ", not " + mask.dtype());
    }
    if (!ShapeMath.stretches(mask.shape(), scores)) {
      throw OpError.of(OP, "a mask of shape " + mask.shape() + " does not fit scores " + scores);
    }
  }

  private static void sameKind(Tensor query, Tensor x) {
    Graph.sameDevice(OP, query.node(), x.node());
    if (x.dtype() != query.dtype()) {
      throw OpError.of(OP, "types differ: " + query.dtype() + " and " + x.dtype());
    }
  }

  private static boolean divides(Tensor x, Tensor query) {
    return x.dim(-3) > 0 && query.dim(-3) % x.dim(-3) == 0;
  }

  /** The leading axes with another number of heads. */
  private static Shape heads(Tensor x, int count) {
    return MatrixProducts.leading(x).with(x.rank() - 3, count);
  }
}
