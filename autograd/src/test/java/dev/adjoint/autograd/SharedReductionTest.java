package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.schedule.Engine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several results of one plan that need one reduction, and whose kernels are too large to become one. */
final class SharedReductionTest {
  @Test
  void aPowerOfSumsAndItsGradient() {
    Tensor a = Tensors.of(new double[][] {{1, 1.5}, {1, 1.5}}).requiresGrad();
    Tensor power = a.sum(0).pow(Tensors.of(new double[][] {{1.5, .5}, {1.5, .5}}).sum(0));
    Tensor gradient = power.sum().backward().of(a);
    Tensor.realize(List.of(power, gradient));
    assertArrayEquals(new float[] {8, 3}, power.toFloats(), 1e-6f);
    assertArrayEquals(new float[] {12, 1, 12, 1}, gradient.toFloats(), 1e-5f);
  }

  @Test
  void aStepOnACubicNorm() {
    var w = new Parameter("w", Tensors.of(1.0, 2, 2));
    Tensor norm = w.norm(3);
    Tensor gradient = norm.backward().of(w);
    w.set(w.sub(gradient.mul(0.5)));
    Engine.step(List.of(norm.node(), gradient.node()));
    double length = Math.cbrt(17);
    assertEquals(length, norm.item(), 1e-6);
    double[] expected = {
      1 - 0.5 / (length * length), 2 - 2 / (length * length), 2 - 2 / (length * length)
    };
    assertArrayEquals(expected, w.toDoubles(), 1e-6);
  }
}
