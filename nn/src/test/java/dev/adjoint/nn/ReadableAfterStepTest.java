package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which values a training step remembers: scalars of the forward pass, outermost outputs, what was kept, and no others. */
class ReadableAfterStepTest {
  private static final Tensor X = Tensors.of(new float[] {0, 1, 1, 0, 1, 1, 0, 0}, 4, 2);
  private static final Tensor Y = Tensors.of(new float[] {1, 1, 0, 0}, 4, 1);

  private static final class Blend extends Module {
    final Linear left = new Linear(2, 1);
    final Linear right = new Linear(2, 1);

    Tensor apply(Tensor a, Tensor b) {
      return call(List.of(a, b), () -> left.apply(a).mul(right.apply(b)));
    }
  }

  @BeforeEach
  void seed() {
    Random.seed(3);
  }

  /** Requires that tensors can be read without a launch, with the given values. */
  private static void assertRemembered(List<Tensor> tensors, List<float[]> values) {
    long launches = Engine.statistics().launches();
    for (int i = 0; i < values.size(); i++) {
      assertThat(tensors.get(i).toFloats()).containsExactly(values.get(i));
    }
    assertThat(Engine.statistics().launches()).isEqualTo(launches);
  }

  /** The same tensors, read before any step. */
  private static List<float[]> read(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::toFloats).toList();
  }

  private static List<Tensor> terms(Sequential model) {
    Tensor output = model.apply(X);
    Tensor mse = Losses.mse(output, Y);
    Tensor reg = model.parameters().getFirst().square().sum();
    Tensor weighted = reg.mul(0.1);
    Tensor worst = output.sub(Y).abs().max();
    return List.of(output, mse, reg, weighted, worst, mse.add(weighted).add(worst));
  }

  @Test
  void everyTermOfALossAndTheOutputOfTheModule() {
    var model = Sequential.of(new Linear(2, 8), Activation.TANH, new Linear(8, 1));
    Optimizer optimizer = new Adam(model.parameters(), 0.01);
    for (int step = 0; step < 3; step++) {
      List<float[]> before = read(terms(model));
      List<Tensor> terms = terms(model);
      optimizer.step(terms.getLast().backward());
      assertRemembered(terms, before);
    }
  }

  @Test
  void aScalarOfAScalarVariable() {
    var scale = new Parameter("scale", Tensors.of(0.5f));
    Tensor factor = scale.exp();
    Tensor loss = X.mul(factor).sum();
    new SGD(List.of(scale), 0.1).step(loss.backward());
    assertRemembered(List.of(factor), List.of(new float[] {(float) Math.exp(0.5)}));
  }

  @Test
  void theOutputOfAModuleWithSeveralInputs() {
    var model = new Blend();
    float[] before = model.apply(X, X).toFloats();
    Tensor output = model.apply(X, X);
    new SGD(model.parameters(), 0.1).step(output.square().sum().backward());
    assertRemembered(List.of(output), List.of(before));
  }

  @Test
  void whatWasKeptAndNothingElse() {
    var w = new Parameter("w", Tensors.of(1f, 2f));
    Tensor kept = w.mul(3).keep();
    Tensor forgotten = w.mul(5);
    new SGD(List.of(w), 0.1).step(kept.add(forgotten).sum().backward());
    assertRemembered(List.of(kept), List.of(new float[] {3, 6}));
    assertThatThrownBy(forgotten::toFloats).isInstanceOf(StaleTensorException.class);
  }

  /** A scalar that the engine only renames is read out of the memory of the other. */
  @Test
  void aScalarUnderAnotherShape() {
    var w = new Parameter("w", Tensors.of(1f, 2f));
    Tensor scalar = w.sum();
    Tensor row = scalar.reshape(1, 1);
    new SGD(List.of(w), 0.1).step(row.add(Tensors.ones(1, 3)).sum().backward());
    assertRemembered(List.of(row), List.of(new float[] {3}));
  }

  @Test
  void ofALoopOverTimeTheScalarsNearestToTheLoss() {
    var w = new Parameter("w", Tensors.of(1f, 2f));
    var sums = new ArrayList<Tensor>();
    Tensor loss = w.sum();
    for (int t = 0; t < 40; t++) {
      sums.add(w.mul(t).sum());
      loss = loss.add(sums.getLast());
    }
    new SGD(List.of(w), 0.1).step(loss.backward());
    assertRemembered(
        List.of(sums.get(39), sums.get(30)), List.of(new float[] {117}, new float[] {90}));
    assertThatThrownBy(sums.getFirst()::item).isInstanceOf(StaleTensorException.class);
  }
}
