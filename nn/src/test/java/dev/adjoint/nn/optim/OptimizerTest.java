package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static Parameter parameter(String name, float... values) {
    return new Parameter(name, Tensors.of(values));
  }

  private static Gradients gradients(Parameter w, float... values) {
    return new Gradients(Map.of(w.node(), Tensors.of(values)));
  }

  @Test
  void gradientDescentOnAParabola() {
    Parameter w = parameter("w", 4, -3);
    var optimizer = new SGD(List.of(w), 0.1);
    for (int i = 0; i < 100; i++) {
      optimizer.step(w.sub(1).square().sum().backward());
    }
    assertArrayEquals(new float[] {1, 1}, w.toFloats(), 1e-6f);
    assertEquals(100, optimizer.steps());
  }

  @Test
  void learningRatesOfPyTorch() {
    List<Parameter> w = List.of(parameter("w", 1));
    Map<Optimizer, Double> rates =
        Map.ofEntries(
            Map.entry(new Adadelta(w), 1.0),
            Map.entry(new Adagrad(w), 1e-2),
            Map.entry(new Adam(w), 1e-3),
            Map.entry(new AdamW(w), 1e-3),
            Map.entry(new Adamax(w), 2e-3),
            Map.entry(new ASGD(w), 1e-2),
            Map.entry(new LBFGS(w), 1.0),
            Map.entry(new Lion(w), 1e-4),
            Map.entry(new NAdam(w), 2e-3),
            Map.entry(new RAdam(w), 1e-3),
            Map.entry(new RMSprop(w), 1e-2),
            Map.entry(new Rprop(w), 1e-2),
            Map.entry(new SGD(w), 1e-3));
    rates.forEach(
        (optimizer, rate) ->
            assertEquals(rate, optimizer.learningRate(), optimizer.getClass().getSimpleName()));
    assertEquals(0.01, new AdamW(w).groups().getFirst().weightDecay());
  }

  @Test
  void stepComputesTheLossAndTheKeptOutput() {
    var model = Sequential.of(new Linear(3, 4), Activation.TANH, new Linear(4, 2));
    var optimizer = new Adam(model.parameters(), 0.01);
    Tensor logits = model.apply(Tensors.ones(5, 3));
    Tensor loss = Losses.crossEntropy(logits, Tensors.of(0, 1, 0, 1, 1));
    optimizer.step(loss.backward());
    assertNotNull(loss.node().storage());
    assertNotNull(logits.node().storage());
    assertTrue(Double.isFinite(loss.item()));
    assertArrayEquals(new int[] {5}, logits.argmax(1).shape().dims());
  }

  @Test
  void groupsHaveTheirOwnRates() {
    Parameter a = parameter("a", 1);
    Parameter b = parameter("b", 1);
    var optimizer =
        new SGD(
            List.of(
                new ParameterGroup(List.of(a), 0.5),
                new ParameterGroup(List.of(b), 0.1).weightDecay(1)));
    optimizer.step(a.add(b).sum().backward());
    assertArrayEquals(new float[] {0.5f}, a.toFloats(), 1e-6f);
    assertArrayEquals(new float[] {0.8f}, b.toFloats(), 1e-6f);
  }

  @Test
  void parametersWithoutGradientStayWithTheirState() {
    Parameter a = parameter("a", 1);
    Parameter b = parameter("b", 1);
    var optimizer = new Adam(List.of(a, b), 0.1);
    optimizer.step(gradients(a, 1));
    assertArrayEquals(new float[] {1}, b.toFloats());
    assertEquals(Set.of("0.exp_avg", "0.exp_avg_sq"), optimizer.variables().keySet());
    b.freeze(true);
    a.freeze(true);
    a.freeze(false);
    optimizer.step(a.add(b).sum().backward());
    assertArrayEquals(new float[] {1}, b.toFloats());
    assertEquals(2, optimizer.steps());
  }

  @Test
  void gradientsOfOtherParametersAreAnError() {
    Parameter a = parameter("a", 1);
    var optimizer = new SGD(List.of(a), 0.1);
    Gradients others = gradients(parameter("b", 1), 1);
    var e = assertThrows(IllegalArgumentException.class, () -> optimizer.step(others));
    String start = "step: none of the 1 parameters, such as a, has a gradient";
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertArrayEquals(new float[] {1}, a.toFloats(), 0);
  }

  @Test
  void gradientsThatAreComputedServeSeveralSteps() {
    Parameter a = parameter("a", 1);
    var optimizer = new SGD(List.of(a), 0.1);
    Gradients given = gradients(a, 1);
    optimizer.step(given);
    optimizer.step(given);
    assertArrayEquals(new float[] {0.8f}, a.toFloats(), 1e-7f);
  }

  @Test
  void gradientsThatNeedAnOverwrittenValueAreAnError() {
    Parameter a = parameter("a", 1);
    var optimizer = new SGD(List.of(a), 0.1);
    Gradients recorded = a.square().sum().backward();
    optimizer.step(recorded);
    assertThrows(StaleTensorException.class, () -> optimizer.step(recorded));
    assertArrayEquals(new float[] {0.8f}, a.toFloats(), 1e-7f);
    assertEquals(1, optimizer.steps());
  }

  @Test
  void aStepThatFailsChangesNothing() {
    Parameter a = parameter("a", 1);
    Parameter b = parameter("b", 2);
    var broken =
        new Optimizer(List.of(new ParameterGroup(List.of(a, b), 0.1))) {
          @Override
          protected Tensor update(Tensor p, Tensor g, ParameterState state, ParameterGroup group) {
            state.set("seen", g);
            return state.parameter() == a ? p.sub(g) : p.sub(g).unsqueeze(0);
          }
        };
    Gradients g = a.add(b).sum().backward();
    assertThrows(IllegalArgumentException.class, () -> broken.step(g));
    assertArrayEquals(new float[] {1}, a.toFloats());
    assertEquals(0, broken.steps());
    assertArrayEquals(new float[] {0}, broken.variables().get("0.seen").toFloats());
  }

  @Test
  void wrongArgumentsAreErrors() {
    Parameter a = parameter("a", 1);
    assertThrows(IllegalArgumentException.class, () -> new SGD(List.of(a, a), 0.1));
    assertThrows(IllegalArgumentException.class, () -> new SGD(List.of(a), -1));
    assertThrows(IllegalArgumentException.class, () -> new SGD(List.of(), 0.1));
    assertThrows(IllegalArgumentException.class, () -> new Adam(List.of(a), 0.1).betas(1, 0.9));
    assertThrows(
        IllegalStateException.class,
        () -> new SGD(List.of(a), 0.1).nesterov(true).step(gradients(a, 1)));
  }

  @Test
  void aLoadedOptimizerContinuesBitForBit() {
    Parameter a = parameter("a", 1, 2);
    var first = new Adam(List.of(a), 0.1);
    first.step(gradients(a, 0.5f, -1));
    first.step(gradients(a, 0.25f, 3));
    first.learningRate(0.05);
    Parameter b = new Parameter("b", a);
    var second = new Adam(List.of(b), 0.1);
    Map<String, Tensor> saved = first.state();
    assertEquals(
        Set.of("0.steps", "0.exp_avg", "0.exp_avg_sq", "group.0.learningRate"), saved.keySet());
    second.load(saved);
    assertEquals(0.05, second.learningRate());
    first.step(gradients(a, 1, 1));
    second.step(gradients(b, 1, 1));
    assertArrayEquals(a.toFloats(), b.toFloats(), 0);
  }

  @Test
  void stateThatDoesNotFitIsAnErrorAndChangesNothing() {
    Parameter a = parameter("a", 1, 2);
    var from = new Adam(List.of(a), 0.1);
    from.step(gradients(a, 1, 1));
    Parameter b = parameter("b", 1);
    var to = new Adam(List.of(b), 0.2);
    var e = assertThrows(IllegalArgumentException.class, () -> to.load(from.state()));
    assertEquals(
        "optimizer: the saved state '0.exp_avg' is f32[2], the parameter is b f32[1]",
        e.getMessage());
    assertEquals(0.2, to.learningRate());
    assertTrue(to.variables().isEmpty());
  }

  @Test
  void clippingLimitsValuesAndNorms() {
    Parameter a = parameter("a", 0, 0);
    Parameter b = parameter("b", 0);
    var g = new Gradients(Map.of(a.node(), Tensors.of(3f, -4f), b.node(), Tensors.of(12f)));
    assertEquals(13, Clipping.globalNorm(g).item(), 1e-5);
    assertArrayEquals(new float[] {1, -1}, Clipping.byValue(g, 1).find(a).toFloats());
    Gradients clipped = Clipping.byGlobalNorm(g, 1.3);
    assertArrayEquals(new float[] {0.3f, -0.4f}, clipped.find(a).toFloats(), 1e-6f);
    assertArrayEquals(new float[] {1.2f}, clipped.find(b).toFloats(), 1e-6f);
    assertArrayEquals(new float[] {12}, Clipping.byGlobalNorm(g, 20).find(b).toFloats(), 1e-5f);
    assertEquals(19, Clipping.globalNorm(g, 1).item(), 1e-5);
    assertEquals(12, Clipping.globalNorm(g, Double.POSITIVE_INFINITY).item());
    assertArrayEquals(
        new float[] {0.5f, -4 / 6f},
        Clipping.byGlobalNorm(g, 19 / 6.0, 1).find(a).toFloats(),
        1e-5f);
    assertThrows(IllegalArgumentException.class, () -> Clipping.globalNorm(g, 0));
    assertEquals(5, Clipping.globalNorm(Clipping.only(g, List.of(a))).item(), 1e-5);
  }
}
