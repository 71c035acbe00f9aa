package dev.adjoint;

import static dev.adjoint.MeaningNumbers.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Normalisations give what PyTorch 2.10 gives, whose numbers these are. */
class NormalizationMeaningTest {
  private static void assertValues(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 2e-6);
  }

  @Test
  void layersGroupsAndMeanSquares() {
    Tensor weight = Tensors.of(1f, 2, 3);
    int[] three = {3};
    assertValues(
        numbers(2, 3).layerNorm(three, weight, Tensors.of(0f, 1, 0), 1e-5),
        -1.1624757,
        3.5574467,
        -0.3487427,
        1.2247443,
        1,
        -3.674233);
    assertValues(
        numbers(1, 4, 2).groupNorm(2),
        -1.313064,
        0.5252256,
        -0.5252256,
        1.313064,
        0.2,
        -1.3999989,
        1.3999989,
        -0.2);
    assertValues(
        numbers(2, 3).rmsNorm(three, weight, null),
        -1.3587323,
        2.0380986,
        -1.0190493,
        1.5666988,
        1.0444659,
        -1.5666988);
    assertValues(
        numbers(1, 4, 1).localResponseNorm(3), -3.9975016, 2.9980514, -0.99885154, 5.9944563);
  }

  @Test
  void runningStatisticsMoveAndAreUsed() {
    var mean = new Variable("mean", Tensors.of(1f, -1));
    var variance = new Variable("variance", Tensors.of(2f, 3));
    assertValues(
        numbers(3, 2).batchNorm(mean, variance, null, null, true, 0.5, 1e-5),
        -1.2247438,
        0.20203042,
        0,
        1.1111673,
        1.2247438,
        -1.3131977);
    assertValues(mean, 0, 2 / 3.0);
    assertValues(variance, 5.5, 29 / 3.0);
    assertValues(
        numbers(3, 2).batchNorm(mean, variance),
        -1.7056041,
        0.75047845,
        -0.42640102,
        1.7153792,
        0.85280204,
        -0.8576896);
    assertValues(
        numbers(2, 2, 3).instanceNorm(mean, variance, null, null, true, 0.5, 1e-5).select(0, 0),
        -1.1624756,
        1.2787232,
        -0.116247565,
        1.2247443,
        0,
        -1.2247443);
    assertValues(mean, 1 / 12.0, 5 / 6.0);
    assertValues(variance, 59 / 6.0, 77 / 6.0);
  }

  @Test
  void halfTheTypeIsRoundedOnce() {
    Tensor x = numbers(2, 3);
    Tensor half = x.toHalf().layerNorm(new int[] {3}, Tensors.of(1f, 2, 3), null, 1e-5);
    assertEquals(DType.F16, half.dtype());
    Tensor exact = x.layerNorm(new int[] {3}, Tensors.of(1f, 2, 3), null, 1e-5);
    assertArrayEquals(exact.toHalf().toFloats(), half.toFloats());
  }

  @Test
  void channelsAreDroppedAsAWhole() {
    Random.seed(5);
    Tensor kept = Tensors.ones(40, 50, 3).featureDropout(0.25, true);
    float[] values = kept.toFloats();
    int zeros = 0;
    for (int i = 0; i < values.length; i += 3) {
      assertEquals(values[i], values[i + 1]);
      assertEquals(values[i], values[i + 2]);
      assertEquals(values[i] == 0 ? 0 : 1 / 0.75f, values[i]);
      zeros += values[i] == 0 ? 1 : 0;
    }
    // Of 2000 draws 500 are expected; the deviation is 19.
    assertEquals(500, zeros, 80);
    assertArrayEquals(new float[] {1, 1}, Tensors.ones(1, 2).featureDropout(0.5, false).toFloats());
    assertArrayEquals(new float[] {0, 0}, Tensors.ones(2).dropout(1, true).toFloats());
  }

  @Test
  void alphaDropoutOfChannelsReplacesThemAsAWhole() {
    Random.seed(6);
    double limit = -1.7580993408473766;
    double scale = 1 / Math.sqrt(0.75 * (1 + 0.25 * limit * limit));
    double shift = -scale * limit * 0.25;
    float[] values = Tensors.ones(40, 50, 3).featureAlphaDropout(0.25, true).toFloats();
    int dropped = 0;
    for (int i = 0; i < values.length; i += 3) {
      assertEquals(values[i], values[i + 1]);
      assertEquals(values[i], values[i + 2]);
      boolean out = values[i] < 0;
      assertEquals(out ? limit * scale + shift : scale + shift, values[i], 1e-6);
      dropped += out ? 1 : 0;
    }
    assertEquals(500, dropped, 80);
  }
}
