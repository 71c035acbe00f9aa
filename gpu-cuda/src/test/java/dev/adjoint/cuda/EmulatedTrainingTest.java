package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Lambda;
import dev.adjoint.nn.LayerNorm;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.SparseAdam;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Networks learn on an emulated device as on the CPU, to the last bit. */
class EmulatedTrainingTest {
  private static final int STEPS = 24;
  private static final int CLASSES = 10;

  private static final class Convolution extends Module {
    private final Variable filters = Init.fanIn(27).parameter("filters", 8, 3, 3, 3);
    private final Variable bias = Init.constant(0).parameter("bias", 8);

    @Override
    protected Tensor forward(Tensor x) {
      return x.conv2d(filters, bias);
    }
  }

  /** Attention with two heads, over tokens of 16 numbers. */
  private static final class Attention extends Module {
    private final Linear all = new Linear(16, 48);
    private final Linear projection = new Linear(16, 16);

    @Override
    protected Tensor forward(Tensor x) {
      int batch = x.dim(0);
      int tokens = x.dim(1);
      Tensor qkv = all.apply(x).reshape(batch, tokens, 3, 2, 8).permute(2, 0, 3, 1, 4);
      Tensor attended =
          qkv.select(0, 0).scaledDotProductAttention(qkv.select(0, 1), qkv.select(0, 2));
      return x.add(projection.apply(attended.transpose(1, 2).reshape(batch, tokens, 16)));
    }
  }

  /** The losses of some steps on one batch. */
  private static double[] losses(
      Device device, Supplier<Module> network, int examples, int... shape) {
    Random.seed(3);
    return Scope.on(
        device,
        () -> {
          int[] all = new int[shape.length + 1];
          all[0] = examples;
          System.arraycopy(shape, 0, all, 1, shape.length);
          Tensor x = Tensors.rand(all).realize();
          Tensor y = Tensors.randint(0, CLASSES, examples).realize();
          Module model = network.get();
          var optimizer = new Adam(model.parameters(), 2e-3);
          double[] losses = new double[STEPS];
          for (int step = 0; step < STEPS; step++) {
            Tensor loss = Losses.crossEntropy(model.apply(x), y);
            optimizer.step(loss.backward());
            losses[step] = loss.item();
          }
          return losses;
        });
  }

  @AfterEach
  void forget() {
    Emulator.failBy(_ -> 0);
  }

  private static void learnsAsOnTheCpu(
      int ordinal, Supplier<Module> network, int examples, int... shape) {
    double[] expected = losses(Device.cpu(), network, examples, shape);
    assertThat(expected[STEPS - 1]).isLessThan(expected[0]);
    Device device = CudaDevices.emulated(ordinal);
    var driver = new EmulatedDriver();
    assertThat(losses(device, network, examples, shape)).containsExactly(expected);
    // Dropped units and the learning rate of Adam change arguments in each step.
    assertThat(driver.calls)
        .contains("cuGraphInstantiateWithFlags", "cuGraphExecKernelNodeSetParams")
        .filteredOn(call -> call.equals("cuGraphLaunch"))
        .hasSizeGreaterThanOrEqualTo(STEPS - 1);
  }

  /** The network of the example. */
  @Test
  void aPerceptron() {
    learnsAsOnTheCpu(
        6,
        () ->
            Sequential.of(
                new Linear(784, 128), Activation.RELU, new Dropout(0.2), new Linear(128, CLASSES)),
        64,
        784);
  }

  @Test
  void aConvolution() {
    learnsAsOnTheCpu(
        6,
        () ->
            Sequential.of(
                new Convolution(),
                Activation.RELU,
                new Lambda("maxPool2d", x -> x.maxPool2d(2)),
                new Flatten(),
                new Linear(8 * 7 * 7, 32),
                new LayerNorm(32),
                Activation.GELU,
                new Linear(32, CLASSES)),
        6,
        3,
        16,
        16);
  }

  @Test
  void attention() {
    learnsAsOnTheCpu(
        EmulatedProvider.FOREIGN,
        () ->
            Sequential.of(
                new LayerNorm(16),
                new Attention(),
                new LayerNorm(16),
                new Flatten(),
                new Linear(9 * 16, CLASSES)),
        5,
        9,
        16);
  }

  @Test
  void copiesBetweenDevices() {
    Device first = CudaDevices.emulated(0);
    Device second = CudaDevices.emulated(1);
    assertThat(first.backend().description()).startsWith("Emulated GPU 0");
    assertThat(second.backend().description()).startsWith("Emulated GPU 1");
    Random.seed(5);
    Tensor here = Tensors.randn(300, 70).realize();
    Tensor there = here.to(first).exp().to(second).mul(2).to(first).sum(0);
    assertThat(there.device()).isEqualTo(first);
    assertThat(there.toFloats()).isEqualTo(here.exp().mul(2).sum(0).toFloats());
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

  @Test
  void sparseStepsHaveTheBitsOfTheCpu() {
    assertThat(trainedRows(CudaDevices.emulated(6))).containsExactly(trainedRows(Device.cpu()));
  }
}
