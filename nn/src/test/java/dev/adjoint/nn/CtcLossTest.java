package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.autograd.GradCheck;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The CTC loss against its definition: the sum over all sequences of outputs that mean the target. */
class CtcLossTest {
  private static final int TIMES = 5;
  private static final int CLASSES = 3;

  private static Tensor logProbs(DType dtype, int samples) {
    Random.seed(3);
    return Scope.withDType(dtype, () -> Tensors.randn(TIMES, samples, CLASSES))
        .logSoftmax(2)
        .realize();
  }

  /** What a sequence of outputs means: repeated ones once, without blanks. */
  private static List<Integer> meaning(int[] outputs, int blank) {
    var labels = new ArrayList<Integer>();
    int before = blank;
    for (int output : outputs) {
      if (output != before && output != blank) {
        labels.add(output);
      }
      before = output;
    }
    return labels;
  }

  private static double expected(
      double[] logProbs, int samples, int sample, int times, List<Integer> target, int blank) {
    double probability = 0;
    int sequences = (int) Math.pow(CLASSES, times);
    for (int code = 0; code < sequences; code++) {
      int[] outputs = new int[times];
      double log = 0;
      int rest = code;
      for (int t = 0; t < times; t++) {
        outputs[t] = rest % CLASSES;
        rest /= CLASSES;
        log += logProbs[(t * samples + sample) * CLASSES + outputs[t]];
      }
      if (meaning(outputs, blank).equals(target)) {
        probability += Math.exp(log);
      }
    }
    return -Math.log(probability);
  }

  private static final int[] INPUT_LENGTHS = {5, 4, 3, 2};
  private static final int[] TARGET_LENGTHS = {2, 1, 2, 0};
  private static final List<List<Integer>> TARGETS =
      List.of(List.of(1, 2), List.of(2), List.of(1, 1), List.of());

  private static double[] expected(double[] logProbs) {
    double[] losses = new double[4];
    for (int i = 0; i < 4; i++) {
      losses[i] = expected(logProbs, 4, i, INPUT_LENGTHS[i], TARGETS.get(i), 0);
    }
    return losses;
  }

  private static Tensor padded() {
    // What is beyond a length may be anything.
    return Tensors.of(new int[] {1, 2, 2, 77, 1, 1, -5, 0}, 4, 2);
  }

  @Test
  void isMinusTheLogarithmOfAllAlignments() {
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      Tensor x = logProbs(dtype, 4);
      double[] expected = expected(x.toDoubles());
      double tolerance = dtype == DType.F64 ? 1e-12 : 1e-5;
      Tensor none =
          Losses.ctc(x, padded(), INPUT_LENGTHS, TARGET_LENGTHS, 0, Reduction.NONE, false);
      assertArrayEquals(expected, none.toDoubles(), tolerance);
      Tensor joined = Tensors.of(1, 2, 2, 1, 1);
      assertArrayEquals(
          expected,
          Losses.ctc(x, joined, INPUT_LENGTHS, TARGET_LENGTHS, 0, Reduction.NONE, false)
              .toDoubles(),
          tolerance);
      double mean = (expected[0] / 2 + expected[1] + expected[2] / 2 + expected[3]) / 4;
      assertEquals(mean, Losses.ctc(x, padded(), INPUT_LENGTHS, TARGET_LENGTHS).item(), tolerance);
    }
  }

  @Test
  void takesOneSampleAndAnotherBlank() {
    Tensor x = logProbs(DType.F64, 1);
    double expected = expected(x.toDoubles(), 1, 0, 5, List.of(0, 1, 0), 2);
    Tensor loss =
        Losses.ctc(
            x.squeeze(1),
            Tensors.of(0, 1, 0),
            new int[] {5},
            new int[] {3},
            2,
            Reduction.NONE,
            false);
    assertEquals(0, loss.rank());
    assertEquals(expected, loss.item(), 1e-12);
  }

  @Test
  void whatCannotBeIsInfiniteOrZero() {
    Tensor x = logProbs(DType.F32, 1).requiresGrad();
    Tensor target = Tensors.of(1, 1, 1);
    int[] times = {4};
    int[] labels = {3};
    assertEquals(
        Double.POSITIVE_INFINITY,
        Losses.ctc(x, target, times, labels, 0, Reduction.SUM, false).item());
    Tensor zero = Losses.ctc(x, target, times, labels, 0, Reduction.SUM, true);
    assertEquals(0, zero.item());
    for (double g : zero.backward().of(x).toDoubles()) {
      assertEquals(0, g);
    }
    // A class of probability 0 is no NaN either.
    Tensor certain =
        Tensors.of(new double[] {0, Double.NEGATIVE_INFINITY, 0, Double.NEGATIVE_INFINITY}, 2, 1, 2)
            .requiresGrad();
    Tensor loss =
        Losses.ctc(
            certain,
            Tensors.of(new int[] {1}),
            new int[] {2},
            new int[] {1},
            0,
            Reduction.SUM,
            true);
    assertEquals(0, loss.item());
    assertArrayEquals(new double[4], loss.backward().of(certain).toDoubles());
  }

  @Test
  void hasTheGradientOfTheFormula() {
    GradCheck.standard()
        .check(
            "ctc",
            x -> Losses.ctc(x.logSoftmax(2), padded(), INPUT_LENGTHS, TARGET_LENGTHS),
            logProbs(DType.F64, 4));
    GradCheck.standard()
        .check(
            "ctc of free numbers",
            x -> Losses.ctc(x, padded(), INPUT_LENGTHS, TARGET_LENGTHS),
            logProbs(DType.F64, 4));
  }

  @Test
  void hasTheSecondDerivativesOfTheFormula() {
    GradCheck.standard()
        .checkSecond(
            "ctc",
            x -> Losses.ctc(x, padded(), INPUT_LENGTHS, TARGET_LENGTHS),
            logProbs(DType.F64, 4));
  }

  @Test
  void isMappedOverBatches() {
    Tensor x =
        logProbs(DType.F64, 4).unsqueeze(0).mul(Tensors.of(new double[] {1, 0.5}, 2, 1, 1, 1));
    UnaryOperator<Tensor> loss = y -> Losses.ctc(y, padded(), INPUT_LENGTHS, TARGET_LENGTHS);
    Tensor mapped = Autograd.vmap(loss, x);
    Tensor gradients = Autograd.vmap(y -> Autograd.grad(loss, y), x);
    for (int i = 0; i < 2; i++) {
      Tensor one = x.select(0, i).detach().requiresGrad();
      Tensor alone = loss.apply(one);
      assertEquals(alone.item(), mapped.get(i).item(), 1e-12);
      assertArrayEquals(
          alone.backward().of(one).toDoubles(), gradients.select(0, i).toDoubles(), 1e-12);
    }
  }

  /** Pieces of a long recursion are equal graphs: twice as many of them need no more plans. */
  @Test
  void longRecursionsHaveFewPlans() {
    long[] plans = new long[2];
    for (int i = 0; i < 2; i++) {
      int times = 192 << i;
      Tensor targets = Tensors.randint(1, 6, 2, 30).realize();
      Tensor x = Tensors.randn(times, 2, 6).realize().requiresGrad();
      int[] lengths = {times, times};
      long before = Engine.statistics().plans();
      Tensor loss = Losses.ctc(x.logSoftmax(2), targets, lengths, new int[] {30, 30});
      loss.backward().of(x).realize();
      plans[i] = Engine.statistics().plans() - before;
    }
    assertTrue(plans[1] < plans[0] + 20, () -> plans[0] + " and " + plans[1] + " plans");
  }

  /** Of a few hundred times, the graph is deeper than what is recorded as a whole. */
  @Test
  void thousandsOfOperationsAreComputedOnce() {
    int times = 500;
    Random.seed(6);
    Tensor targets = Tensors.randint(1, 6, 2, 30).realize();
    Tensor x = Scope.withDType(DType.F64, () -> Tensors.randn(times, 2, 6)).realize();
    Tensor wide = x.requiresGrad();
    int[] lengths = {times, times - 7};
    int[] labels = {30, 11};
    Engine.Statistics before = Engine.statistics();
    Tensor loss = Losses.ctc(wide.logSoftmax(2), targets, lengths, labels);
    Tensor gradient = loss.backward().of(wide).realize();
    long launches = Engine.statistics().launches() - before.launches();
    assertTrue(launches < 6 * times, () -> launches + " launches");
    for (double sum : gradient.sum(2).toDoubles()) {
      assertEquals(0, sum, 1e-9);
    }
    double step = 1e-6;
    double[] direction = new Random(9).randn(times, 2, 6).toDoubles();
    Tensor along = Tensors.of(direction, times, 2, 6);
    double up = loss(x.add(along.mul(step)), targets, lengths, labels);
    double down = loss(x.sub(along.mul(step)), targets, lengths, labels);
    double slope = gradient.mul(along).sum().item();
    assertEquals(slope, (up - down) / (2 * step), 1e-5 * Math.abs(slope));
  }

  private static double loss(Tensor x, Tensor targets, int[] lengths, int[] labels) {
    return Losses.ctc(x.logSoftmax(2), targets, lengths, labels).item();
  }

  @Test
  void longInputsStayFinite() {
    Random.seed(5);
    Tensor x = Tensors.randn(100, 2, 6).mul(8).realize().requiresGrad();
    Tensor targets = Tensors.randint(1, 6, 2, 12).realize();
    int[] times = {100, 80};
    int[] labels = {12, 9};
    Tensor loss = Losses.ctc(x.logSoftmax(2), targets, times, labels, 0, Reduction.SUM, false);
    Tensor wide = x.toDouble().detach();
    double expected =
        Losses.ctc(wide.logSoftmax(2), targets, times, labels, 0, Reduction.SUM, false).item();
    Tensor gradient = loss.backward().of(x);
    assertEquals(expected, loss.item(), 1e-5 * expected);
    // Probabilities minus occupations add up to 0 at each time.
    for (double sum : gradient.sum(2).toDoubles()) {
      assertEquals(0, sum, 1e-4);
    }
  }

  private static void assertFails(String message, Runnable call) {
    var e = assertThrows(RuntimeException.class, call::run);
    assertEquals(message, e.getMessage());
  }

  @Test
  void errorsNameTheRule() {
    Tensor x = logProbs(DType.F32, 4);
    int[] one = {1, 1, 1, 1};
    assertFails(
        "ctc: inputLengths must be 4 numbers from 0 to 5, not [5, 4, 3, 6]",
        () -> Losses.ctc(x, padded(), new int[] {5, 4, 3, 6}, TARGET_LENGTHS));
    assertFails(
        "ctc: targetLengths must be 4 numbers from 0 to 2, not [2, 1]",
        () -> Losses.ctc(x, padded(), INPUT_LENGTHS, new int[] {2, 1}));
    assertFails(
        "ctc: targets are [4, s] or, one after the other, [4], not [3]",
        () -> Losses.ctc(x, Tensors.of(1, 1, 1), INPUT_LENGTHS, one));
    assertFails(
        "ctc: targets are i32 or i64, not f32",
        () -> Losses.ctc(x, padded().toFloat(), INPUT_LENGTHS, TARGET_LENGTHS));
    assertFails(
        "ctc: needs log-probabilities [t, n, c] or [t, c], not [12]",
        () -> Losses.ctc(Tensors.ones(12), padded(), INPUT_LENGTHS, TARGET_LENGTHS));
    assertFails(
        "ctc: blank 3 is no class of 3",
        () -> Losses.ctc(x, padded(), INPUT_LENGTHS, one, 3, Reduction.MEAN, false));
    assertFails(
        "ctc: needs log-probabilities of type f32 or f64, not f16",
        () -> Losses.ctc(x.toHalf(), padded(), INPUT_LENGTHS, TARGET_LENGTHS));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Losses.ctc(x, Tensors.of(1, 3, 1, 1), INPUT_LENGTHS, one).item());
  }
}
