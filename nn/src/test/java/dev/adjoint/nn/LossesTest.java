package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final double[][] LOGITS = {{1, -2, 0.5}, {0, 3, 3}, {-1, -1, 4}, {2, 0.25, -3}};
  private static final int[] LABELS = {2, 0, 2, 1};
  private static final double[] WEIGHTS = {0.5, 2, 1.25};

  private static Tensor logits() {
    double[] flat = new double[12];
    for (int i = 0; i < 12; i++) {
      flat[i] = LOGITS[i / 3][i % 3];
    }
    return f64(flat, 4, 3);
  }

  private static Tensor labels() {
    return Tensors.of(LABELS);
  }

  private static double logProbability(double[] row, int c) {
    double sum = 0;
    for (double x : row) {
      sum += Math.exp(x);
    }
    return row[c] - Math.log(sum);
  }

  private static double[] values(Tensor x) {
    return x.toDoubles();
  }

  private static Tensor f64(double[] values, int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape));
  }

  private static Tensor vector(double... values) {
    return f64(values, values.length);
  }

  @Test
  void meanSquaredAndAbsoluteErrors() {
    Tensor p = vector(1, 2, -3);
    Tensor t = vector(1.5, 0, -3);
    assertEquals((0.25 + 4) / 3, Losses.mse(p, t).item(), 1e-12);
    assertEquals(4.25, Losses.mse(p, t, Reduction.SUM).item(), 1e-12);
    assertArrayEquals(new double[] {0.25, 4, 0}, values(Losses.mse(p, t, Reduction.NONE)), 1e-12);
    assertEquals(2.5 / 3, Losses.l1(p, t).item(), 1e-12);
  }

  @Test
  void edgesOfTheThresholdsAreThoseOfPyTorch() {
    Tensor p = Tensors.of(1, 2.5, -3, 0.5).requiresGrad();
    Tensor t = Tensors.of(1.0, 0.5, 1, 0.25);
    for (double beta : new double[] {0, 1e-50, 1e-40}) {
      Tensor loss = Losses.smoothL1(p, t, beta, Reduction.NONE);
      assertArrayEquals(
          Losses.l1(p, t, Reduction.NONE).toDoubles(), loss.toDoubles(), "beta " + beta);
      assertArrayEquals(
          new double[] {0, 1, -1, 1}, loss.sum().backward().of(p).toDoubles(), "beta " + beta);
    }
    Tensor line = Losses.smoothL1(p, t, Double.POSITIVE_INFINITY, Reduction.NONE);
    assertArrayEquals(new double[4], line.toDoubles());
    assertArrayEquals(new double[4], line.sum().backward().of(p).toDoubles(), 1e-12);
    Tensor square = Losses.huber(p, t, Double.POSITIVE_INFINITY, Reduction.NONE);
    assertArrayEquals(new double[] {0, 2, 8, 0.03125}, square.toDoubles());
    assertArrayEquals(new double[] {0, 2, -4, 0.25}, square.sum().backward().of(p).toDoubles());
    for (double bad : new double[] {-1, Double.NaN}) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> Losses.smoothL1(p, t, bad, Reduction.MEAN));
      assertEquals("smoothL1: beta must be from 0 on, not " + bad, e.getMessage());
      e =
          assertThrows(
              IllegalArgumentException.class, () -> Losses.huber(p, t, bad, Reduction.MEAN));
      assertEquals("huber: delta must be above 0, not " + bad, e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Losses.huber(p, t, 0, Reduction.MEAN));
  }

  @Test
  void labelsMayBeSmoothedWholly() {
    double expected = 0;
    for (double[] row : LOGITS) {
      for (int c = 0; c < 3; c++) {
        expected -= logProbability(row, c) / 12;
      }
    }
    var options = CrossEntropyOptions.DEFAULT.labelSmoothing(1);
    assertEquals(expected, Losses.crossEntropy(logits(), labels(), options).item(), 1e-12);
    for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CrossEntropyOptions.DEFAULT.labelSmoothing(bad));
      assertEquals("crossEntropy: label smoothing must be in [0, 1], not " + bad, e.getMessage());
    }
  }

  @Test
  void huberIsSquareInsideAndLineOutside() {
    Tensor p = vector(0.5, -3, 2);
    Tensor t = vector(0, 0, 0);
    assertArrayEquals(
        new double[] {0.125, 2 * (3 - 1), 2}, values(Losses.huber(p, t, 2, Reduction.NONE)), 1e-12);
    assertArrayEquals(
        new double[] {0.0625, 3 - 1, 1}, values(Losses.smoothL1(p, t, 2, Reduction.NONE)), 1e-12);
  }

  @Test
  void differentShapesAreAnError() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Losses.mse(Tensors.ones(32, 1), Tensors.ones(32)));
    assertEquals("mse: prediction [32, 1] and target [32] differ in shape", e.getMessage());
  }

  @Test
  void crossEntropyOfClassIndices() {
    double[] expected = new double[4];
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      expected[i] = -logProbability(LOGITS[i], LABELS[i]);
      sum += expected[i];
    }
    assertEquals(sum / 4, Losses.crossEntropy(logits(), labels()).item(), 1e-12);
    assertEquals(sum / 4, Losses.crossEntropy(logits(), labels().toLong()).item(), 1e-12);
    var none = CrossEntropyOptions.DEFAULT.reduction(Reduction.NONE);
    assertArrayEquals(expected, values(Losses.crossEntropy(logits(), labels(), none)), 1e-12);
    assertArrayEquals(expected, values(Losses.nll(logits().logSoftmax(1), labels(), none)), 1e-12);
    assertEquals(
        expected[0],
        Losses.crossEntropy(logits().select(0, 0), labels().select(0, 0)).item(),
        1e-12);
  }

  @Test
  void crossEntropyWithWeightsSmoothingAndIgnoredClass() {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < 4; i++) {
      int y = LABELS[i];
      if (y == 0) {
        continue;
      }
      double even = 0;
      for (int c = 0; c < 3; c++) {
        even -= WEIGHTS[c] * logProbability(LOGITS[i], c) / 3;
      }
      sum += 0.9 * -WEIGHTS[y] * logProbability(LOGITS[i], y) + 0.1 * even;
      weights += WEIGHTS[y];
    }
    var options =
        CrossEntropyOptions.DEFAULT
            .labelSmoothing(0.1)
            .classWeights(vector(WEIGHTS))
            .ignoreIndex(0);
    assertEquals(sum / weights, Losses.crossEntropy(logits(), labels(), options).item(), 1e-12);
  }

  @Test
  void crossEntropyOfProbabilitiesEqualsThatOfIndices() {
    Tensor oneHot = labels().oneHot(3).toDouble();
    var options = CrossEntropyOptions.DEFAULT.labelSmoothing(0.2);
    assertEquals(
        Losses.crossEntropy(logits(), labels(), options).item(),
        Losses.crossEntropy(logits(), oneHot, options).item(),
        1e-12);
    Tensor soft = Tensors.onesLike(logits()).div(3);
    double expected = 0;
    for (double[] row : LOGITS) {
      for (int c = 0; c < 3; c++) {
        expected -= logProbability(row, c) / 12;
      }
    }
    assertEquals(expected, Losses.crossEntropy(logits(), soft).item(), 1e-6);
  }

  @Test
  void crossEntropyOfImagesHasTheClassesOnAxis1() {
    Tensor logits = Tensors.arange(24).toDouble().reshape(2, 3, 4).mul(0.37).sin();
    Tensor labels = Tensors.of(new int[] {0, 1, 2, 0, 2, 1, 1, 0}, 2, 4);
    double perPixel =
        Losses.crossEntropy(logits.permute(0, 2, 1).reshape(8, 3), labels.reshape(8)).item();
    assertEquals(perPixel, Losses.crossEntropy(logits, labels).item(), 1e-12);
  }

  @Test
  void crossEntropyIsFiniteAtExtremeLogits() {
    Tensor x = Tensors.of(new float[] {1e4f, -1e4f, 0, -1e4f, 1e4f, 0}, 2, 3);
    var none = CrossEntropyOptions.DEFAULT.reduction(Reduction.NONE);
    assertArrayEquals(
        new double[] {0, 2e4},
        values(Losses.crossEntropy(x, Tensors.of(new int[] {0, 0}), none)),
        1e-3);
  }

  @Test
  void crossEntropyErrorsNameShapes() {
    var shape =
        assertThrows(
            IllegalArgumentException.class,
            () -> Losses.crossEntropy(logits(), Tensors.of(new int[] {1, 2})));
    assertEquals(
        "crossEntropy: class indices for scores [4, 3] are i32 or i64 of shape [4], not i32[2]",
        shape.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Losses.crossEntropy(logits(), vector(1, 2, 0, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Losses.crossEntropy(
                logits(), labels(), CrossEntropyOptions.DEFAULT.classWeights(vector(1, 2))));
  }

  @Test
  void gradientOfCrossEntropyIsProbabilityMinusLabel() {
    var x = new Parameter("x", logits());
    double[] gradient = values(Losses.crossEntropy(x, labels()).backward().of(x));
    for (int i = 0; i < 12; i++) {
      double p = Math.exp(logProbability(LOGITS[i / 3], i % 3));
      assertEquals((p - (LABELS[i / 3] == i % 3 ? 1 : 0)) / 4, gradient[i], 1e-12);
    }
  }

  @Test
  void binaryCrossEntropyOfProbabilities() {
    Tensor p = vector(0.9, 0.2, 0.5);
    Tensor t = vector(1, 0, 0.25);
    double[] expected = {-Math.log(0.9), -Math.log(0.8), -Math.log(0.5)};
    assertArrayEquals(expected, values(Losses.binaryCrossEntropy(p, t, Reduction.NONE)), 1e-12);
    assertArrayEquals(
        new double[] {0, 100, 100, 0},
        values(Losses.binaryCrossEntropy(vector(1, 1, 0, 0), vector(1, 0, 1, 0), Reduction.NONE)),
        1e-12);
  }

  @Test
  void binaryCrossEntropyWithLogitsIsFiniteAndExactAtExtremes() {
    Tensor x = Tensors.of(new float[] {1e4f, -1e4f, 1e4f, -1e4f, 0, 30});
    Tensor t = Tensors.of(new float[] {1, 0, 0, 1, 0.5f, 1});
    double[] loss = values(Losses.binaryCrossEntropyWithLogits(x, t, Reduction.NONE));
    assertArrayEquals(new double[] {0, 0, 1e4, 1e4, Math.log(2), 0}, loss, 1e-6);
    assertEquals(Math.exp(-30), loss[5], 1e-18);
  }

  @Test
  void binaryCrossEntropyWithLogitsEqualsThatOfProbabilities() {
    Tensor x = vector(-2, 0.3, 1.7, 0);
    Tensor t = vector(0, 1, 0.4, 1);
    assertArrayEquals(
        values(Losses.binaryCrossEntropy(x.sigmoid(), t, Reduction.NONE)),
        values(Losses.binaryCrossEntropyWithLogits(x, t, Reduction.NONE)),
        1e-12);
    Tensor w = vector(3, 0.5, 2, 1.5);
    double[] weighted = values(Losses.binaryCrossEntropyWithLogits(x, t, null, w, Reduction.NONE));
    double[] xs = x.toDoubles();
    double[] ts = t.toDoubles();
    double[] ws = w.toDoubles();
    for (int i = 0; i < 4; i++) {
      double p = 1 / (1 + Math.exp(-xs[i]));
      assertEquals(
          -ws[i] * ts[i] * Math.log(p) - (1 - ts[i]) * Math.log(1 - p), weighted[i], 1e-12);
    }
  }

  @Test
  void gradientOfBinaryCrossEntropyWithLogitsIsSigmoidMinusTargetAlsoAtZero() {
    var x = new Parameter("x", vector(0, 0, -1.5, 2, 1e4, -1e4));
    Tensor t = vector(0, 1, 0, 1, 0, 1);
    double[] gradient =
        values(Losses.binaryCrossEntropyWithLogits(x, t, Reduction.SUM).backward().of(x));
    double[] expected = {0.5, -0.5, 1 / (1 + Math.exp(1.5)), 1 / (1 + Math.exp(-2)) - 1, 1, -1};
    assertArrayEquals(expected, gradient, 1e-12);
  }

  @Test
  void divergenceOfDistributions() {
    Tensor input = vector(0.2, 0.5, 0.3).log().reshape(1, 3);
    Tensor t = vector(0, 0.25, 0.75).reshape(1, 3);
    double expected = 0.25 * Math.log(0.25 / 0.5) + 0.75 * Math.log(0.75 / 0.3);
    assertEquals(expected, Losses.klDiv(input, t, Reduction.BATCHMEAN).item(), 1e-12);
    Tensor equal = t.add(1);
    Tensor both =
        Losses.klDiv(
            Tensors.cat(0, input, equal.log()), Tensors.cat(0, t, equal), Reduction.BATCHMEAN);
    assertEquals(expected / 2, both.item(), 1e-12);
  }

  @Test
  void marginsAndEmbeddings() {
    assertArrayEquals(
        new double[] {0, 1.5, 0.5},
        values(Losses.hinge(vector(2, 0.5, 0.5), vector(1, -1, 1), Reduction.NONE)),
        1e-12);
    Tensor a = f64(new double[] {1, 0, 1, 1}, 2, 2);
    Tensor b = f64(new double[] {0, 2, 3, 3}, 2, 2);
    assertArrayEquals(
        new double[] {1, 0.75},
        values(Losses.cosineEmbedding(a, b, vector(1, -1), 0.25, Reduction.NONE)),
        1e-12);
    assertArrayEquals(
        new double[] {0, Math.sqrt(8) + 1},
        values(
            Losses.tripletMargin(
                a,
                f64(new double[] {1, 0, 3, 3}, 2, 2),
                f64(new double[] {4, 4, 1, 1}, 2, 2),
                1,
                2,
                1e-6,
                false,
                Reduction.NONE)),
        1e-5);
  }
}
