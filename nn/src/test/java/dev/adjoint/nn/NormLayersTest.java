package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running statistics of normalisations, and what they refuse. */
class NormLayersTest {
  @BeforeEach
  void seed() {
    Random.seed(11);
  }

  private static <T> T f64(Supplier<T> body) {
    return Scope.withDType(DType.F64, body);
  }

  private static Tensor random(int... shape) {
    return f64(() -> Tensors.randn(shape)).realize();
  }

  private static double[] buffer(Module layer, String name) {
    return layer.buffers().get(name).to(DType.F64).toDoubles();
  }

  @Test
  void withoutMomentumRunningStatisticsAreMeansOfAllBatches() {
    BatchNorm1d layer = f64(() -> new BatchNorm1d(2, 1e-5, null));
    double[] mean = new double[2];
    double[] variance = new double[2];
    for (int batch = 1; batch <= 3; batch++) {
      Tensor x = random(5, 2).mul(batch).add(batch).realize();
      layer.apply(x).realize();
      for (int c = 0; c < 2; c++) {
        mean[c] += x.select(1, c).mean().item();
        variance[c] += x.select(1, c).var().item();
        assertEquals(mean[c] / batch, buffer(layer, "running_mean")[c], 1e-12);
        assertEquals(variance[c] / batch, buffer(layer, "running_var")[c], 1e-12);
      }
      assertEquals(batch, buffer(layer, "num_batches_tracked")[0]);
    }
    layer.eval();
    double[] before = buffer(layer, "running_mean");
    layer.apply(random(5, 2)).realize();
    assertArrayEquals(before, buffer(layer, "running_mean"));
    assertEquals(3, buffer(layer, "num_batches_tracked")[0]);
  }

  @Test
  void twoCallsBeforeAStepCountTwice() {
    BatchNorm1d layer = f64(() -> new BatchNorm1d(2, 1e-5, null));
    Tensor a = random(4, 2);
    Tensor b = random(4, 2).mul(3).realize();
    Tensor.realize(List.of(layer.apply(a), layer.apply(b)));
    assertEquals(2, buffer(layer, "num_batches_tracked")[0]);
    double[] expected = a.mean(0).add(b.mean(0)).div(2).toDoubles();
    assertArrayEquals(expected, buffer(layer, "running_mean"), 1e-12);
  }

  @Test
  void buffersAreThoseOfPyTorch() {
    assertEquals(
        List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"),
        List.copyOf(new BatchNorm2d(3).state().keySet()));
    assertEquals(DType.I64, new BatchNorm2d(3).state().get("num_batches_tracked").dtype());
    assertEquals(List.of(), List.copyOf(new InstanceNorm2d(3).state().keySet()));
    assertEquals(
        List.of("running_mean", "running_var", "num_batches_tracked"),
        List.copyOf(new InstanceNorm1d(3, 1e-5, 0.1, false, true).state().keySet()));
    assertEquals(
        List.of(), List.copyOf(new BatchNorm1d(3, 1e-5, 0.1, false, false).state().keySet()));
  }

  @Test
  void instanceNormMovesItsStatisticsTowardsMeansOverTheBatch() {
    InstanceNorm1d layer = f64(() -> new InstanceNorm1d(2, 1e-5, 0.25, false, true));
    Tensor x = random(3, 2, 5);
    layer.apply(x).realize();
    double[] mean = x.mean(2).mean(0).mul(0.25).toDoubles();
    assertArrayEquals(mean, buffer(layer, "running_mean"), 1e-12);
    double[] variance = x.var(new int[] {2}, false).mean(0).mul(0.25).add(0.75).toDoubles();
    assertArrayEquals(variance, buffer(layer, "running_var"), 1e-12);
    assertEquals(0, buffer(layer, "num_batches_tracked")[0]);
  }

  @Test
  void ranksAreThoseOfPyTorch() {
    assertMessage(
        "batchNorm1d: needs an input of 2 or 3 axes, [n, channels, ...], not [2, 3, 4, 5] (in BatchNorm1d)",
        () -> new BatchNorm1d(3).apply(random(2, 3, 4, 5)));
    assertMessage(
        "batchNorm2d: needs an input of 4 axes, [n, channels, ...], not [2, 3] (in BatchNorm2d)",
        () -> new BatchNorm2d(3).apply(random(2, 3)));
    assertMessage(
        "batchNorm3d: needs 4 channels, the input is [2, 3, 1, 1, 2] (in BatchNorm3d)",
        () -> new BatchNorm3d(4).apply(random(2, 3, 1, 1, 2)));
    assertMessage(
        "instanceNorm2d: needs an input of 4 axes, [n, channels, ...], or one less, not [2, 3] (in InstanceNorm2d)",
        () -> new InstanceNorm2d(3).apply(random(2, 3)));
    assertMessage(
        "groupNorm: needs [n, 4, ...], the input is [2, 6] (in GroupNorm)",
        () -> new GroupNorm(2, 4).apply(random(2, 6)));
    assertMessage("groupNorm: 3 groups do not divide 4 channels", () -> new GroupNorm(3, 4));
    assertMessage("layerNorm: needs the sizes of the axes to normalise over", LayerNorm::new);
    assertMessage("rmsNorm: a size must be positive, not 0", () -> new RMSNorm(3, 0));
  }

  private static void assertMessage(String message, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }
}
