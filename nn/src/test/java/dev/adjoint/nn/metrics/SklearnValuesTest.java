package dev.adjoint.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

/**
 * Metrics against the numbers that the definitions of scikit-learn give by hand; each comes with the call that gives it. Most
 * cases are those of its documentation.
 */
class SklearnValuesTest {
  private static double value(Metric metric, Tensor output, Tensor target) {
    assertTrue(Double.isNaN(metric.value()), "before the first sample");
    metric.update(output, target);
    double once = metric.value();
    // In two batches, after a reset.
    metric.reset();
    int n = target.dim(0);
    metric.update(output.narrow(0, 0, 1), target.narrow(0, 0, 1));
    metric.update(output.narrow(0, 1, n - 1), target.narrow(0, 1, n - 1));
    assertEquals(once, metric.value(), 1e-15);
    return once;
  }

  private static Tensor f64(double[] values, int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape));
  }

  private static final Tensor ACTUAL = Tensors.of(0, 1, 2, 0, 1, 2);
  private static final Tensor PREDICTED = Tensors.of(0, 2, 1, 0, 0, 1);

  private static void assertScore(double expected, ClassScore score) {
    assertEquals(expected, value(score, PREDICTED, ACTUAL), 1e-15, score.name());
  }

  @Test
  void scoresOfClasses() {
    // precision_score([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], average='macro'): (2/3 + 0 + 0) / 3
    assertScore(2 / 9.0, ClassScore.precision(3, Average.MACRO));
    assertScore(1 / 3.0, ClassScore.precision(3, Average.MICRO));
    assertScore(2 / 9.0, ClassScore.precision(3, Average.WEIGHTED));
    // recall_score(..., average='macro'): (2/2 + 0 + 0) / 3
    assertScore(1 / 3.0, ClassScore.recall(3, Average.MACRO));
    assertScore(1 / 3.0, ClassScore.recall(3, Average.WEIGHTED));
    // f1_score(..., average='macro'): 0.8 / 3
    assertScore(0.8 / 3, ClassScore.f1(3, Average.MACRO));
    assertScore(1 / 3.0, ClassScore.f1(3, Average.MICRO));
    // jaccard_score(..., average='macro'): (2/3 + 0 + 0) / 3; 'micro': 2 / (2 + 4 + 4)
    assertScore(2 / 9.0, ClassScore.iou(3, Average.MACRO));
    assertScore(0.2, ClassScore.iou(3, Average.MICRO));
    // matthews_corrcoef: (2*6 - (2*3 + 2*2 + 2*1)) / sqrt((36 - 14) (36 - 12)) = 0
    assertScore(0, ClassScore.matthews(3));
    var matrix = new ConfusionMatrix(3);
    // jaccard_score([0, 1, 2, 2], [0, 2, 1, 2], average=None)
    matrix.update(Tensors.of(0, 2, 1, 2), Tensors.of(0, 1, 2, 2));
    assertEquals(1, matrix.iou(0));
    assertEquals(0, matrix.iou(1));
    assertEquals(1 / 3.0, matrix.iou(2), 1e-15);
  }

  @Test
  void matthewsOfTwoClasses() {
    // matthews_corrcoef([1, 1, 1, 0], [1, 0, 1, 1]): (2*0 - 1*1) / sqrt(3*3*1*1)
    assertEquals(
        -1 / 3.0,
        value(ClassScore.matthews(2), Tensors.of(1, 0, 1, 1), Tensors.of(1, 1, 1, 0)),
        1e-15);
    assertEquals(0, value(ClassScore.matthews(2), Tensors.of(1, 0), Tensors.of(1, 1)));
    assertEquals(1, value(ClassScore.matthews(2), Tensors.of(1, 0), Tensors.of(1, 0)), 1e-15);
  }

  @Test
  void rankingsOfTwoClasses() {
    Tensor scores = f64(new double[] {0.1, 0.4, 0.35, 0.8}, 4);
    Tensor labels = Tensors.of(0, 0, 1, 1);
    // roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]): 3 of 4 pairs
    assertEquals(0.75, value(Ranking.rocAuc(), scores, labels), 1e-15);
    // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]): 1/1 * 1/2 + 2/3 * 1/2
    assertEquals(5 / 6.0, value(Ranking.averagePrecision(), scores, labels), 1e-15);
    Tensor both = Tensors.stack(1, scores.rsub(1), scores);
    assertEquals(0.75, value(Ranking.rocAuc(), both, labels), 1e-15);
    // roc_auc_score([0, 1, 0, 1, 1], [2, 2, 1, 2, 3]): (3 + 2 + 2 / 2) / 6
    Tensor ties = f64(new double[] {2, 2, 1, 2, 3}, 5);
    Tensor more = Tensors.of(0, 1, 0, 1, 1);
    assertEquals(5 / 6.0, value(Ranking.rocAuc(), ties, more), 1e-15);
    // average_precision_score([0, 1, 0, 1, 1], [2, 2, 1, 2, 3]): 1 * 1/3 + 3/4 * 2/3
    assertEquals(5 / 6.0, value(Ranking.averagePrecision(), ties, more), 1e-15);
    assertTrue(Double.isNaN(value(Ranking.rocAuc(), ties, Tensors.of(1, 1, 1, 1, 1))));
  }

  @Test
  void rankingsOfSeveralClasses() {
    Tensor p =
        f64(
            new double[] {
              0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.2, 0.2, 0.6, 0.3, 0.4, 0.3, 0.55, 0.25, 0.2
            },
            5,
            3);
    Tensor labels = Tensors.of(0, 1, 2, 1, 0);
    // roc_auc_score([0, 1, 2, 1, 0], p, multi_class='ovr', average='macro'):
    // class 0: 0.6, 0.55 above 0.5, 0.2, 0.3: 1; class 1: 0.4, 0.4 above all: 1; class 2: 1
    assertEquals(1, value(Ranking.rocAuc(3, Average.MACRO), p, labels), 1e-15);
    Tensor other = Tensors.of(0, 0, 2, 1, 1);
    // class 0: 0.6 and 0.5 against 0.2, 0.3, 0.55: 5/6; class 1: 0.4 and 0.25 against 0.3, 0.4,
    // 0.2: (2.5 + 1) / 6;
    // class 2: 1
    double[] areas = {5 / 6.0, 3.5 / 6, 1};
    assertEquals(
        (areas[0] + areas[1] + areas[2]) / 3,
        value(Ranking.rocAuc(3, Average.MACRO), p, other),
        1e-15);
    assertEquals(
        (2 * areas[0] + 2 * areas[1] + areas[2]) / 5,
        value(Ranking.rocAuc(3, Average.WEIGHTED), p, other),
        1e-15);
    // average_precision_score of each: 1/2 * 1 + 1/2 * 2/3; at 0.4 1/2 * 1/2, at 0.25 1/2 * 2/4; 1
    double[] precisions = {5 / 6.0, 0.5, 1};
    assertEquals(
        (precisions[0] + precisions[1] + precisions[2]) / 3,
        value(Ranking.averagePrecision(3, Average.MACRO), p, other),
        1e-15);
  }

  @Test
  void topK() {
    Tensor scores =
        f64(new double[] {0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1}, 4, 3);
    // top_k_accuracy_score([0, 1, 2, 2], scores, k=2)
    assertEquals(0.75, value(new TopKAccuracy(2), scores, Tensors.of(0, 1, 2, 2)));
    assertEquals(0.5, value(new TopKAccuracy(1), scores, Tensors.of(0, 1, 2, 2)));
    assertEquals(1, value(new TopKAccuracy(3), scores, Tensors.of(0, 1, 2, 2)));
    // Of the equal scores of the first sample that of class 2 comes first.
    assertEquals(0.5, value(new TopKAccuracy(2), scores.narrow(0, 0, 2), Tensors.of(1, 1)));
  }

  @Test
  void likelihoods() {
    // log_loss([1, 0, 0, 1], [[.1, .9], [.9, .1], [.8, .2], [.35, .65]]): 0.21616...
    Tensor p = f64(new double[] {0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65}, 4, 2);
    Tensor labels = Tensors.of(1, 0, 0, 1);
    double expected = -(2 * Math.log(0.9) + Math.log(0.8) + Math.log(0.65)) / 4;
    assertEquals(expected, value(new LogLoss(), p, labels), 1e-15);
    assertEquals(0.21616187468057912, expected, 1e-15);
    assertEquals(expected, value(new LogLoss(), p.select(1, 1), labels), 1e-15);
    // log_loss([1, 0], [0.0, 0.0]) is finite.
    assertEquals(
        -Math.log(Math.ulp(1.0)) / 2,
        value(new LogLoss(), f64(new double[] {0, 0}, 2), Tensors.of(1, 0)),
        1e-12);
    assertEquals(Math.exp(expected), value(new Perplexity(), p.log(), labels), 1e-14);
    Tensor shifted = p.log().add(3);
    assertEquals(Math.exp(expected), value(new Perplexity(), shifted, labels), 1e-14);
    var padded = new Perplexity(-1L);
    padded.update(shifted.reshape(2, 2, 2), Tensors.of(new long[] {1, -1, 0, -1}, 2, 2));
    assertEquals(Math.exp(-(Math.log(0.9) + Math.log(0.8)) / 2), padded.value(), 1e-14);
  }

  @Test
  void errorsOfNumbers() {
    Tensor y = f64(new double[] {2.5, 0, 2, 8}, 4);
    Tensor t = f64(new double[] {3, -0.5, 2, 7}, 4);
    // mean_absolute_error, mean_squared_error, root_mean_squared_error([3, -0.5, 2, 7], [2.5, 0.0,
    // 2, 8])
    assertEquals(0.5, value(MeanError.absolute(), y, t));
    assertEquals(0.375, value(MeanError.squared(), y, t));
    assertEquals(Math.sqrt(0.375), value(MeanError.rootSquared(), y, t));
    // mean_absolute_percentage_error([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]): 0.32738...
    assertEquals((0.5 / 3 + 1 + 1 / 7.0) / 4, value(MeanError.absolutePercentage(), y, t), 1e-15);
    // mean_absolute_percentage_error([1., 0., 2.4, 7.], [1.2, 0.1, 2.4, 8.]): 112589990684262.48
    assertEquals(
        112589990684262.48,
        value(
            MeanError.absolutePercentage(),
            f64(new double[] {1.2, 0.1, 2.4, 8}, 4),
            f64(new double[] {1, 0, 2.4, 7}, 4)),
        0.1);
    // r2_score([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]): 0.948...
    assertEquals(0.9486081370449679, value(new R2(), y, t), 1e-15);
  }

  private static void assertFails(String message, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }

  @Test
  void wrongBatchesAreRefused() {
    Tensor two = Tensors.ones(2, 3);
    assertFails(
        "top-k accuracy: class 3 is not below 3",
        () -> new TopKAccuracy(1).update(two, Tensors.of(0, 3)));
    assertFails(
        "top-k accuracy: needs scores [batch, classes], not i32[2]",
        () -> new TopKAccuracy(1).update(Tensors.of(0, 1), Tensors.of(0, 1)));
    assertFails("top-k accuracy: k must be at least 1, not 0", () -> new TopKAccuracy(0));
    assertFails(
        "log loss: needs probabilities in [0, 1], not 2.0",
        () -> new LogLoss().update(two.mul(2), Tensors.of(0, 1)));
    assertFails(
        "log loss: the probabilities of sample 0 add up to 3.0",
        () -> new LogLoss().update(two, Tensors.of(0, 1)));
    assertFails(
        "roc_auc: needs scores [batch, 4], not [2, 3]",
        () -> Ranking.rocAuc(4, Average.MACRO).update(two, Tensors.of(0, 1)));
    assertFails(
        "roc_auc: a score is NaN",
        () -> Ranking.rocAuc().update(Tensors.of(0, Double.NaN), Tensors.of(0, 1)));
    assertFails(
        "average_precision: class -1 is not below 2",
        () -> Ranking.averagePrecision().update(Tensors.of(0.5, 1), Tensors.of(0, -1)));
    assertFails(
        "roc_auc: classes are averaged as MACRO or WEIGHTED",
        () -> Ranking.rocAuc(3, Average.MICRO));
    assertFails(
        "perplexity: needs logits [..., classes] and tokens [...], not [2, 3] and [3]",
        () -> new Perplexity().update(two, Tensors.of(0, 1, 2)));
    assertFails(
        "perplexity: class 5 is not below 3", () -> new Perplexity().update(two, Tensors.of(0, 5)));
    assertFails(
        "mape: output and target must have one shape: [2, 3] and [2]",
        () -> MeanError.absolutePercentage().update(two, Tensors.ones(2)));
  }
}
