package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningStatisticsTest {
  @Test
  void areMeansOverBatches() {
    Random.seed(7);
    var linear = new Linear(3, 2);
    var norm = new BatchNorm1d(2);
    var model = Sequential.of(linear, norm);
    List<Tensor> inputs =
        List.of(Tensors.randn(6, 3).realize(), Tensors.randn(4, 3).mul(3).realize());
    model.eval();
    RunningStatistics.update(model, inputs);
    assertFalse(model.training());
    double[] mean = new double[2];
    double[] variance = new double[2];
    for (Tensor x : inputs) {
      Tensor y = linear.apply(x).detach();
      for (int c = 0; c < 2; c++) {
        mean[c] += y.mean(0).toDoubles()[c] / 2;
        variance[c] += y.var(0).toDoubles()[c] / 2;
      }
    }
    assertArrayEquals(mean, norm.state().get("running_mean").toDoubles(), 1e-6);
    assertArrayEquals(variance, norm.state().get("running_var").toDoubles(), 1e-5);
    assertEquals(2, norm.state().get("num_batches_tracked").item());
    assertThrows(IllegalArgumentException.class, () -> RunningStatistics.update(model, List.of()));
  }
}
