package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.Adam;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The loop that trains a classifier of images: an epoch in another order each time, with the loss of every step read. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EpochBench {
  private static final int IMAGES = 60_000;
  private static final int PIXELS = 784;
  private static final int HIDDEN = 128;
  private static final int CLASSES = 10;
  private static final int BATCH = 128;

  /** The only thing that is measured here. */
  public enum Epoch implements Work {
    EPOCH;

    @Override
    public String title() {
      return "epoch of 60,000 images, 784-128-10, batch 128";
    }

    /** Of the matrix products: the input of the first layer needs no gradient. */
    @Override
    public double flops() {
      return 2.0 * IMAGES * (2 * PIXELS * HIDDEN + 3 * HIDDEN * CLASSES);
    }
  }

  /** Adjoint's network and images. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Epoch work;
    Module model;
    Adam optimizer;
    DataLoader loader;

    /** Makes them. */
    @Setup
    public void make() {
      model =
          Adjoint.onDevice(
              () ->
                  Sequential.of(
                      new Linear(PIXELS, HIDDEN), Activation.RELU, new Linear(HIDDEN, CLASSES)));
      optimizer = new Adam(model.parameters(), 1e-3);
      Tensor x = Adjoint.uniform(1, IMAGES, PIXELS);
      Tensor labels = Adjoint.onDevice(() -> Tensors.of(Inputs.labels(2, IMAGES, CLASSES)));
      loader = new DataLoader(new TensorDataset(x, labels), BATCH).shuffle(3);
    }
  }

  /** The network and images of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Epoch work;
    LinearImpl first;
    LinearImpl second;
    org.bytedeco.pytorch.Adam optimizer;
    org.bytedeco.pytorch.Tensor x;
    org.bytedeco.pytorch.Tensor labels;

    /** Makes them. */
    @Setup
    public void make() {
      Libtorch.load();
      first = new LinearImpl(PIXELS, HIDDEN);
      second = new LinearImpl(HIDDEN, CLASSES);
      var parameters =
          new TensorVector(first.weight(), first.bias(), second.weight(), second.bias());
      optimizer = new org.bytedeco.pytorch.Adam(parameters, new AdamOptions(1e-3));
      x = Libtorch.uniform(1, IMAGES, PIXELS);
      labels = torch.tensor(Inputs.labels(2, IMAGES, CLASSES));
    }
  }

  /** The epoch in Adjoint. */
  @Benchmark
  public double adjoint(Ours s) {
    double total = 0;
    for (Batch batch : s.loader) {
      Tensor loss = Losses.crossEntropy(s.model.apply(batch.x()), batch.y());
      s.optimizer.step(loss.backward());
      total += loss.item();
    }
    return total;
  }

  /** The epoch in libtorch. */
  @Benchmark
  public double libtorch(Theirs s) {
    double total = 0;
    try (var _ = new PointerScope()) {
      var order = torch.randperm(IMAGES);
      for (int from = 0; from < IMAGES; from += BATCH) {
        try (var _ = new PointerScope()) {
          var batch = order.narrow(0, from, Math.min(BATCH, IMAGES - from));
          s.optimizer.zero_grad();
          var logits = s.second.forward(s.first.forward(s.x.index_select(0, batch)).relu());
          var loss = torch.cross_entropy_loss(logits, s.labels.index_select(0, batch));
          loss.backward();
          s.optimizer.step();
          total += loss.item_float();
        }
      }
    }
    return total;
  }
}
