package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.LayerNorm;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention of a sequence to itself and two linear layers with GELU, each with a way around it and a normalisation behind. */
final class BertLayer extends Module {
  private final Attention attention;
  private final Intermediate intermediate;
  private final Output output;

  BertLayer(BertConfig config) {
    attention = new Attention(config);
    intermediate = new Intermediate(config);
    output = new Output(config, config.intermediateSize());
  }

  /** The vectors after this layer; the mask is true where a token is seen, [n, 1, 1, length], or null. */
  Tensor run(Tensor x, @Nullable Tensor seen) {
    return call(
        List.of(x),
        () -> {
          Tensor y = attention.run(x, seen);
          return output.run(intermediate.apply(y), y);
        });
  }

  private static final class Attention extends Module {
    private final SelfAttention self;
    private final Output output;

    Attention(BertConfig config) {
      self = new SelfAttention(config);
      output = new Output(config, config.hiddenSize());
    }

    Tensor run(Tensor x, @Nullable Tensor seen) {
      return call(List.of(x), () -> output.run(self.run(x, seen), x));
    }
  }

  private static final class SelfAttention extends Module {
    private final int heads;
    private final double p;
    private final Linear query;
    private final Linear key;
    private final Linear value;

    SelfAttention(BertConfig config) {
      heads = config.heads();
      p = config.dropout();
      int size = config.hiddenSize();
      query = BertModel.linear(size, size);
      key = BertModel.linear(size, size);
      value = BertModel.linear(size, size);
    }

    Tensor run(Tensor x, @Nullable Tensor seen) {
      return call(
          List.of(x),
          () -> {
            Tensor q = Heads.split(query.apply(x), heads);
            Tensor k = Heads.split(key.apply(x), heads);
            Tensor v = Heads.split(value.apply(x), heads);
            return Heads.join(q.scaledDotProductAttention(k, v, seen, training() ? p : 0, false));
          });
    }
  }

  private static final class Intermediate extends Module {
    private final Linear dense;

    Intermediate(BertConfig config) {
      dense = BertModel.linear(config.hiddenSize(), config.intermediateSize());
    }

    @Override
    protected Tensor forward(Tensor x) {
      return dense.apply(x).gelu();
    }
  }

  /** A linear layer, to which what went around it is added. */
  private static final class Output extends Module {
    private final Linear dense;
    // Capital, as in the state.
    private final LayerNorm LayerNorm;
    private final Dropout dropout;

    Output(BertConfig config, int in) {
      dense = BertModel.linear(in, config.hiddenSize());
      LayerNorm = new LayerNorm(new int[] {config.hiddenSize()}, config.layerNormEps());
      dropout = new Dropout(config.dropout());
    }

    Tensor run(Tensor x, Tensor around) {
      return call(
          List.of(x, around), () -> LayerNorm.apply(dropout.apply(dense.apply(x)).add(around)));
    }
  }
}
