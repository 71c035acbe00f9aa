package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.SparseAdam;
import dev.adjoint.nn.train.EpochResult;
import dev.adjoint.nn.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A network learns on a device as it does on the CPU. */
class TrainingTest {
  private static final int STEPS = 100;

  private static List<Double> losses(Device device) {
    return Scope.on(
        device,
        () -> {
          Random.seed(3);
          Tensor x = Tensors.randn(64, 40).realize();
          Tensor y = Tensors.randint(0, 5, 64).realize();
          var model =
              Sequential.of(
                  new Linear(40, 50), Activation.RELU, new Dropout(0.2), new Linear(50, 5));
          var optimizer = new Adam(model.parameters(), 1e-3);
          List<Double> losses = new ArrayList<>();
          for (int step = 0; step < STEPS; step++) {
            Tensor loss = Losses.crossEntropy(model.apply(x), y);
            optimizer.step(loss.backward());
            losses.add(loss.item());
          }
          return losses;
        });
  }

  @TestFactory
  Stream<DynamicTest> aHundredStepsHaveTheLossesOfTheCpu() {
    List<Device> devices = new ArrayList<>(OpenClDevices.all());
    devices.add(OpenClDevices.likeGpu());
    return devices.stream()
        .map(
            device ->
                dynamicTest(
                    device.name(),
                    () -> {
                      List<Double> expected = losses(Device.cpu());
                      List<Double> actual = losses(device);
                      assertThat(expected.getLast()).isLessThan(0.8 * expected.getFirst());
                      for (int step = 0; step < STEPS; step++) {
                        assertThat(actual.get(step))
                            .describedAs("step %d", step)
                            .isCloseTo(expected.get(step), withPercentage(0.01));
                      }
                    }));
  }

  @Test
  void batchesFollowTheModel() {
    Random.seed(3);
    var data = new TensorDataset(Tensors.randn(64, 4), Tensors.randint(0, 3, 64));
    Module model = new Linear(4, 3).to(OpenClDevices.likeGpu());
    Tensor x = Tensors.ones(2, 4);
    assertThatThrownBy(() -> model.apply(x))
        .hasMessageStartingWith("matmul: left is on cpu, right is on ")
        .hasMessageContaining(": call .to(device) of one of them, or of the model");
    var trainer = new Trainer(model, new Adam(model.parameters(), 0.1), Losses::crossEntropy);
    List<EpochResult> epochs = trainer.verbose(false).fit(new DataLoader(data, 16), 3).epochs();
    assertThat(epochs.getLast().get("loss")).isLessThan(epochs.getFirst().get("loss"));
    assertThat(trainer.evaluate(new DataLoader(data, 16)).get("loss"))
        .isLessThan(epochs.getFirst().get("loss"));
  }

  /** A table after some steps by batches that have rows several times. */
  private static float[] trainedRows(Device device) {
    return Scope.on(
        device,
        () -> {
          Random.seed(3);
          var table = new Embedding(300, 7).sparse(true);
          var optimizer = new SparseAdam(table.parameters(), 0.1);
          for (int step = 0; step < 4; step++) {
            Tensor rows = Tensors.randint(0, 50, 100).realize();
            optimizer.step(table.apply(rows).sub(1).square().sum().backward());
          }
          return table.weight().toFloats();
        });
  }

  @TestFactory
  Stream<DynamicTest> sparseStepsHaveTheBitsOfTheCpu() {
    List<Device> devices = new ArrayList<>(OpenClDevices.all());
    devices.add(OpenClDevices.likeGpu());
    return devices.stream()
        .map(
            device ->
                dynamicTest(
                    device.name(),
                    () ->
                        assertThat(trainedRows(device))
                            .containsExactly(trainedRows(Device.cpu()))));
  }
}
