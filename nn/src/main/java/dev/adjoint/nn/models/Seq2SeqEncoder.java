package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.GRU;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.PackedSequence;
import dev.adjoint.nn.RecurrentOptions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads sequences of tokens. */
final class Seq2SeqEncoder extends Module {
  private final Embedding embedding;
  private final GRU gru;
  private final Dropout dropout;

  Seq2SeqEncoder(int inputSize, int hiddenSize, double p) {
    embedding = new Embedding(inputSize, hiddenSize);
    gru = new GRU(hiddenSize, hiddenSize, RecurrentOptions.DEFAULT.batchFirst(true));
    dropout = new Dropout(p);
  }

  /**
   * What was read.
   *
   * @param outputs [n, length, hidden]
   * @param hidden the state after the last token, [1, n, hidden]
   * @param present bool [n, length], which steps count, or null for all
   */
  record Memory(Tensor outputs, Tensor hidden, @Nullable Tensor present) {
    /** One sequence as often as there are rows. */
    Memory repeated(int rows) {
      return new Memory(
          outputs.expand(rows, outputs.dim(1), outputs.dim(2)),
          hidden.expand(1, rows, hidden.dim(2)),
          present);
    }
  }

  /** Reads sequences [n, length], of which so many tokens count, or all. */
  Memory encode(Tensor x, int @Nullable [] lengths) {
    return call(List.of(x), () -> read(x, lengths));
  }

  private Memory read(Tensor x, int @Nullable [] lengths) {
    Require.tokens("seq2Seq", x);
    Tensor vectors = dropout.apply(embedding.apply(x));
    if (lengths == null) {
      var found = gru.apply(vectors, null);
      return new Memory(found.output(), found.hidden(), null);
    }
    var found = gru.apply(PackedSequence.of(vectors, lengths, true), null);
    int longest = Arrays.stream(lengths).max().orElse(0);
    Tensor present =
        Scope.on(x.device(), () -> Tensors.arange(longest).lt(Tensors.of(lengths).unsqueeze(1)));
    return new Memory(found.output().padded(true), found.hidden(), present);
  }
}
