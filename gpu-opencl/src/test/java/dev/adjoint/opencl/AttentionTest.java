package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.Device;
import dev.adjoint.Gradients;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Attention on OpenCL is as many launches as on the CPU, takes no memory for scores, and has the CPU's bits with heads of any
 * size.
 */
class AttentionTest {
  /** A test on the device as it is, and on the device as if it were a GPU. */
  private static Stream<DynamicTest> everywhere(Runnable test) {
    return Stream.of(OpenClDevices.ofManyKernels().getFirst(), OpenClDevices.likeGpu())
        .map(device -> dynamicTest(device.name(), () -> on(device, test)));
  }

  private static void on(Device device, Runnable test) {
    Scope.on(
        device,
        () -> {
          test.run();
          return true;
        });
  }

  private static Tensor operand(int... shape) {
    return Tensors.randn(shape).realize().requiresGrad();
  }

  private static List<Tensor> results(boolean causal, int tokens, int head) {
    Tensor q = operand(2, tokens, head);
    Tensor k = operand(2, tokens, head);
    Tensor v = operand(2, tokens, head);
    Tensor y = q.scaledDotProductAttention(k, v, null, 0, causal);
    Gradients found = y.sum().backward();
    return List.of(y, found.of(q), found.of(k), found.of(v));
  }

  @TestFactory
  Stream<DynamicTest> aForwardPassIsOneLaunch() {
    return everywhere(
        () -> {
          Tensor x = Tensors.randn(2, 3, 70, 8).realize();
          assertThat(Plans.of(x.scaledDotProductAttention(x, x)).launches()).isEqualTo(1);
        });
  }

  @TestFactory
  Stream<DynamicTest> bothPassesHaveTheLaunchesOfTheCpu() {
    int expected = Scope.on(Device.cpu(), AttentionTest::launches);
    return everywhere(() -> assertThat(launches()).isEqualTo(expected));
  }

  private static int launches() {
    return Plans.of(results(false, 70, 8).toArray(Tensor[]::new)).launches();
  }

  @TestFactory
  Stream<DynamicTest> memoryOfBothPassesIsThatOfTheOperands() {
    return everywhere(
        () -> {
          long peak = Plans.of(results(true, 8192, 16).toArray(Tensor[]::new)).peakBytes();
          assertThat(peak).isLessThan(12L * 2 * 8192 * 16 * Float.BYTES);
        });
  }

  @TestFactory
  Stream<DynamicTest> headsAreOfAnySize() {
    return Stream.of(256, 300)
        .flatMap(
            head ->
                everywhere(
                    () -> {
                      Random.seed(7);
                      List<Tensor> found = results(false, 70, head);
                      List<float[]> numbers = found.stream().map(Tensor::toFloats).toList();
                      on(
                          Device.cpu(),
                          () -> {
                            Random.seed(7);
                            List<Tensor> expected = results(false, 70, head);
                            for (int i = 0; i < numbers.size(); i++) {
                              assertThat(numbers.get(i)).isEqualTo(expected.get(i).toFloats());
                            }
                          });
                    }));
  }
}
