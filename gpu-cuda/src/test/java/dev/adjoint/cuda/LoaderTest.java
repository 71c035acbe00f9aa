package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.History;
import dev.adjoint.nn.train.Trainer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches that are on the device before the loop takes them. */
class LoaderTest {
  private static final int SAMPLES = 40;

  private final Device device = CudaDevices.emulated(6);

  /** The threads that copied to the device. */
  private final List<String> threads = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void forget() {
    Emulator.failBy(_ -> 0);
  }

  private void watch() {
    threads.clear();
    Emulator.failBy(
        call -> {
          if (call.equals("cuMemcpyHtoDAsync")) {
            threads.add(Thread.currentThread().getName());
          }
          return 0;
        });
  }

  /** Samples in memory of the host. */
  private static DataLoader loader() {
    float[] x = new float[3 * SAMPLES];
    int[] y = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      x[3 * i] = i % 5;
      y[i] = i % 5;
    }
    return Scope.on(
        Device.cpu(),
        () ->
            new DataLoader(new TensorDataset(Tensors.of(x, SAMPLES, 3), Tensors.of(y)), 8)
                .shuffle(1));
  }

  private List<String> values(DataLoader loader) {
    var values = new ArrayList<String>();
    for (Batch batch : loader.on(device)) {
      assertThat(batch.x().device()).isEqualTo(device);
      assertThat(batch.y().device()).isEqualTo(device);
      values.add(batch.x().toString() + batch.y());
    }
    return values;
  }

  @Test
  void threadsThatMakeBatchesCopyThem() {
    List<String> expected = values(loader());
    assertThat(expected).hasSize(SAMPLES / 8);
    watch();
    assertThat(values(loader().prefetch(2))).isEqualTo(expected);
    assertThat(threads)
        .hasSize(2 * SAMPLES / 8)
        .allMatch(name -> name.startsWith("adjoint-prefetch-"));
  }

  /** A preparation, which may draw numbers, is done by the loop and where the data are, as without a device. */
  @Test
  void whatIsPreparedIsCopiedByTheLoop() {
    watch();
    for (Batch batch : loader().prefetch(2).prepare(x -> x.add(1)).on(device)) {
      assertThat(batch.x().min().item()).isEqualTo(1);
    }
    assertThat(threads).isNotEmpty().noneMatch(name -> name.startsWith("adjoint-prefetch-"));
  }

  private History train(DataLoader loader) {
    Random.seed(5);
    var model =
        Scope.on(
            device, () -> Sequential.of(new Linear(3, 16), Activation.RELU, new Linear(16, 5)));
    var trainer = new Trainer(model, new SGD(model.parameters(), 0.1), Losses::crossEntropy);
    return trainer.verbose(false).fit(loader, 3);
  }

  @Test
  void aTrainerLearnsTheSameEitherWay() {
    History expected = train(loader());
    watch();
    DataLoader ahead = loader().prefetch(2);
    History actual = train(ahead);
    assertThat(actual.values("loss")).containsExactly(expected.values("loss"));
    assertThat(threads).anyMatch(name -> name.startsWith("adjoint-prefetch-"));
    assertThat(ahead.state()).isEqualTo(new DataLoader.State(3, 0));
  }
}
