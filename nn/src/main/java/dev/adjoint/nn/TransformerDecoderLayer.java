package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a transformer's decoder: attention of a sequence to itself, attention to a memory, and two fully connected layers,
 * each with a normalisation and a way around it. Sequences are [length, n, dModel], or [n, length, dModel] if the batch comes
 * first.
 */
public final class TransformerDecoderLayer extends Module {
  private final MultiheadAttention selfAttn;
  private final MultiheadAttention multiheadAttn;
  private final Linear linear1;
  private final Dropout dropout;
  private final Linear linear2;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final LayerNorm norm3;
  private final Dropout dropout1;
  private final Dropout dropout2;
  private final Dropout dropout3;
  private final UnaryOperator<Tensor> activation;
  private final boolean normFirst;

  /** A layer with the {@linkplain TransformerOptions#DEFAULT usual options}. */
  public TransformerDecoderLayer(int dModel, int nhead) {
    this(dModel, nhead, TransformerOptions.DEFAULT);
  }

  /**
   * A layer with options.
   *
   * @throws IllegalArgumentException if a size is not positive, or the heads do not divide the size of the model
   */
  public TransformerDecoderLayer(int dModel, int nhead, TransformerOptions options) {
    double p = options.dropout();
    boolean batchFirst = options.batchFirst();
    selfAttn = new MultiheadAttention(dModel, nhead, p, true, dModel, dModel, batchFirst);
    multiheadAttn = new MultiheadAttention(dModel, nhead, p, true, dModel, dModel, batchFirst);
    linear1 = new Linear(dModel, options.dimFeedforward());
    dropout = new Dropout(p);
    linear2 = new Linear(options.dimFeedforward(), dModel);
    norm1 = new LayerNorm(new int[] {dModel}, options.layerNormEps());
    norm2 = new LayerNorm(new int[] {dModel}, options.layerNormEps());
    norm3 = new LayerNorm(new int[] {dModel}, options.layerNormEps());
    dropout1 = new Dropout(p);
    dropout2 = new Dropout(p);
    dropout3 = new Dropout(p);
    activation = options.activation();
    normFirst = options.normFirst();
  }

  /** The masks of a decoder, each as in {@link MultiheadAttention} or null, and whether a step sees only those up to itself. */
  public record Masks(
      @Nullable Tensor tgtMask,
      @Nullable Tensor memoryMask,
      @Nullable Tensor tgtKeyPaddingMask,
      @Nullable Tensor memoryKeyPaddingMask,
      boolean tgtIsCausal) {
    /** No mask. */
    public static final Masks NONE = new Masks(null, null, null, null, false);

    /** Steps see only those up to themselves. */
    public static final Masks CAUSAL = new Masks(null, null, null, null, true);
  }

  /** The sequence after this layer, with a memory and without masks. */
  public Tensor apply(Tensor tgt, Tensor memory) {
    return apply(tgt, memory, Masks.NONE);
  }

  /** The sequence after this layer, with a memory and masks. */
  public Tensor apply(Tensor tgt, Tensor memory, Masks masks) {
    return call(List.of(tgt, memory), () -> decoded(tgt, memory, masks));
  }

  private Tensor decoded(Tensor x, Tensor memory, Masks masks) {
    if (normFirst) {
      Tensor y = x.add(toItself(norm1.apply(x), masks));
      Tensor z = y.add(toMemory(norm2.apply(y), memory, masks));
      return z.add(feedForward(norm3.apply(z)));
    }
    Tensor y = norm1.apply(x.add(toItself(x, masks)));
    Tensor z = norm2.apply(y.add(toMemory(y, memory, masks)));
    return norm3.apply(z.add(feedForward(z)));
  }

  private Tensor toItself(Tensor x, Masks masks) {
    return dropout1.apply(
        selfAttn
            .apply(x, x, x, masks.tgtKeyPaddingMask, false, masks.tgtMask, false, masks.tgtIsCausal)
            .output());
  }

  private Tensor toMemory(Tensor x, Tensor memory, Masks masks) {
    return dropout2.apply(
        multiheadAttn
            .apply(
                x,
                memory,
                memory,
                masks.memoryKeyPaddingMask,
                false,
                masks.memoryMask,
                false,
                false)
            .output());
  }

  private Tensor feedForward(Tensor x) {
    return dropout3.apply(linear2.apply(dropout.apply(activation.apply(linear1.apply(x)))));
  }
}
