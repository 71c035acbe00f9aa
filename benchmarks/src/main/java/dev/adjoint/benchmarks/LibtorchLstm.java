package dev.adjoint.benchmarks;

import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** A linear layer on the last output of an LSTM, in libtorch. */
final class LibtorchLstm extends Module {
  private final LSTMImpl lstm;
  private final LinearImpl linear;

  LibtorchLstm(long in, long hidden) {
    lstm = register_module("lstm", new LSTMImpl(in, hidden));
    linear = register_module("linear", new LinearImpl(hidden, 1));
  }

  /** Sequences [length, n, in] become [n, 1]. */
  Tensor forward(Tensor x) {
    return linear.forward(lstm.forward(x).get0().select(0, -1));
  }
}
