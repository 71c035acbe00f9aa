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
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LayersTest {
  @BeforeEach
  void seed() {
    Random.seed(7);
  }

  private static <T> T f64(Supplier<T> body) {
    return Scope.withDType(DType.F64, body);
  }

  private static Tensor random(int... shape) {
    return f64(() -> Tensors.randn(shape)).realize();
  }

  @Test
  void linearIsWeightedSumPlusBias() {
    Linear layer = f64(() -> new Linear(3, 2));
    double[] w = layer.weight().toDoubles();
    double[] b = layer.bias().toDoubles();
    Tensor x = random(4, 5, 3);
    double[] xs = x.toDoubles();
    double[] y = layer.apply(x).toDoubles();
    assertArrayEquals(new int[] {4, 5, 2}, layer.apply(x).shape().dims());
    for (int row = 0; row < 20; row++) {
      for (int o = 0; o < 2; o++) {
        double sum = b[o];
        for (int i = 0; i < 3; i++) {
          sum += xs[row * 3 + i] * w[o * 3 + i];
        }
        assertEquals(sum, y[row * 2 + o], 1e-12);
      }
    }
  }

  @Test
  void linearTakesVectorsAndNeedsNoBias() {
    Linear layer = f64(() -> new Linear(2, 3, Init.ones(), null));
    assertArrayEquals(
        new double[] {5, 5, 5}, layer.apply(f64(() -> Tensors.of(2.0, 3.0))).toDoubles(), 1e-12);
    assertEquals(1, layer.parameters().size());
    assertEquals("Linear(2 -> 3, no bias)", layer.label());
    assertThrows(IllegalArgumentException.class, () -> new Linear(0, 3));
  }

  @Test
  void dropoutScalesWhatStaysAndKeepsTheRate() {
    var layer = new Dropout(0.25);
    float[] y = layer.apply(Tensors.ones(200, 500)).toFloats();
    int dropped = 0;
    for (float v : y) {
      assertTrue(v == 0 || Math.abs(v - 4f / 3) < 1e-6f, "value " + v);
      dropped += v == 0 ? 1 : 0;
    }
    // Five standard deviations of a binomial with n = 100,000.
    assertEquals(25_000, dropped, 5 * Math.sqrt(100_000 * 0.25 * 0.75));
    Tensor x = Tensors.ones(3);
    layer.eval();
    assertSame(x, layer.apply(x));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1.1));
  }

  @Test
  void dropoutFollowsTheSeed() {
    var layer = new Dropout(0.5);
    Random.seed(3);
    float[] first = layer.apply(Tensors.ones(64)).toFloats();
    float[] second = layer.apply(Tensors.ones(64)).toFloats();
    Random.seed(3);
    assertArrayEquals(first, layer.apply(Tensors.ones(64)).toFloats());
    boolean differs = false;
    for (int i = 0; i < 64; i++) {
      differs |= first[i] != second[i];
    }
    assertTrue(differs);
  }

  @Test
  void flattenIsAView() {
    Tensor y = new Flatten().apply(Tensors.zeros(2, 3, 4, 5));
    assertArrayEquals(new int[] {2, 60}, y.shape().dims());
  }

  @Test
  void layerNormGivesRowsMeanZeroAndVarianceOne() {
    LayerNorm layer = f64(() -> new LayerNorm(new int[] {3, 4}, 1e-8));
    Tensor x = random(2, 3, 4).mul(5).add(2);
    double[] xs = x.toDoubles();
    double[] y = layer.apply(x).toDoubles();
    for (int row = 0; row < 2; row++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < 12; i++) {
        mean += xs[row * 12 + i] / 12;
        square += xs[row * 12 + i] * xs[row * 12 + i] / 12;
      }
      for (int i = 0; i < 12; i++) {
        assertEquals(
            (xs[row * 12 + i] - mean) / Math.sqrt(square - mean * mean + 1e-8),
            y[row * 12 + i],
            1e-9);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> layer.apply(random(2, 4, 3)));
  }

  @Test
  void batchNormUsesTheBatchInTrainingAndRunningStatisticsInEvaluation() {
    BatchNorm1d layer = f64(() -> new BatchNorm1d(2));
    Tensor x = f64(() -> Tensors.of(new double[] {1, 10, 3, 30, 5, 50}, 3, 2));
    double[] y = layer.apply(x).toDoubles();
    double scale = 2 / Math.sqrt(8.0 / 3 + 1e-5);
    assertEquals(-scale, y[0], 1e-12);
    assertEquals(0, y[2], 1e-12);
    assertEquals(-20 / Math.sqrt(800.0 / 3 + 1e-5), y[1], 1e-12);
    // 0.9 * 0 + 0.1 * mean and 0.9 * 1 + 0.1 * variance with divisor n - 1.
    assertArrayEquals(
        new double[] {0.3, 3}, layer.buffers().get("running_mean").toDoubles(), 1e-12);
    assertArrayEquals(
        new double[] {1.3, 40.9}, layer.buffers().get("running_var").toDoubles(), 1e-12);
    double[] evaluated = layer.predict(x).toDoubles();
    assertEquals((1 - 0.3) / Math.sqrt(1.3 + 1e-5), evaluated[0], 1e-12);
    assertEquals((50 - 3) / Math.sqrt(40.9 + 1e-5), evaluated[5], 1e-12);
    assertArrayEquals(
        new double[] {0.3, 3}, layer.buffers().get("running_mean").toDoubles(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> layer.apply(random(1, 2)));
  }

  @Test
  void batchNormOfImagesNormalisesEachChannel() {
    BatchNorm2d layer = f64(() -> new BatchNorm2d(3));
    Tensor y = layer.apply(random(4, 3, 5, 5).mul(3).add(1));
    assertArrayEquals(new double[3], y.mean(0, 2, 3).toDoubles(), 1e-12);
    assertArrayEquals(new double[] {1, 1, 1}, y.square().mean(0, 2, 3).toDoubles(), 1e-4);
  }

  @Test
  void embeddingLooksRowsUp() {
    var layer = new Embedding(5, 2);
    Tensor y = layer.apply(Tensors.of(new int[] {4, 0, 4}));
    float[] table = layer.weight().toFloats();
    assertArrayEquals(
        new float[] {table[8], table[9], table[0], table[1], table[8], table[9]}, y.toFloats());
    assertThrows(IllegalArgumentException.class, () -> layer.apply(Tensors.ones(3)));
  }

  @Test
  void residualAddsItsInput() {
    Tensor y = new Residual(x -> x.mul(2)).apply(Tensors.ones(3));
    assertArrayEquals(new float[] {3, 3, 3}, y.toFloats());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Residual(new Linear(3, 2)).apply(Tensors.ones(3)));
  }

  @Test
  void activationsApplyTheFunctionOfTheirName() {
    Tensor x = Tensors.of(-1f, 2f);
    assertArrayEquals(new float[] {0, 2}, Activation.RELU.apply(x).toFloats());
    assertEquals(1, Activation.SOFTMAX.apply(x).sum().item(), 1e-6);
    assertEquals("LeakyReLU", Activation.LEAKY_RELU.toString());
  }
}
