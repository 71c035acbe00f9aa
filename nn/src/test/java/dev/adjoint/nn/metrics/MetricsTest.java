package dev.adjoint.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetricsTest {
  // Confusion matrix, rows actual:  0: 2 1 0   1: 0 1 1   2: 1 0 4
  private static final int[] ACTUAL = {0, 0, 0, 1, 1, 2, 2, 2, 2, 2};
  private static final int[] PREDICTED = {0, 0, 1, 1, 2, 2, 2, 2, 2, 0};

  private static ConfusionMatrix matrix() {
    var matrix = new ConfusionMatrix(3);
    matrix.update(Tensors.of(new int[] {0, 0, 1, 1}), Tensors.of(new int[] {0, 0, 0, 1}));
    matrix.update(
        Tensors.of(new int[] {2, 2, 2, 2, 2, 0}), Tensors.of(new long[] {1, 2, 2, 2, 2, 2}));
    return matrix;
  }

  @Test
  void accuracyCountsRightSamplesOverBatches() {
    var accuracy = new Accuracy();
    assertTrue(Double.isNaN(accuracy.value()));
    Tensor scores = Tensors.of(new float[] {0.1f, 0.9f, 0, -1, -3, -2, 5, 5, 4}, 3, 3);
    accuracy.update(scores, Tensors.of(new int[] {1, 0, 1}));
    assertEquals(2 / 3.0, accuracy.value(), 1e-15);
    accuracy.update(Tensors.of(PREDICTED), Tensors.of(ACTUAL));
    assertEquals(9 / 13.0, accuracy.value(), 1e-15);
    accuracy.reset();
    assertTrue(Double.isNaN(accuracy.value()));
    assertEquals(0.7, Accuracy.of(Tensors.of(PREDICTED), Tensors.of(ACTUAL)), 1e-15);
  }

  @Test
  void theFirstOfEqualScoresCountsAndNanIsTheLargest() {
    Tensor scores = Tensors.of(new float[] {1, 1, 0, 2, Float.NaN, Float.NaN}, 2, 3);
    assertEquals(1, Accuracy.of(scores, Tensors.of(new int[] {0, 1})));
  }

  @Test
  void confusionMatrixCounts() {
    ConfusionMatrix matrix = matrix();
    long[][] expected = {{2, 1, 0}, {0, 1, 1}, {1, 0, 4}};
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(expected[i][j], matrix.count(i, j));
      }
    }
    assertEquals(10, matrix.total());
    assertEquals(0.7, matrix.accuracy(), 1e-15);
  }

  @Test
  void precisionRecallAndF1AreThoseByHand() {
    ConfusionMatrix matrix = matrix();
    double[] precision = {2 / 3.0, 1 / 2.0, 4 / 5.0};
    double[] recall = {2 / 3.0, 1 / 2.0, 4 / 5.0};
    for (int c = 0; c < 3; c++) {
      assertEquals(precision[c], matrix.precision(c), 1e-15);
      assertEquals(recall[c], matrix.recall(c), 1e-15);
      assertEquals(2 * precision[c] * recall[c] / (precision[c] + recall[c]), matrix.f1(c), 1e-15);
    }
    // (2/3 + 1/2 + 4/5) / 3 = 59/90; (3*2/3 + 2*1/2 + 5*4/5) / 10 = 7/10.
    assertEquals(59 / 90.0, matrix.precision(Average.MACRO), 1e-15);
    assertEquals(59 / 90.0, matrix.f1(Average.MACRO), 1e-15);
    assertEquals(0.7, matrix.recall(Average.WEIGHTED), 1e-15);
    assertEquals(0.7, matrix.precision(Average.MICRO), 1e-15);
  }

  @Test
  void precisionAndRecallDifferWhereTheMatrixIsNotSymmetric() {
    // Actual 0 0 0 0 1 1, predicted 0 1 1 1 1 0; class 2 never occurs.
    var matrix = new ConfusionMatrix(3);
    matrix.update(
        Tensors.of(new int[] {0, 1, 1, 1, 1, 0}), Tensors.of(new int[] {0, 0, 0, 0, 1, 1}));
    assertEquals(1 / 2.0, matrix.precision(0), 1e-15);
    assertEquals(1 / 4.0, matrix.recall(0), 1e-15);
    assertEquals(1 / 3.0, matrix.f1(0), 1e-15);
    assertEquals(1 / 4.0, matrix.precision(1), 1e-15);
    assertEquals(1 / 2.0, matrix.recall(1), 1e-15);
    assertEquals(0, matrix.f1(2));
    assertEquals((1 / 2.0 + 1 / 4.0) / 3, matrix.precision(Average.MACRO), 1e-15);
    assertEquals((4 * (1 / 2.0) + 2 * (1 / 4.0)) / 6, matrix.precision(Average.WEIGHTED), 1e-15);
    assertEquals((4 * (1 / 4.0) + 2 * (1 / 2.0)) / 6, matrix.recall(Average.WEIGHTED), 1e-15);
    assertEquals(1 / 3.0, matrix.f1(Average.MICRO), 1e-15);
    assertEquals(4, matrix.support(0));
    matrix.reset();
    assertEquals(0, matrix.total());
    assertEquals(0, matrix.f1(Average.WEIGHTED));
  }

  @Test
  void confusionMatrixPrintsATable() {
    String[] lines = matrix().toString().split(System.lineSeparator());
    assertEquals(4, lines.length);
    assertEquals("     0     2     1     0     0.6667  0.6667  0.6667", lines[1]);
    assertEquals(
        " class     0     1     2  precision  recall      f1", lines[0].toLowerCase(Locale.ROOT));
  }

  @Test
  void aWrongBatchIsRefusedAsAWhole() {
    ConfusionMatrix matrix = matrix();
    assertThrows(
        IllegalArgumentException.class,
        () -> matrix.update(Tensors.of(new int[] {0, 3}), Tensors.of(new int[] {0, 0})));
    assertThrows(
        IllegalArgumentException.class,
        () -> matrix.update(Tensors.of(new int[] {0, 0}), Tensors.of(new int[] {0, -1})));
    assertEquals(10, matrix.total());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Accuracy().update(Tensors.of(new int[] {0, 3}), Tensors.of(new int[] {0})));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Accuracy().update(Tensors.of(new float[] {0, 3}), Tensors.of(new int[] {0, 0})));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Accuracy().update(Tensors.of(new int[] {0, 3}), Tensors.of(new float[] {0, 0})));
  }

  @Test
  void binaryAccuracyComparesWithAThreshold() {
    var accuracy = new BinaryAccuracy(0);
    accuracy.update(
        Tensors.of(new float[] {1, -1, 0.5f, 0}, 4, 1), Tensors.of(new float[] {1, 0, 0, 0}, 4, 1));
    assertEquals(0.75, accuracy.value());
    accuracy.reset();
    accuracy.update(Tensors.of(new float[] {Float.NaN, 2}), Tensors.of(new boolean[] {true, true}));
    assertEquals(0.5, accuracy.value());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            accuracy.update(Tensors.of(new float[] {1, 2}), Tensors.of(new float[] {1, 2}, 2, 1)));
  }

  @Test
  void meanAbsoluteErrorByHand() {
    Metric error = MeanError.absolute();
    assertTrue(Double.isNaN(error.value()));
    error.update(
        Tensors.of(new float[] {2.5f, 0, 2}, 3, 1), Tensors.of(new float[] {3, -0.5f, 2}, 3, 1));
    error.update(Tensors.of(new float[] {8}, 1, 1), Tensors.of(new float[] {7}, 1, 1));
    assertEquals(0.5, error.value(), 1e-15);
    error.reset();
    assertTrue(Double.isNaN(error.value()));
    assertThrows(
        IllegalArgumentException.class,
        () -> error.update(Tensors.of(new float[] {1, 2}, 2, 1), Tensors.of(new float[] {1, 2})));
  }

  @Test
  void r2ByHand() {
    var r2 = new R2();
    r2.update(Tensors.of(new float[] {2.5f, 0}), Tensors.of(new float[] {3, -0.5f}));
    assertTrue(Double.isFinite(r2.value()));
    r2.update(Tensors.of(new float[] {2, 8}), Tensors.of(new float[] {2, 7}));
    // Residual 0.25 + 0.25 + 0 + 1; targets have mean 2.875 and spread 29.1875.
    assertEquals(1 - 1.5 / 29.1875, r2.value(), 1e-14);
    r2.reset();
    assertTrue(Double.isNaN(r2.value()));
    r2.update(Tensors.of(new float[] {1, 1}), Tensors.of(new float[] {1, 1}));
    assertEquals(1, r2.value());
    r2.update(Tensors.of(new float[] {2}), Tensors.of(new float[] {1}));
    assertEquals(0, r2.value());
  }

  @Test
  void r2DoesNotLoseDigitsFarFromZero() {
    var r2 = new R2();
    float big = 1e7f;
    r2.update(
        Tensors.of(new float[] {big, big + 1, big + 4}),
        Tensors.of(new float[] {big, big + 2, big + 4}));
    assertEquals(1 - 1 / 8.0, r2.value(), 1e-9);
  }

  @Test
  void wordErrorRateCountsEdits() {
    var rate = new WordErrorRate();
    assertTrue(Double.isNaN(rate.value()));
    assertEquals(3, WordErrorRate.editDistance(characters("kitten"), characters("sitting")));
    assertEquals(3, WordErrorRate.editDistance(characters("saturday"), characters("sunday")));
    assertEquals(4, WordErrorRate.editDistance(characters(""), characters("four")));
    rate.update(
        List.of(characters("kitten"), characters("abc")),
        List.of(characters("sitting"), characters("abc")));
    assertEquals(3 / 10.0, rate.value(), 1e-15);
    rate.update(List.of(characters("four")), List.of(characters("")));
    assertEquals(7 / 10.0, rate.value(), 1e-15);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> rate.update(List.of(characters("a")), List.<List<Integer>>of()));
    assertEquals("word error rate: 1 sequences for 0 targets", e.getMessage());
    assertEquals(7 / 10.0, rate.value(), 1e-15);
    rate.reset();
    assertTrue(Double.isNaN(rate.value()));
  }

  private static List<Integer> characters(String text) {
    return text.chars().boxed().toList();
  }
}
