package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.GRU;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.RecurrentOptions;
import dev.adjoint.nn.models.Seq2SeqEncoder.Memory;
import java.util.List;

/** Writes a sequence, one token after the other. */
final class Seq2SeqDecoder extends Module {
  private final Embedding embedding;
  private final Attention attention;
  private final GRU gru;
  private final Linear out;
  private final Dropout dropout;

  Seq2SeqDecoder(int hiddenSize, int outputSize, double p) {
    embedding = new Embedding(outputSize, hiddenSize);
    attention = new Attention(hiddenSize);
    gru = new GRU(2 * hiddenSize, hiddenSize, RecurrentOptions.DEFAULT.batchFirst(true));
    out = new Linear(hiddenSize, outputSize);
    dropout = new Dropout(p);
  }

  /** The logits of the next token [n, outputSize], and the state [1, n, hidden]. */
  record Step(Tensor logits, Tensor hidden) {}

  /** What follows tokens [n, 1] in a state. */
  Step step(Tensor token, Tensor hidden, Memory memory) {
    return call(
        List.of(token, hidden),
        () -> {
          Tensor vector = dropout.apply(embedding.apply(token));
          Tensor context = attention.of(hidden.transpose(0, 1), memory);
          var next = gru.apply(Tensors.cat(2, vector, context), hidden);
          return new Step(out.apply(next.output()).squeeze(1), next.hidden());
        });
  }

  /** {@code Va tanh(Wa q + Ua k)} as scores of the steps that were read. */
  private static final class Attention extends Module {
    // Capital, as in the state of PyTorch's tutorial.
    private final Linear Wa;
    private final Linear Ua;
    private final Linear Va;

    Attention(int hiddenSize) {
      Wa = new Linear(hiddenSize, hiddenSize);
      Ua = new Linear(hiddenSize, hiddenSize);
      Va = new Linear(hiddenSize, 1);
    }

    /** The mean of what was read, [n, 1, hidden], weighted by how well a query [n, 1, hidden] fits each step. */
    Tensor of(Tensor query, Memory memory) {
      return call(
          List.of(query, memory.outputs()),
          () -> {
            Tensor keys = memory.outputs();
            Tensor scores = Va.apply(Wa.apply(query).add(Ua.apply(keys)).tanh()).transpose(1, 2);
            if (memory.present() != null) {
              scores = memory.present().unsqueeze(1).where(scores, Double.NEGATIVE_INFINITY);
            }
            return scores.softmax(-1).matmul(keys);
          });
    }
  }
}
