package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.PackedSequence;
import java.util.List;

/**
 * Classes of sequences of tokens: [n, length] become logits [n, classes].
 *
 * <p>{@code embedding}, {@code lstm} and, from the last hidden state of each sequence, {@code fc}. Where there are two directions
 * both states count, each after its own last step.
 */
public final class LSTMClassifier extends Module {
  private final boolean bidirectional;
  private final Embedding embedding;
  private final LSTM lstm;
  private final Dropout dropout;
  private final Linear fc;

  /** One layer in one direction, without dropout. */
  public LSTMClassifier(int vocabSize, int embeddingDim, int hiddenDim, int numClasses) {
    this(vocabSize, embeddingDim, hiddenDim, numClasses, 1, false, 0);
  }

  /**
   * Several layers.
   *
   * @param bidirectional whether each layer also goes from the last token to the first
   * @param dropout the probability that an element is dropped while training: of vectors, between layers and before {@code fc}
   */
  public LSTMClassifier(
      int vocabSize,
      int embeddingDim,
      int hiddenDim,
      int numClasses,
      int numLayers,
      boolean bidirectional,
      double dropout) {
    this.bidirectional = bidirectional;
    this.embedding = new Embedding(vocabSize, embeddingDim);
    this.lstm = new LSTM(embeddingDim, hiddenDim, numLayers, true, true, dropout, bidirectional);
    this.dropout = new Dropout(dropout);
    this.fc = new Linear(bidirectional ? 2 * hiddenDim : hiddenDim, numClasses);
  }

  /** The logits of sequences of one length. */
  @Override
  protected Tensor forward(Tensor x) {
    return classes(lstm.apply(vectors(x), null).state().hidden());
  }

  /**
   * The logits of sequences of several lengths, padded to one: what is behind the end of a sequence does not count.
   *
   * @param lengths how many tokens each sequence has
   * @throws IllegalArgumentException if lengths do not fit
   */
  public Tensor apply(Tensor x, int[] lengths) {
    return call(
        List.of(x),
        () -> {
          PackedSequence packed = PackedSequence.of(vectors(x), lengths, true);
          return classes(lstm.apply(packed, null).state().hidden());
        });
  }

  private Tensor vectors(Tensor x) {
    Require.tokens("lstmClassifier", x);
    return dropout.apply(embedding.apply(x));
  }

  private Tensor classes(Tensor hidden) {
    Tensor last = hidden.select(0, -1);
    Tensor state = bidirectional ? Tensors.cat(1, hidden.select(0, -2), last) : last;
    return fc.apply(dropout.apply(state));
  }
}
