package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decoder layers of a transformer, one after the other. */
public final class TransformerDecoder extends Module {
  private final List<TransformerDecoderLayer> layers;
  private final @Nullable Module norm;

  /** Layers without a normalisation behind the last. */
  public TransformerDecoder(Supplier<TransformerDecoderLayer> layer, int numLayers) {
    this(layer, numLayers, null);
  }

  /**
   * Layers with a normalisation behind the last.
   *
   * @param layer makes each layer, with first values of its own
   * @throws IllegalArgumentException if the number of layers is not positive
   */
  public TransformerDecoder(
      Supplier<TransformerDecoderLayer> layer, int numLayers, @Nullable Module norm) {
    Checks.positive("transformerDecoder", "the number of layers", numLayers);
    this.layers = Stream.generate(layer).limit(numLayers).toList();
    this.norm = norm;
  }

  /** The sequence after all layers, with a memory and without masks. */
  public Tensor apply(Tensor tgt, Tensor memory) {
    return apply(tgt, memory, TransformerDecoderLayer.Masks.NONE);
  }

  /** The sequence after all layers, with a memory and masks. */
  public Tensor apply(Tensor tgt, Tensor memory, TransformerDecoderLayer.Masks masks) {
    return call(
        List.of(tgt, memory),
        () -> {
          Tensor x = tgt;
          for (TransformerDecoderLayer layer : layers) {
            x = layer.apply(x, memory, masks);
          }
          return norm == null ? x : norm.apply(x);
        });
  }
}
