package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.Device;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Products that a device of many units has cut along the inner axis, against those of the CPU. */
class InnerSplitTest {
  private static final double TOLERANCE = 2e-4;

  private static Tensor numbers(long seed, int... shape) {
    return new Random(seed).randn(shape).realize();
  }

  private static void check(int launches, Supplier<Tensor> product) {
    float[] expected = product.get().toFloats();
    Scope.on(
        Device.of("interpreter:1"),
        () -> {
          Tensor x = product.get();
          assertEquals(launches, Plans.of(x).launches(), () -> Plans.of(x).toString());
          assertArrayEquals(expected, x.toFloats(), (float) TOLERANCE);
          return x;
        });
  }

  @Test
  void aProductOfMatricesInMemory() {
    check(2, () -> numbers(1, 5, 1024).matmul(numbers(2, 1024, 7)));
    check(2, () -> numbers(1, 1024, 5).transpose(0, 1).matmul(numbers(2, 1024, 7)));
    check(2, () -> numbers(1, 2, 3, 1000).matmul(numbers(2, 2, 1000, 4)));
  }

  @Test
  void whatFollowsIsAKernelOfItsOwn() {
    check(3, () -> numbers(1, 5, 1024).matmul(numbers(2, 1024, 7)).add(numbers(3, 7)).relu());
  }

  /** The gradient of a convolution's weight: k runs over images and places. */
  @Test
  void aProductOfComputedFactors() {
    check(
        2,
        () -> {
          Tensor x = numbers(1, 4, 2, 13, 12);
          Tensor upstream = numbers(2, 4, 3, 13, 12);
          Tensor windows = x.pad(1, 1, 1, 1).unfold(2, 3, 1).unfold(3, 3, 1);
          return upstream
              .permute(1, 0, 2, 3)
              .reshape(3, -1)
              .matmul(windows.permute(0, 2, 3, 1, 4, 5).reshape(4 * 13 * 12, 18));
        });
  }

  @Test
  void fewPartsWhereTilesAreManyOrTheInnerAxisIsShort() {
    assertEquals(1, InnerSplit.parts(new int[] {2048, 576, 100_000}, List.of(100_000), 132));
    assertEquals(1, InnerSplit.parts(new int[] {64, 576, 500}, List.of(500), 132));
    assertEquals(1, InnerSplit.parts(new int[] {64, 576, 1021}, List.of(1021), 132));
    assertEquals(32, InnerSplit.parts(new int[] {64, 576, 32 * 3136}, List.of(32), 132));
    assertEquals(1, InnerSplit.parts(new int[] {64, 0, 4096}, List.of(4096), 132));
    assertEquals(1, InnerSplit.parts(new int[] {64, 64, 4096}, List.of(4096), 1));
  }
}
