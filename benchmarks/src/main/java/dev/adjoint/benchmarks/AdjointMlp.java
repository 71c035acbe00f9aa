package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;

/** The MLP 784-512-256-10 in Adjoint, with Adam and one batch. */
final class AdjointMlp {
  private static final int CLASSES = 10;

  private final Module model;
  private final Adam optimizer;
  private final Tensor x;
  private final Tensor labels;

  /** A network with a batch to train on. */
  AdjointMlp(int batch) {
    model =
        Adjoint.onDevice(
            () ->
                Sequential.of(
                    new Linear(784, 512),
                    Activation.RELU,
                    new Linear(512, 256),
                    Activation.RELU,
                    new Linear(256, CLASSES)));
    optimizer = new Adam(model.parameters(), 1e-3);
    x = Adjoint.uniform(1, batch, 784);
    labels = Adjoint.onDevice(() -> Tensors.of(Inputs.labels(2, batch, CLASSES)));
  }

  /** Trains on the batch once: forward, backward, update; returns the loss. */
  double step() {
    Tensor loss = Losses.crossEntropy(model.apply(x), labels);
    optimizer.step(loss.backward());
    return loss.item();
  }
}
