package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attention of tokens to those before and to themselves. */
final class GptAttention extends Module {
  private final int heads;
  private final double p;
  private final Linear cAttn;
  private final Linear cProj;
  private final Dropout residDropout;

  GptAttention(GptConfig config) {
    heads = config.nHead();
    p = config.dropout();
    cAttn = GptTransformer.linear(config, config.nEmbd(), 3 * config.nEmbd());
    cProj = GptTransformer.projection(config, config.nEmbd());
    residDropout = new Dropout(p);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return attended(x, null);
  }

  /** The attention of tokens to those that a cache has, too, which takes them in. */
  Tensor apply(Tensor x, @Nullable KeyValueCache cache) {
    return call(List.of(x), () -> attended(x, cache));
  }

  private Tensor attended(Tensor x, @Nullable KeyValueCache cache) {
    List<Tensor> parts = cAttn.apply(x).chunk(3, -1);
    Tensor q = Heads.split(parts.get(0), heads);
    Tensor k = Heads.split(parts.get(1), heads);
    Tensor v = Heads.split(parts.get(2), heads);
    Tensor y =
        cache == null
            ? q.scaledDotProductAttention(k, v, null, training() ? p : 0, true)
            : cache.attend(q, k, v);
    return residDropout.apply(cProj.apply(Heads.join(y)));
  }
}
