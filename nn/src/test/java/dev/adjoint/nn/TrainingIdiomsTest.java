package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users write around a training step: each way must work, and none may compute with values that are gone. */
class TrainingIdiomsTest {
  private Sequential model;
  private Tensor x;
  private Tensor y;

  @BeforeEach
  void setUp() {
    Random.seed(7);
    model = Sequential.of(new Linear(6, 5), Activation.TANH, new Linear(5, 3));
    x = Tensors.randn(8, 6).realize();
    y = Tensors.randint(0, 3, 8).realize();
  }

  private Tensor loss() {
    return Losses.crossEntropy(model.apply(x), y);
  }

  private static long launches(Runnable action) {
    long before = Engine.statistics().launches();
    action.run();
    return Engine.statistics().launches() - before;
  }

  private List<float[]> parameters() {
    return model.parameters().stream().map(p -> p.toFloats()).toList();
  }

  @Test
  void readingTheLossBeforeBackwardDoesNotRunTheForwardPassTwice() {
    var optimizer = new SGD(model.parameters(), 0.1);
    optimizer.step(loss().backward());
    long whole = launches(() -> optimizer.step(loss().backward()));
    long split =
        launches(
            () -> {
              Tensor loss = loss();
              loss.item();
              optimizer.step(loss.backward());
            });
    assertThat(split).isLessThanOrEqualTo(whole + 2);
  }

  @Test
  void metricsOnTheOutputAfterTheStepSeeTheValuesOfTheStep() {
    var optimizer = new SGD(model.parameters(), 0.5);
    float[] before = Scope.noGrad(() -> model.apply(x)).toFloats();
    Tensor logits = model.apply(x);
    optimizer.step(Losses.crossEntropy(logits, y).backward());
    assertThat(logits.toFloats()).containsExactly(before);
    assertThat(logits.argmax(1).toLongs()).hasSize(8);
  }

  @Test
  void aLossCanBeSummedOverManyStepsWithoutReadingIt() {
    var optimizer = new SGD(model.parameters(), 0.01);
    Tensor total = Tensors.zeros();
    double expected = 0;
    for (int i = 0; i < 50; i++) {
      Tensor loss = loss();
      optimizer.step(loss.backward());
      total = total.add(loss.detach());
      expected += loss.item();
    }
    assertThat(total.item()).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-3));
  }

  @Test
  void aLoopOfTenThousandOpsNeedsNoRead() {
    Tensor sum = Tensors.zeros(3);
    for (int i = 0; i < 10_000; i++) {
      sum = sum.add(1);
    }
    assertThat(sum.toFloats()).containsExactly(10_000, 10_000, 10_000);
  }

  @Test
  void aGradientCanBePrintedBeforeTheStep() {
    var optimizer = new SGD(model.parameters(), 0.1);
    Variable weight = model.parameters().getFirst();
    float[] before = weight.toFloats();
    Gradients gradients = loss().backward();
    float[] gradient = gradients.of(weight).toFloats();
    optimizer.step(gradients);
    float[] after = weight.toFloats();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i])
          .isCloseTo(before[i] - 0.1f * gradient[i], org.assertj.core.data.Offset.offset(1e-6f));
    }
  }

  @Test
  void twoLossesWithTwoOptimizers() {
    var head = (Linear) model.layers().get(2);
    var body = (Linear) model.layers().get(0);
    var first = new SGD(body.parameters(), 0.1);
    var second = new SGD(head.parameters(), 0.1);
    float[] headBefore = head.parameters().getFirst().toFloats();
    first.step(loss().backward());
    assertThat(head.parameters().getFirst().toFloats()).containsExactly(headBefore);
    second.step(loss().backward());
    assertThat(head.parameters().getFirst().toFloats()).isNotEqualTo(headBefore);
  }

  @Test
  void accumulatedGradientsOfTwoHalvesEqualThoseOfTheWhole() {
    Gradients whole = loss().backward();
    Tensor firstLoss =
        Losses.crossEntropy(model.apply(x.narrow(0, 0, 4)), y.narrow(0, 0, 4)).mul(0.5);
    Tensor secondLoss =
        Losses.crossEntropy(model.apply(x.narrow(0, 4, 4)), y.narrow(0, 4, 4)).mul(0.5);
    Gradients halves = firstLoss.backward().plus(secondLoss.backward());
    for (Variable parameter : model.parameters()) {
      float[] expected = whole.of(parameter).toFloats();
      float[] actual = halves.of(parameter).toFloats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
  }

  @Test
  void frozenParametersStay() {
    Module first = model.layers().get(0);
    first.freeze();
    float[] before = first.namedParameters().values().iterator().next().toFloats();
    var optimizer = new Adam(model.parameters(), 0.1);
    optimizer.step(loss().backward());
    assertThat(first.namedParameters().values().iterator().next().toFloats())
        .containsExactly(before);
  }

  @Test
  void evaluationInsideTrainingSeesTheLatestParameters() {
    var optimizer = new Adam(model.parameters(), 0.05);
    double last = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 30; i++) {
      optimizer.step(loss().backward());
      if (i % 10 == 9) {
        double now = Scope.noGrad(this::loss).item();
        assertThat(now).isLessThan(last);
        last = now;
      }
    }
  }

  @Test
  void aTensorFromBeforeTheStepThatNeedsOldParametersIsStale() {
    var optimizer = new SGD(model.parameters(), 0.1);
    Tensor old = model.layers().get(0).parameters().getFirst().mul(2);
    optimizer.step(loss().backward());
    assertThatThrownBy(old::toFloats)
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("weight")
        .hasMessageContaining("realize()");
  }

  @Test
  void aTensorThatWasRealizedBeforeTheStepStays() {
    var optimizer = new SGD(model.parameters(), 0.1);
    Variable weight = model.parameters().getFirst();
    float[] before = weight.toFloats();
    Tensor kept = weight.detach().realize();
    optimizer.step(loss().backward());
    assertThat(kept.toFloats()).containsExactly(before);
    assertThat(weight.toFloats()).isNotEqualTo(before);
  }

  @Test
  void variablesCanSwapValues() {
    var a = new Variable("a", Tensors.of(1.0, 2.0));
    var b = new Variable("b", Tensors.of(3.0, 4.0));
    Tensor oldA = a.value();
    a.set(b);
    b.set(oldA);
    assertThat(a.toFloats()).containsExactly(3, 4);
    assertThat(b.toFloats()).containsExactly(1, 2);
  }

  @Test
  void anOverwrittenValueIsNoNewValueOfAnotherVariable() {
    var a = new Variable("a", Tensors.of(1.0, 2.0));
    var b = new Variable("b", Tensors.of(3.0, 4.0));
    Tensor oldA = a.value();
    a.set(a.mul(10));
    Engine.realize(List.of());
    b.set(oldA);
    assertThatThrownBy(() -> Engine.realize(List.of()))
        .isInstanceOf(StaleTensorException.class)
        .hasMessageStartingWith("a value of 'a': needs the value that");
    assertThat(b.toFloats()).containsExactly(3, 4);
  }

  @Test
  void aReadBetweenSetAndStepSeesTheNewValue() {
    var a = new Variable("a", Tensors.of(1.0, 2.0));
    a.set(a.mul(10));
    Tensor doubled = a.mul(2);
    a.set(a.add(1));
    assertThat(a.toFloats()).containsExactly(11, 21);
    assertThatThrownBy(() -> a.set(Tensors.zeros(3))).hasMessageContaining("variable a");
    assertThat(doubled.shape().rank()).isEqualTo(1);
  }

  @Test
  void aStepThatFailsLeavesEveryVariableAsItWas() {
    var a = new Variable("a", Tensors.of(1.0, 2.0));
    var b = new Variable("b", Tensors.of(3.0, 4.0, 5.0));
    a.set(a.add(1));
    b.set(b.gather(0, Tensors.of(new long[] {0, 1, 9})));
    assertThatThrownBy(() -> Engine.realize(List.of()))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("9");
    assertThat(a.toFloats()).containsExactly(1, 2);
    assertThat(b.toFloats()).containsExactly(3, 4, 5);
  }

  @Test
  void anotherThreadCanPredictDuringTraining() throws InterruptedException {
    var optimizer = new Adam(model.parameters(), 0.01);
    var running = new AtomicBoolean(true);
    var failure = new AtomicReference<Throwable>();
    var readers = new ArrayList<Thread>();
    for (int t = 0; t < 3; t++) {
      readers.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  while (running.get()) {
                    assertThat(model.predict(x).toFloats()).doesNotContain(Float.NaN);
                  }
                } catch (Throwable thrown) {
                  failure.set(thrown);
                }
              }));
    }
    for (int i = 0; i < 100; i++) {
      optimizer.step(loss().backward());
    }
    running.set(false);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(parameters()).isNotEmpty();
  }
}
