package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.models.CifarResNet;
import dev.adjoint.nn.models.GPT;
import dev.adjoint.nn.models.GptConfig;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.SGD;
import java.util.function.Supplier;

/** A network of {@link NetworkStepBench} in Adjoint, with an optimizer and one batch. */
final class AdjointNetwork {
  private final Module model;
  private final Optimizer optimizer;
  private final Supplier<Tensor> loss;

  private AdjointNetwork(Module model, Optimizer optimizer, Supplier<Tensor> loss) {
    this.model = model;
    this.optimizer = optimizer;
    this.loss = loss;
  }

  /** A network with random parameters. */
  static AdjointNetwork of(NetworkStepBench.Network work) {
    return Adjoint.onDevice(
        () ->
            switch (work) {
              case CNN -> cnn();
              case GPT -> gpt();
              case LSTM, LSTM_LENGTHS, LSTM_NEW -> lstm(work);
              case RESNET_20 -> resnet20();
            });
  }

  /** The network, whose parameters have the names of {@link LibtorchNetwork#parameters}. */
  Module model() {
    return model;
  }

  /** Trains on the batch once: forward, backward, update; returns the loss. */
  double step() {
    Tensor value = loss.get();
    optimizer.step(value.backward());
    return value.item();
  }

  private static Tensor classes(int count, int classes) {
    return Tensors.of(Inputs.labels(2, count, classes));
  }

  private static AdjointNetwork cnn() {
    var model = new Cnn();
    Tensor x = Adjoint.uniform(1, 64, 1, 28, 28);
    Tensor labels = classes(64, 10);
    return new AdjointNetwork(
        model,
        new Adam(model.parameters(), 1e-3),
        () -> Losses.crossEntropy(model.apply(x), labels));
  }

  private static AdjointNetwork gpt() {
    GptConfig config =
        GptConfig.DEFAULT.blockSize(64).vocabSize(65).nLayer(4).width(4, 128).bias(false);
    var model = new GPT(config);
    Tensor tokens = Tensors.of(Inputs.labels(1, 12 * 64, 65)).reshape(12, 64).realize();
    Tensor targets = classes(12 * 64, 65).reshape(12, 64).realize();
    return new AdjointNetwork(
        model, new Adam(model.parameters(), 1e-3), () -> model.loss(tokens, targets));
  }

  private static AdjointNetwork lstm(NetworkStepBench.Network work) {
    var model = new LastOfLstm();
    Tensor x = Adjoint.uniform(1, 90, 52, 32);
    Tensor targets = Adjoint.uniform(2, 52, 1);
    var steps = new Steps();
    return new AdjointNetwork(
        model,
        new Adam(model.parameters(), 1e-3),
        () -> {
          int step = steps.next();
          int n = work.sequences(step);
          Tensor sequences = x.narrow(0, work.start(step), work.length(step)).narrow(1, 0, n);
          return Losses.mse(model.apply(sequences), targets.narrow(0, 0, n));
        });
  }

  private static AdjointNetwork resnet20() {
    var model = CifarResNet.resnet20(10);
    Tensor x = Adjoint.uniform(1, 32, 3, 32, 32);
    Tensor labels = classes(32, 10);
    return new AdjointNetwork(
        model,
        new SGD(model.parameters(), 0.1).momentum(0.9).weightDecay(1e-4),
        () -> Losses.crossEntropy(model.apply(x), labels));
  }

  /** The net of PyTorch's MNIST example without dropout. */
  static final class Cnn extends Module {
    private final Conv2d conv1 = new Conv2d(1, 32, 3);
    private final Conv2d conv2 = new Conv2d(32, 64, 3);
    private final Linear fc1 = new Linear(9216, 128);
    private final Linear fc2 = new Linear(128, 10);

    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = conv2.apply(conv1.apply(x).relu()).relu().maxPool2d(2).flatten(1);
      return fc2.apply(fc1.apply(y).relu());
    }
  }

  /** A linear layer on the last output of an LSTM. */
  private static final class LastOfLstm extends Module {
    private final LSTM lstm = new LSTM(32, 64);
    private final Linear linear = new Linear(64, 1);

    @Override
    protected Tensor forward(Tensor x) {
      return linear.apply(lstm.apply(x).select(0, -1));
    }
  }
}
