package dev.adjoint.nn.models;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.LayerNorm;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.ModuleList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link GPT} without its last layer: tokens [n, length] become vectors [n, length, nEmbd]. */
final class GptTransformer extends Module {
  private static final double DEVIATION = 0.02;

  private final Embedding wte;
  private final Embedding wpe;
  private final Dropout drop;
  private final ModuleList<GptBlock> h = new ModuleList<>();
  private final LayerNorm lnF;

  GptTransformer(GptConfig config) {
    Init init = Init.normal(0, DEVIATION);
    wte = new Embedding(config.vocabSize(), config.nEmbd(), init);
    wpe = new Embedding(config.blockSize(), config.nEmbd(), init);
    drop = new Dropout(config.dropout());
    for (int i = 0; i < config.nLayer(); i++) {
      h.append(new GptBlock(config));
    }
    lnF = norm(config);
  }

  /** A normalisation with or without a bias. */
  static LayerNorm norm(GptConfig config) {
    return new LayerNorm(new int[] {config.nEmbd()}, 1e-5, true, config.bias());
  }

  /** A linear layer. */
  static Linear linear(GptConfig config, int in, int out) {
    return new Linear(in, out, Init.normal(0, DEVIATION), config.bias() ? Init.zeros() : null);
  }

  /** A linear layer whose output is added: deviations are smaller, so that sums over all blocks are no larger. */
  static Linear projection(GptConfig config, int in) {
    Init init = Init.normal(0, DEVIATION / Math.sqrt(2 * config.nLayer()));
    return new Linear(in, config.nEmbd(), init, config.bias() ? Init.zeros() : null);
  }

  /** The table of tokens. */
  Embedding tokens() {
    return wte;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return encoded(x, wpe.weight().narrow(0, 0, x.dim(1)), null);
  }

  /**
   * The vectors of tokens behind those that caches have, one of each block, which take them in: any number of tokens at first,
   * and one afterwards.
   */
  Tensor apply(Tensor x, List<KeyValueCache> caches) {
    return call(
        List.of(x),
        () -> {
          int first = caches.getFirst().length();
          Tensor positions =
              first == 0
                  ? wpe.weight().narrow(0, 0, x.dim(1))
                  : wpe.apply(Tensors.full(Shape.of(1), first, DType.I64, x.device()));
          return encoded(x, positions, caches);
        });
  }

  private Tensor encoded(Tensor x, Tensor positions, @Nullable List<KeyValueCache> caches) {
    Tensor y = drop.apply(wte.apply(x).add(positions));
    for (int i = 0; i < h.size(); i++) {
      y = h.get(i).apply(y, caches == null ? null : caches.get(i));
    }
    return lnF.apply(y);
  }
}
