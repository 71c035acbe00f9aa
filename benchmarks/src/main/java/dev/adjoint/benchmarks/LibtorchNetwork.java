package dev.adjoint.benchmarks;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A network of {@link NetworkStepBench} in libtorch, with an optimizer and one batch. */
final class LibtorchNetwork {
  private final Module model;
  private final Optimizer optimizer;
  private final Supplier<Tensor> loss;

  private LibtorchNetwork(Module model, Optimizer optimizer, Supplier<Tensor> loss) {
    this.model = model;
    this.optimizer = optimizer;
    this.loss = loss;
  }

  /** A network with random parameters. */
  static LibtorchNetwork of(NetworkStepBench.Network work) {
    return switch (work) {
      case CNN -> cnn();
      case GPT -> gpt();
      case LSTM, LSTM_LENGTHS, LSTM_NEW -> lstm(work);
      case RESNET_20 -> resnet20();
    };
  }

  /** The parameters by their names. */
  StringTensorDict parameters() {
    return model.named_parameters();
  }

  /** Trains on the batch once: forward, backward, update; returns the loss. */
  double step() {
    try (var _ = new PointerScope()) {
      optimizer.zero_grad();
      Tensor value = loss.get();
      value.backward();
      optimizer.step();
      return value.item_float();
    }
  }

  private static Tensor classes(int count, int classes) {
    return torch.tensor(Inputs.labels(2, count, classes));
  }

  private static Adam adam(Module model) {
    return new Adam(model.parameters(), new AdamOptions(1e-3));
  }

  private static LibtorchNetwork cnn() {
    var model = new LibtorchCnn();
    Tensor x = Libtorch.uniform(1, 64, 1, 28, 28);
    Tensor labels = classes(64, 10);
    return new LibtorchNetwork(
        model, adam(model), () -> torch.cross_entropy_loss(model.forward(x), labels));
  }

  private static LibtorchNetwork gpt() {
    var model = new LibtorchGpt(65, 64, 4, 4, 128);
    Tensor tokens = torch.tensor(Inputs.labels(1, 12 * 64, 65)).reshape(12, 64);
    Tensor targets = classes(12 * 64, 65);
    return new LibtorchNetwork(
        model,
        adam(model),
        () -> torch.cross_entropy_loss(model.forward(tokens).flatten(0, 1), targets));
  }

  private static LibtorchNetwork lstm(NetworkStepBench.Network work) {
    var model = new LibtorchLstm(32, 64);
    Tensor x = Libtorch.uniform(1, 90, 52, 32);
    Tensor targets = Libtorch.uniform(2, 52, 1);
    var steps = new Steps();
    return new LibtorchNetwork(
        model,
        adam(model),
        () -> {
          int step = steps.next();
          int n = work.sequences(step);
          Tensor sequences = x.narrow(0, work.start(step), work.length(step)).narrow(1, 0, n);
          return torch.mse_loss(model.forward(sequences), targets.narrow(0, 0, n));
        });
  }

  private static LibtorchNetwork resnet20() {
    var model = new LibtorchResNet(3, 10);
    Tensor x = Libtorch.uniform(1, 32, 3, 32, 32);
    Tensor labels = classes(32, 10);
    var options = new SGDOptions(0.1);
    options.momentum().put(0.9);
    options.weight_decay().put(1e-4);
    return new LibtorchNetwork(
        model,
        new SGD(model.parameters(), options),
        () -> torch.cross_entropy_loss(model.forward(x), labels));
  }
}
