package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.Adam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;

/** The first steps of the example FashionMnist: the same network, images, order and dropped units on each device. */
final class FashionMnist {
  private static final int BATCH = 64;
  private static final int SEED = 42;

  private FashionMnist() {}

  /**
   * The losses of the first steps on a device; at most as many as an epoch has, and none after a deadline.
   *
   * @throws UncheckedIOException if the images cannot be read
   */
  static double[] losses(Device device, int steps, Deadline deadline) {
    Random.seed(SEED);
    return Scope.on(
        device,
        () -> {
          Module model =
              Sequential.of(
                  new Linear(784, 128), Activation.RELU, new Dropout(0.2), new Linear(128, 10));
          var optimizer = new Adam(model.parameters(), 2e-3);
          Iterator<Batch> batches = new DataLoader(images(), BATCH).shuffle(SEED).iterator();
          double[] losses = new double[steps];
          int done = 0;
          while (done < steps && !deadline.isOver()) {
            Batch batch = batches.next();
            Tensor loss = Losses.crossEntropy(model.apply(batch.x()), batch.y());
            optimizer.step(loss.backward());
            losses[done++] = loss.item();
          }
          return Arrays.copyOf(losses, done);
        });
  }

  private static TensorDataset images() {
    try {
      return dev.adjoint.nn.datasets.FashionMnist.train();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
