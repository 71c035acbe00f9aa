package dev.adjoint.benchmarks;

import dev.adjoint.DType;
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
import dev.adjoint.nn.vision.Compose;
import dev.adjoint.nn.vision.RandomCrop;
import dev.adjoint.nn.vision.RandomHorizontalFlip;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Batches of 128 images of bytes, in another order each epoch, become floats in memory; beside the training step that uses such
 * a batch. The loader is no bottleneck as long as that takes longer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LoaderBench {
  private static final int IMAGES = 60_000;
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int CLASSES = 10;
  private static final int BATCH = 128;
  private static final int AHEAD = 2;

  /** How many batches a training step has in turns. */
  private static final int READY = 16;

  /** What is done with a batch, and the network that it is for. */
  public enum Batches implements Work {
    MLP("the MLP", false, 0),
    MLP_AUGMENTED("the MLP, cropped and flipped", true, 0),
    MLP_AHEAD("the MLP, read ahead", false, AHEAD),
    CNN("the CNN", false, 0),
    CNN_AUGMENTED("the CNN, cropped and flipped", true, 0),
    CNN_AUGMENTED_AHEAD("the CNN, cropped and flipped, read ahead", true, AHEAD);

    private final String use;
    private final boolean augmented;
    private final int ahead;

    Batches(String use, boolean augmented, int ahead) {
      this.use = use;
      this.augmented = augmented;
      this.ahead = ahead;
    }

    @Override
    public String title() {
      return "batch of 128 images for " + use;
    }

    @Override
    public long bytesRead() {
      return (long) BATCH * PIXELS;
    }

    @Override
    public long bytesWritten() {
      return (long) BATCH * PIXELS * Float.BYTES;
    }

    @Override
    public boolean quick() {
      return ahead == 0;
    }

    private boolean images() {
      return name().startsWith("CNN");
    }

    private DataLoader loader() {
      return Adjoint.onDevice(
          () -> {
            long[] bytes = Inputs.labels(1, IMAGES * PIXELS, 256);
            Tensor x = Tensors.of(bytes).to(DType.U8).reshape(IMAGES, PIXELS);
            Tensor labels = Tensors.of(Inputs.labels(2, IMAGES, CLASSES));
            TensorDataset data =
                new TensorDataset(x, labels).prepare(pixels -> pixels.toFloat().div(255));
            var loader =
                new DataLoader(data.reshape(1, SIDE, SIDE), BATCH)
                    .shuffle(3)
                    .dropLast()
                    .prefetch(ahead);
            DataLoader changed =
                augmented
                    ? loader.prepare(
                        Compose.of(new RandomCrop(SIDE, 2), new RandomHorizontalFlip()))
                    : loader;
            return images() ? changed : changed.prepare(batch -> batch.flatten(1));
          });
    }

    private Module model() {
      return Adjoint.onDevice(
          () ->
              images()
                  ? new AdjointNetwork.Cnn()
                  : Sequential.of(
                      new Linear(PIXELS, 512),
                      Activation.RELU,
                      new Linear(512, 256),
                      Activation.RELU,
                      new Linear(256, CLASSES)));
    }
  }

  /** A loader whose epochs follow one another. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Batches work;
    private DataLoader loader;
    private Iterator<Batch> batches;

    /** Makes the images. */
    @Setup
    public void make() {
      loader = work.loader();
      batches = loader.iterator();
    }

    /** The next batch in memory. */
    Batch next() {
      if (!batches.hasNext()) {
        batches = loader.iterator();
      }
      Batch batch = Adjoint.onDevice(batches::next);
      Adjoint.compute(batch.x(), batch.y());
      return batch;
    }
  }

  /** A network and batches that are in memory already. */
  @State(Scope.Benchmark)
  public static class Training {
    @Param Batches work;
    private final List<Batch> ready = new ArrayList<>();
    private Module model;
    private Adam optimizer;
    private int steps;

    /** Makes them. */
    @Setup
    public void make() {
      var ours = new Ours();
      ours.work = work;
      ours.make();
      for (int i = 0; i < READY; i++) {
        ready.add(ours.next());
      }
      model = work.model();
      optimizer = new Adam(model.parameters(), 1e-3);
    }

    /** Trains on the next batch; returns the loss. */
    double step() {
      Batch batch = ready.get(steps++ % READY);
      Tensor loss = Losses.crossEntropy(model.apply(batch.x()), batch.y());
      optimizer.step(loss.backward());
      return loss.item();
    }
  }

  /** One batch. */
  @Benchmark
  public Batch adjoint(Ours s) {
    return s.next();
  }

  /** The training step that uses one. */
  @Benchmark
  public double limit(Training s) {
    return s.step();
  }
}
