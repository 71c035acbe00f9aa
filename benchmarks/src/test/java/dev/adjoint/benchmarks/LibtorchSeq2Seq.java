package dev.adjoint.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The encoder and decoder of PyTorch's tutorial on translation in libtorch, for sequences that are equally long. */
final class LibtorchSeq2Seq extends Module {
  private final long startToken;
  private final double dropout;
  private final EmbeddingImpl read;
  private final GRUImpl encoder;
  private final EmbeddingImpl written;
  private final LinearImpl query;
  private final LinearImpl key;
  private final LinearImpl score;
  private final GRUImpl decoder;
  private final LinearImpl out;

  LibtorchSeq2Seq(long inputs, long outputs, long hidden, double dropout, long startToken) {
    this.startToken = startToken;
    this.dropout = dropout;
    Module encoding = register_module("encoder", new Module());
    read = encoding.register_module("embedding", new EmbeddingImpl(inputs, hidden));
    encoder = encoding.register_module("gru", gru(hidden, hidden));
    Module decoding = register_module("decoder", new Module());
    written = decoding.register_module("embedding", new EmbeddingImpl(outputs, hidden));
    Module attention = decoding.register_module("attention", new Module());
    query = attention.register_module("Wa", new LinearImpl(hidden, hidden));
    key = attention.register_module("Ua", new LinearImpl(hidden, hidden));
    score = attention.register_module("Va", new LinearImpl(hidden, 1));
    decoder = decoding.register_module("gru", gru(2 * hidden, hidden));
    out = decoding.register_module("out", new LinearImpl(hidden, outputs));
  }

  private static GRUImpl gru(long in, long hidden) {
    var options = new GRUOptions(in, hidden);
    options.batch_first().put(true);
    return new GRUImpl(options);
  }

  /** The logits [n, length', outputs] of targets [n, length'], each from those before it, while training. */
  Tensor forward(Tensor source, Tensor target) {
    Tensor start = starts(source);
    Tensor inputs = torch.cat(new TensorVector(start, target.narrow(1, 0, target.size(1) - 1)), 1);
    var steps = new ArrayList<Tensor>();
    var state = read(source, true);
    for (long t = 0; t < target.size(1); t++) {
      state = step(inputs.narrow(1, t, 1), state, true);
      steps.add(state.logits);
    }
    return torch.stack(new TensorVector(steps.toArray(Tensor[]::new)), 1);
  }

  /** The most likely tokens [n, length], one after the other. */
  Tensor greedy(Tensor source, int length) {
    List<Tensor> tokens = new ArrayList<>(List.of(starts(source)));
    var state = read(source, false);
    for (int t = 0; t < length; t++) {
      state = step(tokens.getLast(), state, false);
      tokens.add(state.logits.argmax(new LongOptional(-1), true));
    }
    return torch.cat(new TensorVector(tokens.subList(1, length + 1).toArray(Tensor[]::new)), 1);
  }

  private Tensor starts(Tensor source) {
    return torch.full(
        new long[] {source.size(0), 1},
        new Scalar(startToken),
        new TensorOptions(torch.ScalarType.Long));
  }

  /** What was read, and where the decoder stands; the logits are of the last step. */
  private record State(Tensor logits, Tensor hidden, Tensor outputs) {}

  private State read(Tensor source, boolean training) {
    var found = encoder.forward(torch.dropout(read.forward(source), dropout, training));
    return new State(new Tensor(), found.get1(), found.get0());
  }

  private State step(Tensor token, State before, boolean training) {
    Tensor vector = torch.dropout(written.forward(token), dropout, training);
    Tensor keys = before.outputs;
    Tensor sum = query.forward(before.hidden.transpose(0, 1)).add(key.forward(keys));
    Tensor weights = score.forward(sum.tanh()).transpose(1, 2).softmax(-1);
    Tensor context = torch.matmul(weights, keys);
    var next = decoder.forward(torch.cat(new TensorVector(vector, context), 2), before.hidden);
    return new State(out.forward(next.get0()).squeeze(1), next.get1(), keys);
  }
}
