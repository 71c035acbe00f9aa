package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which calls of the driver a training step makes once it is warm. */
class StepCallsTest {
  private static final int WARM = 3;
  private static final int STEPS = 6;
  private static final int EXAMPLES = 128;
  private static final int CLASSES = 128;

  private final List<Float> losses = new ArrayList<>();

  @AfterEach
  void forget() {
    Emulator.failBy(_ -> 0);
  }

  /** How often each function was called in a warm step, at most; nothing is read in between. */
  private Map<String, Integer> calls(
      int ordinal, Supplier<Module> network, Supplier<Tensor> input, Supplier<Tensor> target) {
    Device device = CudaDevices.emulated(ordinal);
    var driver = new EmulatedDriver();
    var most = new TreeMap<String, Integer>();
    Random.seed(3);
    Scope.on(
        device,
        () -> {
          Module model = network.get();
          var optimizer = new Adam(model.parameters(), 2e-3);
          for (int step = 0; step < STEPS; step++) {
            Tensor x = input.get();
            Tensor y = target.get();
            int from = driver.calls.size();
            Tensor loss = Losses.crossEntropy(model.apply(x), y);
            optimizer.step(loss.backward());
            var counts = new TreeMap<String, Integer>();
            driver
                .calls
                .subList(from, driver.calls.size())
                .forEach(call -> counts.merge(call, 1, Integer::sum));
            if (step >= WARM) {
              counts.forEach((call, count) -> most.merge(call, count, Math::max));
            }
            losses.add((float) loss.item());
          }
          return null;
        });
    assertThat(losses.getLast()).isLessThan(losses.getFirst());
    return most;
  }

  private static Module perceptron() {
    return Sequential.of(new Linear(128, 128), Activation.RELU, new Linear(128, CLASSES));
  }

  private static Module language() {
    return Sequential.of(new Embedding(CLASSES, 16), new Flatten(), new Linear(64, CLASSES));
  }

  private static Supplier<Tensor> always(Tensor x) {
    return () -> x;
  }

  private static Tensor numbers(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i * 7 % CLASSES;
    }
    return Tensors.of(numbers);
  }

  /** What Adam counts changes in each step, and so does the place of the outputs that stay. */
  @Test
  void aStepIsOneGraph() {
    Tensor x = Tensors.rand(EXAMPLES, 128).to(CudaDevices.emulated(6)).realize();
    Tensor y = numbers(EXAMPLES).to(CudaDevices.emulated(6)).realize();
    Map<String, Integer> calls = calls(6, StepCallsTest::perceptron, always(x), always(y));
    assertThat(calls)
        .containsOnlyKeys("cuCtxSetCurrent", "cuGraphExecKernelNodeSetParams", "cuGraphLaunch")
        .containsEntry("cuCtxSetCurrent", 1)
        .containsEntry("cuGraphLaunch", 1);
    assertThat(calls.get("cuGraphExecKernelNodeSetParams")).isLessThanOrEqualTo(7);
  }

  /** Only the product whose result stays is captured again. */
  @Test
  void aStepWithProductsOfCublasLtIsOneGraph() {
    int ordinal = EmulatedProvider.PRODUCTS;
    Tensor x = Tensors.rand(EXAMPLES, 128).to(CudaDevices.emulated(ordinal)).realize();
    Tensor y = numbers(EXAMPLES).to(CudaDevices.emulated(ordinal)).realize();
    Map<String, Integer> calls = calls(ordinal, StepCallsTest::perceptron, always(x), always(y));
    assertThat(calls)
        .containsEntry("cuGraphLaunch", 1)
        .containsEntry("cuStreamBeginCapture", 1)
        .containsEntry("cublasLtMatmul", 1)
        .containsEntry("cuGraphExecChildGraphNodeSetParams", 1)
        .doesNotContainKeys("cuLaunchKernel", "cuStreamSynchronize", "cuEventSynchronize");
    List<Float> byLibrary = List.copyOf(losses);
    losses.clear();
    Tensor x0 = x.to(Device.cpu()).realize();
    Tensor y0 = y.to(Device.cpu()).realize();
    int own = 6;
    calls(
        own,
        StepCallsTest::perceptron,
        () -> x0.to(CudaDevices.emulated(own)).realize(),
        () -> y0.to(CudaDevices.emulated(own)).realize());
    for (int step = 0; step < STEPS; step++) {
      assertThat(byLibrary.get(step))
          .isCloseTo(losses.get(step), org.assertj.core.data.Percentage.withPercentage(0.01));
    }
  }

  /** Tokens that were uploaded are known to be in range, so nobody waits to hear it. */
  @Test
  void aStepWithLookUpsWaitsForNothing() {
    Map<String, Integer> calls =
        calls(
            6,
            StepCallsTest::language,
            () -> numbers(4 * EXAMPLES).reshape(EXAMPLES, 4).realize(),
            () -> numbers(EXAMPLES).realize());
    assertThat(calls)
        .containsOnlyKeys("cuCtxSetCurrent", "cuGraphExecKernelNodeSetParams", "cuGraphLaunch")
        .containsEntry("cuCtxSetCurrent", 1)
        .containsEntry("cuGraphLaunch", 1);
  }

  /** What was seen of numbers that only the device knows is copied behind all launches, which nobody waits for. */
  @Test
  void aStepWithLookUpsOfComputedPositionsWaitsForNothing() {
    Map<String, Integer> calls =
        calls(
            6,
            StepCallsTest::language,
            () -> Tensors.rand(EXAMPLES, 4).mul(CLASSES - 1).to(DType.I32).bitwiseAnd(CLASSES - 1),
            () -> numbers(EXAMPLES).realize());
    assertThat(calls)
        .containsOnlyKeys(
            "cuCtxSetCurrent",
            "cuMemcpyHtoDAsync",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphLaunch",
            "cuMemcpyDtoHAsync",
            "cuEventRecord")
        .containsEntry("cuGraphLaunch", 1)
        .containsEntry("cuMemcpyHtoDAsync", 1)
        .containsEntry("cuMemcpyDtoHAsync", 1)
        .containsEntry("cuEventRecord", 1);
  }
}
