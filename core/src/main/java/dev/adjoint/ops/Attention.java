package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Differentiation;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attention: one kernel or, with dropout and where a mask needs gradients, composed of two products and a softmax. Then long
 * sequences are cut into blocks of queries, each a checkpoint: a forward pass has the scores of one block in memory at a time, a
 * backward pass computes them again, and scores that no query of a causal block sees are not computed.
 *
 * @param mask which keys a query sees, or what is added to the scores
 * @param dropout the probability that a weight is dropped
 * @param causal whether query i sees only the keys 0 to i
 * @param scale what the products of queries and keys are multiplied by
 */
public record Attention(@Nullable Tensor mask, double dropout, boolean causal, double scale) {
  private static final String OP = "scaledDotProductAttention";

  /** Scores of a block at most, where rows may be that few: each block reads all of its keys. */
  private static final long BLOCK_SCORES = 1 << 22;

  /** Queries of a block at least: products of fewer rows are slower. */
  private static final int BLOCK_ROWS = 64;

  /** Into how many blocks a causal attention is cut: of n, a part of (n - 1) / 2n is left out. */
  private static final int CAUSAL_BLOCKS = 8;

  /** The attention of operands that were checked; f16 and bf16 are rounded only at the end. */
  public Tensor of(Tensor query, Tensor key, Tensor value) {
    int groups = groups(query, key, value);
    if (groups > 0 && isKernel(query, key, value)) {
      return kernel(query, key, value, groups);
    }
    int queries = query.dim(-2);
    int rows = blockRows(query, key, value);
    if (rows >= queries) {
      return block(query, key, value, mask, 0);
    }
    var blocks = new ArrayList<Tensor>();
    for (int first = 0; first < queries; first += rows) {
      int start = first;
      int count = Math.min(rows, queries - first);
      int seen = causal ? Math.min(key.dim(-2), first + count) : key.dim(-2);
      Tensor part = maskOf(first, count);
      blocks.add(
          checkpoint(
              x -> block(x.get(0), x.get(1), x.get(2), part, start),
              List.of(
                  query.narrow(-2, first, count),
                  key.narrow(-2, 0, seen),
                  value.narrow(-2, 0, seen))));
    }
    return Tensors.cat(blocks, -2);
  }

  /**
   * How many groups of neighbouring heads have the same keys and values; 1 if heads are broadcast, 0 if those of keys and of
   * values are not the same groups.
   */
  private static int groups(Tensor query, Tensor key, Tensor value) {
    if (query.rank() < 3 || key.rank() < 3 || value.rank() < 3) {
      return 1;
    }
    int heads = query.dim(-3);
    int most = Math.max(key.dim(-3), value.dim(-3));
    if (fits(heads, most) && fits(key.dim(-3), value.dim(-3))) {
      return 1;
    }
    return most > 1 && heads % most == 0 && fits(key.dim(-3), value.dim(-3)) ? most : 0;
  }

  /** Whether a kernel computes it. */
  private boolean isKernel(Tensor query, Tensor key, Tensor value) {
    if (dropout > 0
        || (mask != null && (mask.tracked() || mask.size() == 0))
        || query.size() == 0
        || key.size() == 0
        || value.size() == 0) {
      return false;
    }
    long l = query.dim(-2);
    long s = key.dim(-2);
    long longest = l * query.dim(-1) + s * query.dim(-1) + (l + s) * (value.dim(-1) + 1L);
    return longest <= Integer.MAX_VALUE;
  }

  private Tensor kernel(Tensor query, Tensor key, Tensor value, int groups) {
    DType wide = query.dtype().register();
    var operands = new ArrayList<>(List.of(query.to(wide), key.to(wide), value.to(wide)));
    if (mask != null) {
      operands.add(mask.dtype() == DType.BOOL ? mask : mask.to(wide));
    }
    if (groups > 1) {
      operands.replaceAll(x -> inGroups(x, query.dim(-3), groups));
    }
    Shape batch = MatrixProducts.leading(operands.getFirst());
    for (Tensor x : operands.subList(1, 3)) {
      batch = Shape.broadcast(batch, MatrixProducts.leading(x), OP);
    }
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < operands.size(); i++) {
      Tensor x = operands.get(i);
      int rows = i < 3 ? x.dim(-2) : query.dim(-2);
      int columns = i < 3 ? x.dim(-1) : key.dim(-2);
      inputs.add(Graph.broadcast(x.node(), MatrixProducts.matrix(batch, rows, columns)));
    }
    boolean tracked =
        Recording.isTracked() && inputs.subList(0, 3).stream().anyMatch(Node::tracked);
    var part = tracked ? AttentionPart.OUTPUT_AND_LOG_SUMS : AttentionPart.OUTPUT;
    Tensor y = new Tensor(Graph.attention(new Op.Attention(part, causal, scale), inputs));
    if (tracked) {
      int l = query.dim(-2);
      int v = value.dim(-1);
      y = y.narrow(-1, 0, l * v).unflatten(-1, l, v);
    }
    return (groups > 1 ? y.flatten(-4, -3) : y).to(query.dtype());
  }

  /** Heads as groups and the heads of each. */
  private static Tensor inGroups(Tensor x, int heads, int groups) {
    if (x.rank() < 3) {
      return x;
    }
    return x.dim(-3) == heads
        ? x.unflatten(-3, groups, heads / groups)
        : x.unflatten(-3, x.dim(-3), 1);
  }

  /** The mask for some of the queries. */
  private @Nullable Tensor maskOf(int first, int count) {
    if (mask == null || mask.rank() < 2 || mask.dim(-2) == 1) {
      return mask;
    }
    return mask.narrow(-2, first, count);
  }

  /** How many queries a block has. */
  private int blockRows(Tensor query, Tensor key, Tensor value) {
    int queries = query.dim(-2);
    long batch = Math.max(1, query.size() / Math.max(1, (long) queries * query.dim(-1)));
    batch = Math.max(batch, key.size() / Math.max(1, (long) key.dim(-2) * key.dim(-1)));
    batch = Math.max(batch, value.size() / Math.max(1, (long) value.dim(-2) * value.dim(-1)));
    long scores = Math.max(1, batch * key.dim(-2));
    long rows = BLOCK_SCORES / scores;
    if (causal) {
      rows = Math.min(rows, Math.ceilDiv(queries, CAUSAL_BLOCKS));
    }
    return Math.clamp(rows, BLOCK_ROWS, Math.max(BLOCK_ROWS, queries));
  }

  private Tensor checkpoint(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    boolean tracked = mask != null && mask.tracked();
    if (!tracked && xs.stream().noneMatch(Tensor::tracked)) {
      return f.apply(xs);
    }
    return Differentiation.service()
        .map(
            service ->
                new Tensor(
                    service.checkpoint(
                        nodes -> f.apply(nodes.stream().map(Tensor::new).toList()).node(),
                        xs.stream().map(Tensor::node).toList())))
        .orElseGet(() -> f.apply(xs));
  }

  /** The attention of queries of which the first one has a number. */
  private Tensor block(Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, int first) {
    DType wide = query.dtype().register();
    Tensor scores = grouped(query.to(wide), key.to(wide).transpose(-2, -1)).mul(scale);
    Tensor weights = dropped(weights(masked(scores, mask, first)));
    return grouped(weights, value.to(wide)).to(query.dtype());
  }

  /**
   * A product with one matrix for each head, or for each group of neighbouring heads, whose rows are then those of one matrix. So
   * no key or value is repeated.
   */
  private static Tensor grouped(Tensor heads, Tensor matrices) {
    if (heads.rank() < 3 || matrices.rank() < 3 || fits(heads.dim(-3), matrices.dim(-3))) {
      return MatrixProducts.matmul(heads, matrices);
    }
    int groups = matrices.dim(-3);
    int[] dims = heads.shape().dims();
    int axis = dims.length - 3;
    dims[axis + 1] =
        ShapeMath.size(OP, (long) dims[axis] / Math.max(1, groups) * (long) dims[axis + 1]);
    dims[axis] = groups;
    Tensor product = MatrixProducts.matmul(heads.reshape(Shape.of(dims)), matrices);
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

  private Tensor masked(Tensor scores, @Nullable Tensor mask, int first) {
    if (causal) {
      Tensor seen = Sequences.band(scores.dim(-2), scores.dim(-1), true, first, scores.device());
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
