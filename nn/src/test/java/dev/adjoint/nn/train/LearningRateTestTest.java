package dev.adjoint.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.optim.SGD;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTestTest {
  private final Linear model;
  private final SGD optimizer;
  private final Tensor x;
  private final Tensor y;

  LearningRateTestTest() {
    Random.seed(11);
    model = new Linear(4, 1);
    optimizer = new SGD(model.parameters(), 0.01).momentum(0.5);
    x = Tensors.randn(64, 4).realize();
    y = x.sum(1, true).mul(3).add(1).realize();
  }

  private Tensor loss() {
    return Losses.mse(model.apply(x), y);
  }

  @Test
  void findsRatesThatWorkAndLeavesAllAsItWas() {
    optimizer.step(loss().backward());
    float[] weight = model.weight().toFloats();
    float[] buffer = optimizer.variables().get("0.momentum_buffer").toFloats();
    long counter = Random.standard().state().counter();
    LearningRateTest.Result result =
        new LearningRateTest(model, optimizer).range(1e-5, 100, 60).smoothing(0.5).run(this::loss);
    assertArrayEquals(weight, model.weight().toFloats());
    assertArrayEquals(buffer, optimizer.variables().get("0.momentum_buffer").toFloats());
    assertEquals(0.01, optimizer.learningRate());
    assertEquals(1, optimizer.steps());
    assertEquals(counter, Random.standard().state().counter());

    List<LearningRateTest.Point> points = result.points();
    assertEquals(1e-5, points.getFirst().learningRate(), 1e-18);
    assertEquals(points.getFirst().loss(), points.getFirst().smoothed(), 1e-12);
    assertTrue(points.size() < 60, "the loss must diverge before a rate of 100");
    assertEquals(
        Math.pow(1e7, 1 / 59.0), points.get(5).learningRate() / points.get(4).learningRate(), 1e-9);
    double rate = result.steepest();
    assertTrue(rate > 1e-3 && rate < 1, "rate " + rate);
    optimizer.learningRate(rate);
    double before = loss().item();
    for (int i = 0; i < 20; i++) {
      optimizer.step(loss().backward());
    }
    assertTrue(loss().item() < before / 10);
  }

  @Test
  void anErrorLeavesAllAsItWasToo() {
    float[] weight = model.weight().toFloats();
    int[] calls = {0};
    assertThrows(
        IllegalStateException.class,
        () ->
            new LearningRateTest(model, optimizer)
                .run(
                    () -> {
                      if (++calls[0] == 3) {
                        throw new IllegalStateException("no data");
                      }
                      return loss();
                    }));
    assertArrayEquals(weight, model.weight().toFloats());
    assertEquals(0.01, optimizer.learningRate());
  }

  @Test
  void wrongArgumentsAreErrors() {
    var test = new LearningRateTest(model, optimizer);
    assertThrows(IllegalArgumentException.class, () -> test.range(0, 1, 10));
    assertThrows(IllegalArgumentException.class, () -> test.range(1, 1, 10));
    assertThrows(IllegalArgumentException.class, () -> test.range(0.1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> test.smoothing(1));
    assertThrows(IllegalArgumentException.class, () -> test.divergence(1));
    var rising =
        new LearningRateTest.Result(
            List.of(new LearningRateTest.Point(0.1, 1, 1), new LearningRateTest.Point(0.2, 2, 2)));
    assertThrows(IllegalStateException.class, rising::steepest);
  }
}
