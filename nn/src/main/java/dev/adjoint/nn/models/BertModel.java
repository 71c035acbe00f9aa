package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.ModuleList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The encoder BERT (Devlin et al. 2018) with the names and first values of Hugging Face's {@code BertModel}: tokens [n, length]
 * become vectors [n, length, hidden], and a vector of each sequence [n, hidden] that comes from its first token.
 *
 * <p>Names are {@code embeddings.word_embeddings.weight} and its like, {@code encoder.layer.0.attention.self.query.weight} and so
 * on, and {@code pooler.dense.weight}; {@link #stateOf} reads checkpoints whose names differ.
 */
public final class BertModel extends Module {
  private static final String OP = "bert";
  private static final String PREFIX = "bert.";
  private static final double DEVIATION = 0.02;

  private final BertConfig config;
  private final BertEmbeddings embeddings;
  private final Encoder encoder;
  private final Pooler pooler;

  /** A model with random parameters. */
  public BertModel(BertConfig config) {
    this.config = config;
    this.embeddings = new BertEmbeddings(config);
    this.encoder = new Encoder(config);
    this.pooler = new Pooler(config);
  }

  /** Vectors of all tokens [n, length, hidden], and of the sequences [n, hidden]. */
  public record Output(Tensor lastHiddenState, Tensor poolerOutput) {}

  /** A linear layer with its first values. */
  static Linear linear(int in, int out) {
    return new Linear(in, out, Init.normal(0, DEVIATION), Init.zeros());
  }

  /** The sizes. */
  public BertConfig config() {
    return config;
  }

  /** The vectors of all tokens of sequences of one length and type. */
  @Override
  protected Tensor forward(Tensor x) {
    return encoded(x, null, null);
  }

  /**
   * The vectors of tokens and sequences.
   *
   * @param x tokens [n, length]
   * @param attentionMask [n, length], 0 for tokens that others do not see, as behind the end; or null
   * @param tokenTypeIds [n, length], such as 0 for a first and 1 for a second sentence; or null for 0
   * @throws IllegalArgumentException if shapes differ, or there are more tokens than positions
   */
  public Output apply(Tensor x, @Nullable Tensor attentionMask, @Nullable Tensor tokenTypeIds) {
    return call(
        List.of(x),
        () -> {
          Tensor hidden = encoded(x, attentionMask, tokenTypeIds);
          return new Output(hidden, pooler.apply(hidden));
        });
  }

  private Tensor encoded(Tensor x, @Nullable Tensor mask, @Nullable Tensor types) {
    Require.tokens(OP, x);
    if (x.dim(1) > config.maxPositions()) {
      throw OpError.of(
          OP, x.dim(1) + " tokens are more than there are positions, " + config.maxPositions());
    }
    requireShape("the mask", mask, x);
    requireShape("the types", types, x);
    Tensor seen = mask == null ? null : mask.ne(0).unsqueeze(1).unsqueeze(1);
    return encoder.run(embeddings.run(x, types), seen);
  }

  /**
   * The state of a checkpoint in the names of this model, for {@link #load(Map)}: of models with a head, which have {@code bert.}
   * before the names of the encoder and others beside them, and of the first ones, whose normalisations have {@code gamma} and
   * {@code beta}; the buffer {@code embeddings.position_ids} is left out.
   */
  public static Map<String, Tensor> stateOf(Map<String, ? extends Tensor> checkpoint) {
    boolean withHead = checkpoint.keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    var state = new LinkedHashMap<String, Tensor>();
    checkpoint.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) == withHead) {
            String own = withHead ? name.substring(PREFIX.length()) : name;
            own = own.replace("LayerNorm.gamma", "LayerNorm.weight");
            state.put(own.replace("LayerNorm.beta", "LayerNorm.bias"), value);
          }
        });
    state.remove("embeddings.position_ids");
    return state;
  }

  private static void requireShape(String what, @Nullable Tensor given, Tensor x) {
    if (given != null && !given.shape().equals(x.shape())) {
      throw OpError.of(OP, what + " " + given.shape() + " and tokens " + x.shape() + " differ");
    }
  }

  /** All layers. */
  private static final class Encoder extends Module {
    private final ModuleList<BertLayer> layer = new ModuleList<>();

    Encoder(BertConfig config) {
      for (int i = 0; i < config.layers(); i++) {
        layer.append(new BertLayer(config));
      }
    }

    Tensor run(Tensor x, @Nullable Tensor seen) {
      return call(
          List.of(x),
          () -> {
            Tensor y = x;
            for (BertLayer each : layer) {
              y = each.run(y, seen);
            }
            return y;
          });
    }
  }

  /** The vector of a sequence, from that of its first token. */
  private static final class Pooler extends Module {
    private final Linear dense;

    Pooler(BertConfig config) {
      dense = linear(config.hiddenSize(), config.hiddenSize());
    }

    @Override
    protected Tensor forward(Tensor x) {
      return dense.apply(x.select(1, 0)).tanh();
    }
  }
}
