package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.BatchNorm1d;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Sequential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AveragedModelTest {
  private static void set(Linear model, double value) {
    model.weight().set(Tensors.fullLike(model.weight(), value));
    Tensor.realize(List.of());
  }

  private static double average(AveragedModel average, Linear model) {
    return average.inPlace(() -> model.weight().copy().get(0, 0).item());
  }

  @Test
  void theMeanIsThatOfAllUpdates() {
    var model = new Linear(2, 1);
    var average = new AveragedModel(model);
    for (double value : new double[] {1, 5, 9, 3}) {
      set(model, value);
      average.update();
    }
    assertEquals(4, average.updates());
    assertEquals(4.5, average(average, model), 1e-6);
    assertEquals(3, model.weight().get(0, 0).item());
  }

  @Test
  void theMovingAverageForgets() {
    var model = new Linear(2, 1);
    var average = new AveragedModel(model, AveragedModel.ema(0.75));
    double expected = 8;
    for (double value : new double[] {8, 0, 4}) {
      set(model, value);
      average.update();
      expected = value == 8 ? 8 : 0.75 * expected + 0.25 * value;
    }
    assertEquals(expected, average(average, model), 1e-6);
    assertThrows(IllegalArgumentException.class, () -> AveragedModel.ema(1));
  }

  @Test
  void theModelHasItsValuesBackAlsoAfterAnError() {
    var model = new Linear(2, 1);
    set(model, 1);
    var average = new AveragedModel(model);
    average.update();
    set(model, 2);
    assertThrows(
        IllegalStateException.class,
        () ->
            average.inPlace(
                () -> {
                  throw new IllegalStateException("no data");
                }));
    assertArrayEquals(new float[] {2, 2}, model.weight().toFloats());
    var other = new Linear(2, 1);
    average.copyTo(other);
    assertArrayEquals(new float[] {1, 1}, other.weight().toFloats());
    assertThrows(IllegalArgumentException.class, () -> average.copyTo(new Linear(3, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> average.copyTo(Sequential.of(new Linear(2, 1))));
  }

  @Test
  void buffersAreThoseOfTheLastUpdateUnlessTheyAreAveraged() {
    var model = new BatchNorm1d(1);
    Variable mean = model.state().get("running_mean");
    var last = new AveragedModel(model);
    var both = new AveragedModel(model).useBuffers(true);
    for (double value : new double[] {2, 6}) {
      mean.set(Tensors.of(new float[] {(float) value}));
      last.update();
      both.update();
    }
    assertEquals(6, last.inPlace(() -> mean.copy().item()));
    assertEquals(4, both.inPlace(() -> mean.copy().item()));
  }

  @Test
  void aLoadedAverageContinues() {
    var model = new Linear(2, 1);
    var first = new AveragedModel(model);
    set(model, 1);
    first.update();
    set(model, 3);
    first.update();
    Map<String, Tensor> saved = Stateful.copy(first.state());
    var second = new AveragedModel(model);
    second.load(saved);
    set(model, 5);
    first.update();
    second.update();
    assertEquals(3, average(second, model), 1e-6);
    assertEquals(average(first, model), average(second, model));
    saved.remove("weight");
    assertThrows(IllegalArgumentException.class, () -> second.load(saved));
  }

  @Test
  void theScheduleGoesToTheRateOfTheAverage() {
    var schedule = Schedules.swa(Schedules.exponential(0.5), 3, 0.05, 2);
    // SWALR(optimizer, swa_lr=0.05, anneal_epochs=2) after three values of ExponentialLR(optimizer,
    // 0.5)
    double[] expected = {1, 0.5, 0.25, (0.25 + 0.05) / 2, 0.05, 0.05};
    for (int t = 0; t < expected.length; t++) {
      assertEquals(expected[t], schedule.applyAsDouble(t), 1e-15);
    }
  }
}
