package dev.adjoint.nn.models;

import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.CrossEntropyOptions;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A transformer that predicts the next token (Radford et al. 2019), with nanoGPT's names and first values: tokens [n, length]
 * become logits [n, length, vocabulary].
 *
 * <p>Names are {@code transformer.wte}, {@code transformer.wpe}, {@code transformer.h.0.ln_1}, {@code .attn.c_attn}, {@code
 * .attn.c_proj}, {@code .ln_2}, {@code .mlp.c_fc}, {@code .mlp.c_proj} and so on, and {@code transformer.ln_f}. The table of
 * tokens is the weight of the last layer too, so there is no {@code lm_head.weight} beside it; {@link #stateOf} reads
 * checkpoints that have one:
 *
 * {@snippet :
 * gpt.load(GPT.stateOf(SafeTensors.load(path).tensors()));
 * }
 */
public final class GPT extends Module {
  private static final String OP = "gpt";

  private final GptConfig config;
  private final GptTransformer transformer;

  /** A model with random parameters. */
  public GPT(GptConfig config) {
    this.config = config;
    this.transformer = new GptTransformer(config);
  }

  /** The sizes. */
  public GptConfig config() {
    return config;
  }

  /**
   * The logits of the token after each.
   *
   * @throws IllegalArgumentException if these are no tokens [n, length], or there are more than the block size
   */
  @Override
  protected Tensor forward(Tensor x) {
    return head(hidden(x));
  }

  private Tensor hidden(Tensor x) {
    Require.tokens(OP, x);
    if (x.dim(1) > config.blockSize()) {
      throw OpError.of(
          OP, x.dim(1) + " tokens are more than the block size, " + config.blockSize());
    }
    return transformer.apply(x);
  }

  private Tensor head(Tensor hidden) {
    return hidden.linear(transformer.tokens().weight());
  }

  /**
   * The mean cross-entropy of the logits with the tokens that follow, [n, length], of which those that are -1 do not count.
   *
   * @throws IllegalArgumentException if shapes differ
   */
  public Tensor loss(Tensor x, Tensor targets) {
    if (!x.shape().equals(targets.shape())) {
      throw OpError.of(OP, "tokens " + x.shape() + " and targets " + targets.shape() + " differ");
    }
    return Losses.crossEntropy(
        apply(x).flatten(0, 1), targets.flatten(), CrossEntropyOptions.DEFAULT.ignoreIndex(-1));
  }

  /**
   * Tokens with drawn ones behind them: [n, length] becomes [n, length + maxNewTokens], i64. Each is drawn with the probability
   * that the model, in evaluation mode, gives it behind those before, of which it sees the last block. Keys and values of tokens
   * are remembered, until there are more tokens than a block has.
   *
   * @param temperature what logits are divided by: below 1 for more likely tokens
   * @param topK the number of tokens to draw from, the most likely ones, or null for all
   * @throws IllegalArgumentException if these are no tokens, there are none, or a number is not positive
   */
  public Tensor generate(
      Tensor x, int maxNewTokens, double temperature, @Nullable Integer topK, Random random) {
    Require.tokens(OP, x);
    Require.positive(OP, "the number of tokens to begin with", x.dim(1));
    Require.positive(OP, "the number of new tokens", maxNewTokens);
    if (!(temperature > 0)) {
      throw OpError.of(OP, "the temperature must be positive, not " + temperature);
    }
    if (topK != null) {
      Require.positive(OP, "topK", topK);
    }
    return predict(() -> generated(x, maxNewTokens, z -> drawn(z.div(temperature), topK, random)));
  }

  /**
   * Tokens with drawn ones behind them. While all are within a block, a step computes one position; behind it, where each token
   * has another position in each step, it computes a block. Shapes are the same in all steps, and so is the plan.
   */
  private Tensor generated(Tensor x, int more, UnaryOperator<Tensor> draw) {
    List<KeyValueCache> caches = new ArrayList<>();
    for (int i = 0; i < config.nLayer(); i++) {
      caches.add(new KeyValueCache(config.blockSize()));
    }
    int begin = x.dim(1);
    Tensor all = x.toLong().pad(0, more);
    Tensor places = Scope.on(x.device(), () -> Tensors.arange(begin + more));
    Tensor next = x.toLong();
    for (int length = begin; length < begin + more; length++) {
      Tensor seen = length <= config.blockSize() ? next : block(all, length);
      if (length > config.blockSize()) {
        caches.clear();
      }
      next = draw.apply(head(last(seen, caches)));
      all = places.eq(length).where(next, all);
      var computed = new ArrayList<>(List.of(next, all));
      caches.forEach(cache -> computed.addAll(cache.tensors()));
      Tensor.realize(computed);
    }
    return all;
  }

  /** The last block of a number of tokens. */
  private Tensor block(Tensor all, int length) {
    Tensor first = Scope.on(all.device(), () -> Tensors.arange(config.blockSize()));
    return all.indexSelect(1, first.add(length - config.blockSize()));
  }

  /** The vectors of the last of some tokens, [n, nEmbd]. */
  private Tensor last(Tensor x, List<KeyValueCache> caches) {
    Tensor hidden =
        call(List.of(x), () -> caches.isEmpty() ? hidden(x) : transformer.apply(x, caches));
    return hidden.select(1, -1);
  }

  private Tensor drawn(Tensor logits, @Nullable Integer topK, Random random) {
    Tensor likely = logits;
    if (topK != null && topK < config.vocabSize()) {
      Tensor least = logits.topk(topK).values().narrow(-1, topK - 1, 1);
      likely = logits.lt(least).where(Double.NEGATIVE_INFINITY, logits);
    }
    return random.multinomial(likely.softmax(-1), 1, true);
  }

  /**
   * The state of a checkpoint in the names and shapes of this model, for {@link #load(Map)}. Those of nanoGPT have the weight of
   * the last layer a second time, and {@code _orig_mod.} before the names of a compiled model. Those of Hugging Face's GPT-2 may
   * lack {@code transformer.} before names, have linear layers [in, out], and may have the masks of attention.
   *
   * @throws IllegalArgumentException if the last layer has another weight than the table of tokens
   */
  public static Map<String, Tensor> stateOf(Map<String, ? extends Tensor> checkpoint) {
    return GptCheckpoint.state(checkpoint);
  }
}
