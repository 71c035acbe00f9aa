package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.SGD;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parameters that are computed from others; values and gradients are compared in {@link LibtorchLayersTest}. */
class ParametrizationsTest {
  private Tensor x;

  @BeforeEach
  void seed() {
    Random.seed(31);
    x = Tensors.rand(5, 4).realize();
  }

  static final class Net extends Module {
    final Linear fc1 = Parametrizations.weightNorm(new Linear(4, 3));
    final Linear fc2 = Parametrizations.spectralNorm(new Linear(3, 2));

    @Override
    protected Tensor forward(Tensor x) {
      return fc2.apply(fc1.apply(x).tanh());
    }
  }

  @Test
  void namesAreThoseOfPyTorch() {
    var net = new Net();
    assertEquals(
        List.of(
            "fc1.bias",
            "fc1.parametrizations.weight.original0",
            "fc1.parametrizations.weight.original1",
            "fc2.bias",
            "fc2.parametrizations.weight.original",
            "fc2.parametrizations.weight.0._u",
            "fc2.parametrizations.weight.0._v"),
        List.copyOf(net.state().keySet()));
    assertEquals(
        List.of("fc2.parametrizations.weight.0._u", "fc2.parametrizations.weight.0._v"),
        List.copyOf(net.buffers().keySet()));
    assertArrayEquals(
        new int[] {3, 1}, net.state().get("fc1.parametrizations.weight.original0").shape().dims());
    var copy = new Net();
    copy.load(net.state());
    assertArrayEquals(net.predict(x).toFloats(), copy.predict(x).toFloats());
  }

  @Test
  void weightNormBeginsAsTheWeight() {
    var plain = new Linear(4, 3);
    float[] before = plain.predict(x).toFloats();
    assertSame(plain, Parametrizations.weightNorm(plain));
    assertArrayEquals(before, plain.predict(x).toFloats(), 1e-6f);
    var lengths = plain.state().get("parametrizations.weight.original0");
    lengths.copyFrom(lengths.mul(2));
    float[] twice = plain.predict(x).sub(plain.bias()).div(2).add(plain.bias()).toFloats();
    assertArrayEquals(before, twice, 1e-6f);
    Parametrizations.remove(plain, "weight");
    assertEquals(List.of("weight", "bias"), List.copyOf(plain.state().keySet()));
    assertArrayEquals(
        before, plain.predict(x).sub(plain.bias()).div(2).add(plain.bias()).toFloats(), 1e-6f);
  }

  @Test
  void spectralNormHasTheLargestSingularValueOne() {
    Linear layer =
        Scope.withDType(DType.F64, () -> Parametrizations.spectralNorm(new Linear(4, 3, false)));
    Tensor rows = x.to(DType.F64);
    for (int i = 0; i < 100; i++) {
      layer.apply(rows).realize();
    }
    double[] u = layer.buffers().get("parametrizations.weight.0._u").toDoubles();
    layer.predict(rows);
    assertArrayEquals(u, layer.buffers().get("parametrizations.weight.0._u").toDoubles());
    Parametrizations.remove(layer, "weight");
    // The largest eigenvalue of W W^T, by its trace of a high power.
    Tensor power = layer.weight().matmul(layer.weight().t());
    for (int i = 0; i < 7; i++) {
      power = power.matmul(power);
    }
    assertEquals(1, Math.pow(power.trace().item(), 1.0 / 128), 1e-8);
  }

  @Test
  void gradientsInTrainingAreThoseInEvaluationOnceTheVectorsAreFound() {
    Linear layer =
        Scope.withDType(DType.F64, () -> Parametrizations.spectralNorm(new Linear(4, 3)));
    Tensor rows = x.to(DType.F64).requiresGrad();
    for (int i = 0; i < 300; i++) {
      layer.apply(rows).realize();
    }
    double[] training = gradients(layer, rows);
    layer.eval();
    assertArrayEquals(gradients(layer, rows), training, 1e-10);
  }

  private static double[] gradients(Module layer, Tensor rows) {
    var byLeaf = layer.apply(rows).sin().sum().backward();
    Tensor all = byLeaf.of(rows).flatten();
    for (var parameter : layer.parameters()) {
      all = Tensors.cat(0, all, byLeaf.find(parameter).flatten());
    }
    return all.toDoubles();
  }

  @Test
  void trainingMovesWhatTheParametersAreComputedFrom() {
    var net = new Net();
    Tensor target = Tensors.rand(5, 2).realize();
    float[] lengths = net.state().get("fc1.parametrizations.weight.original0").toFloats();
    var optimizer = new SGD(net.parameters(), 0.5);
    double first = Losses.mse(net.apply(x), target).item();
    for (int i = 0; i < 40; i++) {
      optimizer.step(Losses.mse(net.apply(x), target).backward());
    }
    assertTrue(Losses.mse(net.predict(x), target).item() < first / 2);
    assertTrue(
        !Arrays.equals(
            lengths, net.state().get("fc1.parametrizations.weight.original0").toFloats()));
    net.to(DType.F64);
    assertEquals(DType.F64, net.apply(x.to(DType.F64)).dtype());
  }

  @Test
  void whatCannotBeComputedIsRefused() {
    assertMessage(
        "weightNorm: Linear(4 -> 3, no bias) has no parameter 'bias' of its own, but [weight]",
        () -> Parametrizations.weightNorm(new Linear(4, 3, false), "bias", 0));
    Linear once = Parametrizations.weightNorm(new Linear(4, 3, false));
    assertMessage(
        "spectralNorm: Linear(4 -> 3, no bias) has no parameter 'weight' of its own, but "
            + "[parametrizations.weight.original0, parametrizations.weight.original1]",
        () -> Parametrizations.spectralNorm(once));
    assertMessage(
        "weightNorm: axis 2 is not in shape [3, 4]",
        () -> Parametrizations.weightNorm(new Linear(4, 3), "weight", 2));
    assertMessage(
        "spectralNorm: needs at least 2 axes, bias is [3]",
        () -> Parametrizations.spectralNorm(new Linear(4, 3), "bias", 1, 1e-12, null));
    assertMessage(
        "remove: Linear(4 -> 3) has 'weight' not computed",
        () -> Parametrizations.remove(new Linear(4, 3), "weight"));
    var e =
        assertThrows(IllegalStateException.class, () -> Parametrizations.weightNorm(new Linear(3)));
    assertTrue(e.getMessage().startsWith("weightNorm: the layer, Linear(? -> 3), has no sizes"));
  }

  private static void assertMessage(String message, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }
}
