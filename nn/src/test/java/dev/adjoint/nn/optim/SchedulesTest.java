package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Parameter;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Schedules against the recursions by which PyTorch goes from one learning rate to the next, and against stored values with the
 * expression that gives them there for a base rate of 1.
 */
class SchedulesTest {
  private static void assertRates(IntToDoubleFunction schedule, double... expected) {
    double[] actual = IntStream.range(0, expected.length).mapToDouble(schedule).toArray();
    assertArrayEquals(expected, actual, 1e-12);
  }

  @Test
  void powers() {
    // StepLR(optimizer, 3, 0.1); MultiStepLR(optimizer, [2, 5, 5], 0.5); ExponentialLR(optimizer,
    // 0.5)
    assertRates(Schedules.step(3, 0.1), 1, 1, 1, 0.1, 0.1, 0.1, 0.01);
    assertRates(Schedules.multiStep(new int[] {2, 5, 5}, 0.5), 1, 1, 0.5, 0.5, 0.5, 0.125);
    assertRates(Schedules.exponential(0.5), 1, 0.5, 0.25, 0.125);
  }

  @Test
  void lines() {
    // ConstantLR(optimizer, 0.5, 2); LinearLR(optimizer, 0.25, 1, 3); PolynomialLR(optimizer, 4, 2)
    assertRates(Schedules.constant(0.5, 2), 0.5, 0.5, 1, 1);
    assertRates(Schedules.linear(0.25, 1, 3), 0.25, 0.5, 0.75, 1, 1);
    assertRates(Schedules.polynomial(4, 2), 1, 0.5625, 0.25, 0.0625, 0, 0);
    assertRates(Schedules.warmup(2, Schedules.linear(1, 0, 2)), 0.5, 1, 1, 0.5, 0);
  }

  @Test
  void linesFollowTheRecursionOfPyTorch() {
    double rate = 0.25;
    for (int t = 1; t < 8; t++) {
      // LinearLR.get_lr
      rate *= t > 5 ? 1 : 1 + (0.8 - 0.25) / (5 * 0.25 + (t - 1) * (0.8 - 0.25));
      assertEquals(rate, Schedules.linear(0.25, 0.8, 5).applyAsDouble(t), 1e-12);
    }
    rate = 1;
    for (int t = 1; t < 8; t++) {
      // PolynomialLR.get_lr
      rate *= t > 6 ? 1 : Math.pow((1 - t / 6.0) / (1 - (t - 1) / 6.0), 1.5);
      assertEquals(rate, Schedules.polynomial(6, 1.5).applyAsDouble(t), 1e-12);
    }
  }

  @Test
  void cosines() {
    double s = Math.sqrt(0.5);
    // CosineAnnealingLR(optimizer, 4, 0.2)
    assertRates(Schedules.cosine(4, 0.2), 1, 0.6 + 0.4 * s, 0.6, 0.6 - 0.4 * s, 0.2, 0.6 - 0.4 * s);
    // CosineAnnealingWarmRestarts(optimizer, 2, 2, 0)
    assertRates(
        Schedules.cosineWarmRestarts(2, 2, 0),
        1,
        0.5,
        1,
        0.5 + s / 2,
        0.5,
        0.5 - s / 2,
        1,
        (1 + Math.cos(Math.PI / 8)) / 2);
    // CosineAnnealingWarmRestarts(optimizer, 3, 1, 0.1)
    assertRates(Schedules.cosineWarmRestarts(3, 1, 0.1), 1, 0.775, 0.325, 1, 0.775, 0.325, 1);
    double rate = 1;
    for (int t = 1; t <= 9; t++) {
      // CosineAnnealingLR.get_lr
      rate =
          (1 + Math.cos(Math.PI * t / 10)) / (1 + Math.cos(Math.PI * (t - 1) / 10)) * (rate - 0.2)
              + 0.2;
      assertEquals(rate, Schedules.cosine(10, 0.2).applyAsDouble(t), 1e-12);
    }
  }

  @Test
  void oneCycle() {
    // OneCycleLR(optimizer, 1, total_steps=10, pct_start=0.3): the peak is at 2, the end at 9.
    double low = 0.04;
    double end = 0.04e-4;
    IntToDoubleFunction rates = Schedules.oneCycle(10, 0.3, 25, 1e4);
    assertRates(
        rates,
        low,
        (1 + low) / 2,
        1,
        end + (1 - end) * (1 + Math.cos(Math.PI / 7)) / 2,
        end + (1 - end) * (1 + Math.cos(Math.PI * 2 / 7)) / 2);
    assertEquals(end, rates.applyAsDouble(9), 1e-15);
    IntToDoubleFunction momentum = Schedules.oneCycleMomentum(10, 0.3, 0.85, 0.95);
    assertRates(momentum, 0.95, 0.9, 0.85);
    assertEquals(0.95, momentum.applyAsDouble(9), 1e-15);
    // What PyTorch has after the last step; one more is its error too.
    assertEquals(
        end + (1 - end) * (1 + Math.cos(Math.PI * 8 / 7)) / 2, rates.applyAsDouble(10), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> rates.applyAsDouble(11));
    assertThrows(IllegalArgumentException.class, () -> Schedules.oneCycle(3, 0.3, 25, 1e4));
  }

  @Test
  void cycles() {
    // CyclicLR(optimizer, 1, 5, 2, 4, 'triangular', cycle_momentum=False)
    assertRates(
        Schedules.cyclic(5, 2, 4, Schedules.Cycle.TRIANGULAR, 1), 1, 3, 5, 4, 3, 2, 1, 3, 5);
    // CyclicLR(optimizer, 1, 5, 2, 2, 'triangular2', cycle_momentum=False)
    assertRates(
        Schedules.cyclic(5, 2, 2, Schedules.Cycle.TRIANGULAR2, 1), 1, 3, 5, 3, 1, 2, 3, 2, 1, 1.5);
    // CyclicLR(optimizer, 1, 5, 2, 2, 'exp_range', gamma=0.5, cycle_momentum=False)
    assertRates(
        Schedules.cyclic(5, 2, 2, Schedules.Cycle.EXP_RANGE, 0.5), 1, 2, 2, 1.25, 1, 1.0625);
  }

  @Test
  void schedulesOfSchedules() {
    // SequentialLR(optimizer, [ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.9)], [2])
    assertRates(
        Schedules.sequential(List.of(Schedules.constant(0.1, 2), Schedules.exponential(0.9)), 2),
        0.1,
        0.1,
        1,
        0.9,
        0.81);
    // ChainedScheduler([ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.9)])
    assertRates(
        Schedules.chained(Schedules.constant(0.1, 2), Schedules.exponential(0.9)),
        0.1,
        0.09,
        0.81,
        0.729);
    var one = Schedules.exponential(0.9);
    assertThrows(IllegalArgumentException.class, () -> Schedules.sequential(List.of(one, one)));
    assertThrows(
        IllegalArgumentException.class, () -> Schedules.sequential(List.of(one, one, one), 3, 3));
    assertThrows(IllegalArgumentException.class, () -> Schedules.step(0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> Schedules.cosine(-1, 0));
  }

  private static SGD optimizer(double... rates) {
    return new SGD(
        Arrays.stream(rates)
            .mapToObj(r -> new ParameterGroup(List.of(new Parameter(Tensors.ones(1))), r))
            .toList());
  }

  @Test
  void aSchedulerKeepsTheRatioOfTheGroups() {
    SGD optimizer = optimizer(1, 10);
    var scheduler = new Scheduler(optimizer, Schedules.exponential(0.5));
    scheduler.step();
    scheduler.step();
    assertEquals(0.25, optimizer.learningRate());
    assertEquals(2.5, optimizer.groups().get(1).learningRate());
  }

  @Test
  void aSchedulerSetsTheMomentumAlsoWhenItResumes() {
    var w = new Parameter(Tensors.ones(1));
    var optimizer = new SGD(List.of(w), 1);
    var scheduler = new Scheduler(optimizer, t -> 1).momentum(t -> t == 2 ? 0.5 : 0);
    scheduler.step();
    optimizer.step(w.sum().backward());
    scheduler.step();
    optimizer.step(w.sum().backward());
    // 1 - 1, then with a buffer that begins at 0.
    assertEquals(-1, w.item());
    optimizer.step(w.sum().backward());
    assertEquals(-2.5, w.item());
    var other = new SGD(List.of(new Parameter(Tensors.ones(1))), 1);
    var resumed = new Scheduler(other, t -> 1).momentum(t -> t == 2 ? 0.5 : 0);
    resumed.resume(scheduler.state());
    other.nesterov(true).step(other.groups().getFirst().parameters().getFirst().sum().backward());
    var none = new Scheduler(new Adagrad(List.of(w), 1), t -> 1);
    var e = assertThrows(IllegalArgumentException.class, () -> none.momentum(t -> 0.5));
    assertEquals("scheduler: Adagrad has no momentum that varies", e.getMessage());
    new Scheduler(new Adam(List.of(w), 1), t -> 1).momentum(t -> 0.5);
  }

  @Test
  void plateausLowerTheRate() {
    SGD optimizer = optimizer(1, 0.3);
    var plateau =
        new ReduceOnPlateau(optimizer)
            .factor(0.5)
            .patience(1)
            .cooldown(2)
            .minLr(0.2)
            .threshold(0.1, true);
    double[] values = {10, 9.5, 9.1, 8.9, 8.9, 8.9, 8.9, Double.NaN, 8.9, 9, 1, 1, 1, 1, 1};
    // 9.5 and 9.1 are not below 9: lowered at 2; 3 and 4 rest; and so on.
    double[] expected = {
      1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2
    };
    for (int i = 0; i < values.length; i++) {
      plateau.step(values[i]);
      assertEquals(expected[i], optimizer.learningRate(), 1e-12, "epoch " + i);
    }
    assertEquals(0.2, optimizer.groups().get(1).learningRate());
    assertEquals(1, plateau.best());
  }

  @Test
  void aLoadedPlateauContinues() {
    SGD a = optimizer(1);
    var first = new ReduceOnPlateau(a).largest().patience(2).threshold(0, false);
    first.step(5);
    first.step(4);
    first.step(4);
    SGD b = optimizer(1);
    var second = new ReduceOnPlateau(b).largest().patience(2).threshold(0, false);
    second.load(first.state());
    second.step(4);
    assertEquals(0.1, b.learningRate(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> second.load(a.state()));
  }
}
