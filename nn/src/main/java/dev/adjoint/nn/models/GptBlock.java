package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.LayerNorm;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention and two linear layers, each behind a normalisation and with a way around both. */
final class GptBlock extends Module {
  // GPT-2's names, which end in a number behind an underscore.
  private final LayerNorm ln_1;
  private final GptAttention attn;
  private final LayerNorm ln_2;
  private final Mlp mlp;

  GptBlock(GptConfig config) {
    ln_1 = GptTransformer.norm(config);
    attn = new GptAttention(config);
    ln_2 = GptTransformer.norm(config);
    mlp = new Mlp(config);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return added(x, null);
  }

  /** As {@link GptAttention#apply(Tensor, KeyValueCache)}. */
  Tensor apply(Tensor x, @Nullable KeyValueCache cache) {
    return call(List.of(x), () -> added(x, cache));
  }

  private Tensor added(Tensor x, @Nullable KeyValueCache cache) {
    Tensor y = x.add(attn.apply(ln_1.apply(x), cache));
    return y.add(mlp.apply(ln_2.apply(y)));
  }

  /** Two linear layers of each vector by itself, with GELU between them. */
  private static final class Mlp extends Module {
    private final String gelu;
    private final Linear cFc;
    private final Linear cProj;
    private final Dropout dropout;

    Mlp(GptConfig config) {
      gelu = config.gelu();
      cFc = GptTransformer.linear(config, config.nEmbd(), 4 * config.nEmbd());
      cProj = GptTransformer.projection(config, 4 * config.nEmbd());
      dropout = new Dropout(config.dropout());
    }

    @Override
    protected Tensor forward(Tensor x) {
      return dropout.apply(cProj.apply(cFc.apply(x).gelu(gelu)));
    }
  }
}
