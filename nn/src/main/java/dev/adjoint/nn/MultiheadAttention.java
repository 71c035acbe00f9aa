package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention of several heads (Vaswani et al. 2017): queries, keys and values are projected, cut into heads, attended to by {@link
 * Tensor#scaledDotProductAttention}, joined and projected again.
 *
 * <p>Queries are [length, n, embed], keys [source, n, kdim] and values [source, n, vdim], with the batch first if that is chosen,
 * or without n. The result has the shape of the queries.
 *
 * <p>Parameters are {@code in_proj_weight} [3 embed, embed], or {@code q_proj_weight}, {@code k_proj_weight} and {@code
 * v_proj_weight} where sizes differ, {@code in_proj_bias} [3 embed] and those of {@code out_proj}. Projections begin by
 * Glorot's rule, biases with zeros.
 */
public final class MultiheadAttention extends Module {
  private static final String OP = "multiheadAttention";

  private final int embed;
  private final int heads;
  private final double dropout;
  private final boolean batchFirst;
  private final @Nullable Parameter inProjWeight;
  private final @Nullable Parameter qProjWeight;
  private final @Nullable Parameter kProjWeight;
  private final @Nullable Parameter vProjWeight;
  private final @Nullable Parameter inProjBias;
  private final Linear outProj;

  /**
   * An output, and if they were asked for the weights [n, length, source], or [n, heads, length, source] where they are not
   * averaged.
   */
  public record Result(Tensor output, @Nullable Tensor weights) {}

  /** Attention with biases and without dropout. */
  public MultiheadAttention(int embedDim, int numHeads) {
    this(embedDim, numHeads, MultiheadAttentionOptions.DEFAULT);
  }

  /**
   * Attention with options.
   *
   * @throws IllegalArgumentException if a size is not positive, the heads do not divide the size of queries, or the probability
   *     is not in [0, 1)
   */
  public MultiheadAttention(int embedDim, int numHeads, MultiheadAttentionOptions options) {
    this(
        embedDim,
        numHeads,
        options.dropout(),
        options.bias(),
        Objects.requireNonNullElse(options.kdim(), embedDim),
        Objects.requireNonNullElse(options.vdim(), embedDim),
        options.batchFirst());
  }

  /**
   * Attention.
   *
   * @param dropout the probability that a weight is dropped while training
   * @param bias whether projections have biases
   * @param kdim the size of keys
   * @param vdim the size of values
   * @param batchFirst whether inputs and outputs are [n, length, ...]
   * @throws IllegalArgumentException if a size is not positive, the heads do not divide the size of queries, or the probability
   *     is not in [0, 1)
   */
  public MultiheadAttention(
      int embedDim,
      int numHeads,
      double dropout,
      boolean bias,
      int kdim,
      int vdim,
      boolean batchFirst) {
    this.embed = Checks.positive(OP, "the size of queries", embedDim);
    this.heads = Checks.positive(OP, "the number of heads", numHeads);
    Checks.positive(OP, "the size of keys", kdim);
    Checks.positive(OP, "the size of values", vdim);
    if (embed % heads != 0) {
      throw OpError.of(OP, heads + " heads do not divide the size of queries, " + embed);
    }
    this.dropout = Checks.fraction(OP, "the probability of dropout", dropout);
    this.batchFirst = batchFirst;
    Init init = Init.xavierUniform();
    boolean same = kdim == embed && vdim == embed;
    this.inProjWeight = same ? init.parameter("in_proj_weight", 3 * embed, embed) : null;
    this.qProjWeight = same ? null : init.parameter("q_proj_weight", embed, embed);
    this.kProjWeight = same ? null : init.parameter("k_proj_weight", embed, kdim);
    this.vProjWeight = same ? null : init.parameter("v_proj_weight", embed, vdim);
    this.inProjBias = bias ? Init.zeros().parameter("in_proj_bias", 3 * embed) : null;
    this.outProj = new Linear(embed, embed, Init.fanIn(embed), bias ? Init.zeros() : null);
  }

  /** The attention of a sequence to itself. */
  @Override
  protected Tensor forward(Tensor x) {
    return attend(x, x, x, null, false, null, false, false).output;
  }

  /**
   * The attention of queries to keys and values, without weights.
   *
   * @throws IllegalArgumentException if shapes do not fit
   */
  public Tensor apply(Tensor query, Tensor key, Tensor value) {
    return apply(query, key, value, null, false, null, false, false).output();
  }

  /**
   * The attention of queries to keys and values.
   *
   * @param keyPaddingMask bool [n, source], where true hides a key, or floats that are added to scores; or null
   * @param needWeights whether the weights are part of the result; they take memory for all pairs
   * @param attnMask bool [length, source] or [n * heads, length, source], where true hides a key from a query, or floats that are
   *     added to scores; or null
   * @param averageAttnWeights whether weights are averaged over heads
   * @param isCausal whether query i sees only the keys 0 to i
   * @throws IllegalArgumentException if shapes do not fit
   */
  public Result apply(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor keyPaddingMask,
      boolean needWeights,
      @Nullable Tensor attnMask,
      boolean averageAttnWeights,
      boolean isCausal) {
    return call(
        List.of(query, key, value),
        () ->
            attend(
                query,
                key,
                value,
                keyPaddingMask,
                needWeights,
                attnMask,
                averageAttnWeights,
                isCausal));
  }

  private Result attend(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor keyPaddingMask,
      boolean needWeights,
      @Nullable Tensor attnMask,
      boolean average,
      boolean causal) {
    boolean single = query.rank() == 2;
    if (query.rank() != (single ? 2 : 3)
        || key.rank() != query.rank()
        || value.rank() != query.rank()) {
      throw OpError.of(
          OP,
          "needs queries, keys and values with or without a batch, they are "
              + query.shape()
              + ", "
              + key.shape()
              + " and "
              + value.shape());
    }
    Tensor q = split(projected(batched(query, single), 0));
    Tensor k = split(projected(batched(key, single), 1));
    Tensor v = split(projected(batched(value, single), 2));
    Tensor padding =
        keyPaddingMask == null || !single ? keyPaddingMask : keyPaddingMask.unsqueeze(0);
    var masks = new AttentionMasks(q.dim(0), heads, q.dim(2), k.dim(2), q.device());
    boolean flag = causal && padding == null && attnMask == null && !needWeights;
    Tensor mask = masks.of(padding, attnMask, causal && !flag, q.dtype());
    double p = training() ? dropout : 0;
    Tensor weights = null;
    Tensor found;
    if (needWeights) {
      Tensor scores = q.matmul(k.transpose(-2, -1)).mul(1 / Math.sqrt(q.dim(-1)));
      Tensor whole = (mask == null ? scores : masks.applied(scores, mask)).softmax(-1);
      found = whole.dropout(p, true).matmul(v);
      weights = average ? whole.mean(1) : whole;
    } else {
      found = q.scaledDotProductAttention(k, v, mask, p, flag);
    }
    Tensor joined = found.transpose(1, 2).reshape(q.dim(0), q.dim(2), embed);
    Tensor output = outProj.apply(joined);
    if (single) {
      return new Result(output.squeeze(0), weights == null ? null : weights.squeeze(0));
    }
    return new Result(batchFirst ? output : output.transpose(0, 1), weights);
  }

  /** [n, length, size]. */
  private Tensor batched(Tensor x, boolean single) {
    return single ? x.unsqueeze(0) : batchFirst ? x : x.transpose(0, 1);
  }

  /** The projection of queries, keys or values, by their number. */
  private Tensor projected(Tensor x, int number) {
    Tensor weight =
        inProjWeight != null
            ? inProjWeight.narrow(0, number * embed, embed)
            : List.of(own(qProjWeight), own(kProjWeight), own(vProjWeight)).get(number);
    if (x.dim(-1) != weight.dim(1)) {
      throw OpError.of(
          OP,
          List.of("queries", "keys", "values").get(number)
              + " need a last axis of "
              + weight.dim(1)
              + ", it is "
              + x.dim(-1));
    }
    Tensor y = x.matmul(weight.t());
    return inProjBias == null ? y : y.add(inProjBias.narrow(0, number * embed, embed));
  }

  private static Parameter own(@Nullable Parameter weight) {
    if (weight == null) {
      throw new IllegalStateException(OP + ": no projection of its own");
    }
    return weight;
  }

  /** [n, heads, length, size of a head]. */
  private Tensor split(Tensor x) {
    return x.reshape(x.dim(0), x.dim(1), heads, embed / heads).transpose(1, 2);
  }

  @Override
  public String label() {
    return "MultiheadAttention(" + embed + ", " + heads + " heads)";
  }
}
