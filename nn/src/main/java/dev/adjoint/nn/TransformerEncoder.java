package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Encoder layers of a transformer, one after the other. */
public final class TransformerEncoder extends Module {
  private final List<TransformerEncoderLayer> layers;
  private final @Nullable Module norm;

  /** Layers without a normalisation behind the last. */
  public TransformerEncoder(Supplier<TransformerEncoderLayer> layer, int numLayers) {
    this(layer, numLayers, null);
  }

  /**
   * Layers with a normalisation behind the last.
   *
   * @param layer makes each layer, with first values of its own
   * @throws IllegalArgumentException if the number of layers is not positive
   */
  public TransformerEncoder(
      Supplier<TransformerEncoderLayer> layer, int numLayers, @Nullable Module norm) {
    Checks.positive("transformerEncoder", "the number of layers", numLayers);
    this.layers = Stream.generate(layer).limit(numLayers).toList();
    this.norm = norm;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return encoded(x, null, null, false);
  }

  /** The sequence after all layers, with the masks of {@link TransformerEncoderLayer}. */
  public Tensor apply(
      Tensor src, @Nullable Tensor mask, @Nullable Tensor srcKeyPaddingMask, boolean isCausal) {
    return call(List.of(src), () -> encoded(src, mask, srcKeyPaddingMask, isCausal));
  }

  private Tensor encoded(
      Tensor src, @Nullable Tensor mask, @Nullable Tensor padding, boolean causal) {
    Tensor x = src;
    for (TransformerEncoderLayer layer : layers) {
      x = layer.apply(x, mask, padding, causal);
    }
    return norm == null ? x : norm.apply(x);
  }
}
