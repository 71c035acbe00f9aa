package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a transformer's encoder: attention of a sequence to itself and two fully connected layers, each with a normalisation
 * and a way around it. Inputs and outputs are [length, n, dModel], or [n, length, dModel] if the batch comes first.
 */
public final class TransformerEncoderLayer extends Module {
  private final MultiheadAttention selfAttn;
  private final Linear linear1;
  private final Dropout dropout;
  private final Linear linear2;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Dropout dropout1;
  private final Dropout dropout2;
  private final UnaryOperator<Tensor> activation;
  private final boolean normFirst;

  /** A layer with the {@linkplain TransformerOptions#DEFAULT usual options}. */
  public TransformerEncoderLayer(int dModel, int nhead) {
    this(dModel, nhead, TransformerOptions.DEFAULT);
  }

  /**
   * A layer with options.
   *
   * @throws IllegalArgumentException if a size is not positive, or the heads do not divide the size of the model
   */
  public TransformerEncoderLayer(int dModel, int nhead, TransformerOptions options) {
    double p = options.dropout();
    selfAttn = new MultiheadAttention(dModel, nhead, p, true, dModel, dModel, options.batchFirst());
    linear1 = new Linear(dModel, options.dimFeedforward());
    dropout = new Dropout(p);
    linear2 = new Linear(options.dimFeedforward(), dModel);
    norm1 = new LayerNorm(new int[] {dModel}, options.layerNormEps());
    norm2 = new LayerNorm(new int[] {dModel}, options.layerNormEps());
    dropout1 = new Dropout(p);
    dropout2 = new Dropout(p);
    activation = options.activation();
    normFirst = options.normFirst();
  }

  @Override
  protected Tensor forward(Tensor x) {
    return encoded(x, null, null, false);
  }

  /**
   * The sequence after this layer.
   *
   * @param srcMask as {@code attnMask} of {@link MultiheadAttention}, or null
   * @param srcKeyPaddingMask as {@code keyPaddingMask} of {@link MultiheadAttention}, or null
   * @param isCausal whether a step sees only those up to itself
   */
  public Tensor apply(
      Tensor src, @Nullable Tensor srcMask, @Nullable Tensor srcKeyPaddingMask, boolean isCausal) {
    return call(List.of(src), () -> encoded(src, srcMask, srcKeyPaddingMask, isCausal));
  }

  private Tensor encoded(
      Tensor x, @Nullable Tensor mask, @Nullable Tensor padding, boolean causal) {
    if (normFirst) {
      Tensor y = x.add(attention(norm1.apply(x), mask, padding, causal));
      return y.add(feedForward(norm2.apply(y)));
    }
    Tensor y = norm1.apply(x.add(attention(x, mask, padding, causal)));
    return norm2.apply(y.add(feedForward(y)));
  }

  private Tensor attention(
      Tensor x, @Nullable Tensor mask, @Nullable Tensor padding, boolean causal) {
    return dropout1.apply(selfAttn.apply(x, x, x, padding, false, mask, false, causal).output());
  }

  private Tensor feedForward(Tensor x) {
    return dropout2.apply(linear2.apply(dropout.apply(activation.apply(linear1.apply(x)))));
  }
}
