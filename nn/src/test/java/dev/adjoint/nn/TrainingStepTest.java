package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.schedule.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Training steps as one plan: what is compiled, launched, kept and seen by others. */
class TrainingStepTest {
  private static final int[] LABELS = {0, 1, 1, 0};

  @BeforeEach
  void seed() {
    Random.seed(5);
  }

  private static Tensor corners() {
    return Tensors.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);
  }

  private static Sequential mlp() {
    return Sequential.of(new Linear(2, 16), Activation.TANH, new Linear(16, 2));
  }

  private static Tensor loss(Module model) {
    return Losses.crossEntropy(model.apply(corners()), Tensors.of(LABELS));
  }

  @Test
  void learnsExclusiveOr() {
    Module model = mlp();
    var optimizer = new Adam(model.parameters(), 0.03);
    double last = Double.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      Tensor loss = loss(model);
      optimizer.step(loss.backward());
      last = loss.item();
    }
    assertTrue(last < 0.02, "loss " + last);
    assertArrayEquals(LABELS, model.predict(corners()).argmax(1).toInts());
  }

  @Test
  void aSequenceOfAThousandIsOnePlan() {
    var model = new LSTM(2, 3);
    var optimizer = new SGD(model.parameters(), 0.01);
    Tensor x = Tensors.randn(1000, 1, 2).realize();
    long before = Engine.statistics().plans();
    optimizer.step(model.apply(x).select(0, -1).square().sum().backward());
    assertEquals(before + 1, Engine.statistics().plans());
  }

  @Test
  void warmStepsCompileAndPlanNothing() {
    Module model =
        Sequential.of(
            new Linear(2, 8),
            new BatchNorm1d(8),
            Activation.RELU,
            new Dropout(0.3),
            new Linear(8, 2));
    var optimizer = new Adam(model.parameters(), 0.01);
    for (int i = 0; i < 3; i++) {
      optimizer.step(loss(model).backward());
    }
    Engine.Statistics before = Engine.statistics();
    for (int i = 0; i < 5; i++) {
      optimizer.learningRate(0.01 / (i + 1));
      optimizer.step(loss(model).backward());
    }
    Engine.Statistics after = Engine.statistics();
    assertEquals(before.compilations(), after.compilations());
    assertEquals(before.plans(), after.plans());
  }

  @Test
  void theUpdateOfAParameterIsOneKernel() {
    var w = new Parameter("w", Tensors.rand(100, 7));
    var optimizer = new Adam(List.of(w), 0.01).weightDecay(0.1);
    for (int i = 0; i < 2; i++) {
      Tensor g = Tensors.rand(100, 7).realize();
      var gradients = new Gradients(Map.of(w.node(), g));
      long before = Engine.statistics().launches();
      optimizer.step(gradients);
      // At the first step two more fill the moments with zeros.
      assertEquals(i == 0 ? 3 : 1, Engine.statistics().launches() - before);
    }
  }

  @Test
  void theLossBeforeBackwardIsNotComputedTwice() {
    Module model = mlp();
    var optimizer = new SGD(model.parameters(), 0.1);
    for (int i = 0; i < 2; i++) {
      Tensor loss = loss(model);
      double value = loss.item();
      optimizer.step(loss.backward());
      assertEquals(value, loss.item());
    }
    Tensor direct = loss(model);
    long before = Engine.statistics().launches();
    optimizer.step(direct.backward());
    long inOne = Engine.statistics().launches() - before;
    Tensor read = loss(model);
    read.item();
    before = Engine.statistics().launches();
    optimizer.step(read.backward());
    assertTrue(Engine.statistics().launches() - before < inOne, "the forward pass ran again");
  }

  @Test
  void accumulatedGradientsEqualThoseOfTheWholeBatch() {
    var w = new Parameter("w", Tensors.of(1f, -2f));
    Tensor x = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
    Gradients whole = x.mul(w).square().sum().backward();
    Gradients parts =
        x.select(0, 0)
            .mul(w)
            .square()
            .sum()
            .backward()
            .plus(x.select(0, 1).mul(w).square().sum().backward());
    assertArrayEquals(whole.find(w).toFloats(), parts.find(w).toFloats(), 1e-4f);
    new SGD(List.of(w), 0.01).step(parts);
    assertEquals(1 - 0.01 * 2 * (1 + 9), w.toFloats()[0], 1e-6);
  }

  @Test
  void aValueThatWasSetByHandIsTrainedWhetherOrNotTheLossWasRead() {
    for (boolean read : new boolean[] {false, true}) {
      var w = new Parameter("w", Tensors.of(1f));
      w.set(Tensors.of(2f));
      Tensor loss = w.square().sum();
      if (read) {
        assertEquals(4, loss.item());
      }
      Gradients g = loss.backward();
      new SGD(List.of(w), 0.1).step(read ? g.plus(w.sum().backward()) : g);
      assertEquals(2 - 0.1 * (read ? 5 : 4), w.item(), 1e-6);
    }
  }

  @Test
  void twoOptimizersWithTwoLosses() {
    var a = new Parameter("a", Tensors.of(1f));
    var b = new Parameter("b", Tensors.of(1f));
    Optimizer first = new SGD(List.of(a), 0.1);
    Optimizer second = new SGD(List.of(b), 0.1);
    first.step(a.mul(b).sum().backward());
    second.step(a.mul(b).sum().backward());
    assertEquals(0.9, a.item(), 1e-6);
    assertEquals(1 - 0.1 * 0.9, b.item(), 1e-6);
  }

  @Test
  void aTensorFromBeforeTheStepThatWasNotComputedIsStale() {
    Module model = mlp();
    var optimizer = new SGD(model.parameters(), 0.1);
    Tensor forgotten = model.parameters().getFirst().mul(2);
    optimizer.step(loss(model).backward());
    var e = assertThrows(StaleTensorException.class, forgotten::toFloats);
    assertTrue(e.getMessage().contains("'0.weight'"), e.getMessage());
  }

  @Test
  void frozenLayersKeepTheirValues() {
    var model = mlp();
    model.layers().getFirst().freeze();
    float[] frozen = model.parameters().getFirst().toFloats();
    float[] free = model.parameters().get(2).toFloats();
    var optimizer = new Adam(model.parameters(), 0.1);
    optimizer.step(loss(model).backward());
    assertArrayEquals(frozen, model.parameters().getFirst().toFloats());
    assertFalse(Arrays.equals(free, model.parameters().get(2).toFloats()));
    model.unfreeze();
    optimizer.step(loss(model).backward());
    assertFalse(Arrays.equals(frozen, model.parameters().getFirst().toFloats()));
  }

  @Test
  void evaluationInsideTrainingDoesNotDisturbIt() {
    Module model =
        Sequential.of(new Linear(2, 8), new BatchNorm1d(8), Activation.RELU, new Linear(8, 2));
    var optimizer = new Adam(model.parameters(), 0.01);
    Tensor loss = loss(model);
    Tensor seen = model.predict(corners());
    assertNotNull(seen.node().storage());
    optimizer.step(loss.backward());
    assertTrue(Double.isFinite(loss.item()));
  }

  /** Both weights of the model are always equal, so a reader that saw half of a step would see a difference. */
  @Test
  void readersSeeAllOfAStepOrNothing() throws Exception {
    var model =
        new Module() {
          private final Parameter a = new Parameter("a", Tensors.zeros(1000));
          private final Parameter b = new Parameter("b", Tensors.zeros(1000));

          @Override
          protected Tensor forward(Tensor x) {
            return a.sub(b).abs().max();
          }
        };
    var optimizer = new SGD(model.parameters(), 0.1);
    var stop = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int reads = 0;
          while (!stop.get() || reads == 0) {
            assertEquals(0, model.predict(Tensors.ones(1)).item());
            reads++;
          }
          return reads;
        };
    try (var pool = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> readers = List.of(pool.submit(reader), pool.submit(reader));
      try {
        for (int i = 0; i < 200; i++) {
          optimizer.step(model.a.add(model.b).sum().backward());
        }
      } finally {
        stop.set(true);
      }
      for (Future<Integer> result : readers) {
        assertTrue(result.get() > 0);
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
