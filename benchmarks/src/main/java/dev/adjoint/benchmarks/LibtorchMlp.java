package dev.adjoint.benchmarks;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The MLP 784-512-256-10 in libtorch, with Adam and one batch. */
final class LibtorchMlp {
  private static final int CLASSES = 10;

  private final LinearImpl first = new LinearImpl(784, 512);
  private final LinearImpl second = new LinearImpl(512, 256);
  private final LinearImpl third = new LinearImpl(256, CLASSES);
  private final Adam optimizer;
  private final Tensor x;
  private final Tensor labels;

  /** A network with a batch to train on. */
  LibtorchMlp(int batch) {
    var parameters =
        new TensorVector(
            first.weight(),
            first.bias(),
            second.weight(),
            second.bias(),
            third.weight(),
            third.bias());
    optimizer = new Adam(parameters, new AdamOptions(1e-3));
    x = Libtorch.uniform(1, batch, 784);
    labels = torch.tensor(Inputs.labels(2, batch, CLASSES));
  }

  /** Trains on the batch once: forward, backward, update; returns the loss. */
  double step() {
    try (var _ = new PointerScope()) {
      optimizer.zero_grad();
      Tensor logits = third.forward(second.forward(first.forward(x).relu()).relu());
      Tensor loss = torch.cross_entropy_loss(logits, labels);
      loss.backward();
      optimizer.step();
      return loss.item_float();
    }
  }
}
