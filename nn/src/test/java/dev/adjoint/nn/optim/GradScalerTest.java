package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradScalerTest {
  private static Parameter parameter(float... values) {
    return new Parameter("w", Tensors.of(values));
  }

  @Test
  void aStepIsThatOfTheLossItself() {
    Parameter a = parameter(1, -2);
    Parameter b = parameter(1, -2);
    var scaler = new GradScaler();
    var scaled = new SGD(List.of(a), 0.1);
    var plain = new SGD(List.of(b), 0.1);
    for (int i = 0; i < 3; i++) {
      assertTrue(
          scaler.step(
              scaled, scaler.scale(a.square().sum()).backward(), g -> Clipping.byGlobalNorm(g, 1)));
      scaler.update();
      plain.step(Clipping.byGlobalNorm(b.square().sum().backward(), 1));
    }
    assertArrayEquals(b.toFloats(), a.toFloats(), 0);
  }

  @Test
  void gradientsThatAreTooSmallForF16Survive() {
    Parameter w = parameter(1);
    Tensor x = Tensors.of(1e-6f).toHalf();
    // 1e-6 * 1e-2 is below the smallest f16.
    Tensor lost = w.toHalf().mul(x).mul(Tensors.of(0.01f).toHalf()).sum();
    assertArrayEquals(new float[] {0}, lost.backward().of(w).toFloats());
    var scaler = new GradScaler().scale(32768); // 65536 is infinite in f16
    var optimizer = new SGD(List.of(w), 1e6);
    Tensor loss = w.toHalf().mul(x).mul(Tensors.of(0.01f).toHalf()).sum();
    scaler.step(optimizer, scaler.scale(loss).backward());
    assertEquals(1 - 0.01, w.item(), 2e-3);
  }

  @Test
  void infiniteGradientsSkipTheStepAndLowerTheScale() {
    Parameter w = parameter(1);
    var optimizer = new Adam(List.of(w), 0.1);
    var scaler = new GradScaler().scale(1e30).growthInterval(2);
    // The scaled gradient 1e40 is infinite.
    assertFalse(scaler.step(optimizer, scaler.scale(w.mul(1e10f).sum()).backward()));
    assertEquals(1, w.item());
    assertEquals(0, optimizer.steps());
    scaler.update();
    assertEquals(5e29, scaler.scale());
    scaler.scale(1024);
    for (int i = 0; i < 3; i++) {
      assertTrue(scaler.step(optimizer, scaler.scale(w.sum()).backward()));
      scaler.update();
    }
    assertEquals(2048, scaler.scale());
    assertEquals(3, optimizer.steps());
    assertThrows(IllegalStateException.class, scaler::update);
  }

  @Test
  void aLoadedScalerContinues() {
    Parameter w = parameter(1);
    var optimizer = new SGD(List.of(w), 0.1);
    var first = new GradScaler().scale(8).growthInterval(2);
    first.step(optimizer, first.scale(w.sum()).backward());
    first.update();
    var second = new GradScaler().growthInterval(2);
    second.load(first.state());
    second.step(optimizer, second.scale(w.sum()).backward());
    second.update();
    assertEquals(16, second.scale());
    assertThrows(IllegalArgumentException.class, () -> second.load(optimizer.state()));
  }

  @Test
  void halfParametersAreRefused() {
    var w = new Parameter("w", Tensors.ones(2).toHalf());
    var optimizer = new SGD(List.of(w), 0.1);
    var scaler = new GradScaler();
    Gradients scaled = scaler.scale(w.sum()).backward();
    var e = assertThrows(IllegalArgumentException.class, () -> scaler.step(optimizer, scaled));
    assertEquals("gradScaler: a gradient is f16, parameters must be f32", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> scaler.growthFactor(1));
    assertThrows(IllegalArgumentException.class, () -> scaler.backoffFactor(1));
    assertThrows(IllegalArgumentException.class, () -> scaler.scale(0));
  }

  @Test
  void accumulatedBatchesAreOne() {
    Parameter a = parameter(1, -2);
    var accumulation = new GradientAccumulation(new SGD(List.of(a), 0.5), 2);
    Tensor x = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2).realize();
    assertFalse(accumulation.add(a.mul(x.select(0, 0)).sum().backward()));
    assertTrue(accumulation.add(a.mul(x.select(0, 1)).sum().backward()));
    assertArrayEquals(new float[] {0, -3.5f}, a.toFloats());
    assertFalse(accumulation.step());
    assertFalse(accumulation.add(a.mul(x.select(0, 0)).sum().backward()));
    assertTrue(accumulation.step());
    assertArrayEquals(new float[] {-0.5f, -4.5f}, a.toFloats());
    assertThrows(
        IllegalArgumentException.class,
        () -> new GradientAccumulation(new SGD(List.of(a), 0.5), 0));
  }
}
