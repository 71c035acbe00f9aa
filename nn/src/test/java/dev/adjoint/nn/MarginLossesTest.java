package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Losses of margins, embeddings and likelihoods: values by hand, gradients by differences, and what they refuse. */
class MarginLossesTest {
  @BeforeEach
  void seed() {
    Random.seed(19);
  }

  private static Tensor f64(double... values) {
    return f64(values, values.length);
  }

  private static Tensor f64(double[] values, int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape));
  }

  private static Tensor random(int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.randn(shape)).realize();
  }

  private static void assertValues(Tensor loss, double... expected) {
    assertArrayEquals(expected, loss.toDoubles(), 1e-12);
  }

  private static void assertFails(String message, Supplier<Tensor> call) {
    var e = assertThrows(RuntimeException.class, () -> call.get().realize());
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void marginsOfOneScore() {
    Tensor x = f64(2.0, 0.5, -1, 0.25);
    Tensor t = Tensors.of(1, -1, -1, 1);
    assertValues(Losses.hinge(x, t, 2, Reduction.NONE), 0, 2.5, 1, 1.75);
    assertValues(Losses.hingeEmbedding(x, t, 1, Reduction.NONE), 2, 0.5, 2, 0.25);
    assertValues(Losses.hingeEmbedding(x, t), 4.75 / 4);
    Tensor y = f64(1.5, 1, -2, 1);
    assertValues(Losses.marginRanking(x, y, t, 0.25, Reduction.NONE), 0, 0, 1.25, 1);
    assertValues(Losses.marginRanking(x, y, t), 1.75 / 4);
    assertValues(
        Losses.softMargin(x, t, Reduction.SUM),
        Math.log1p(Math.exp(-2))
            + Math.log1p(Math.exp(0.5))
            + Math.log1p(Math.exp(-1))
            + Math.log1p(Math.exp(-0.25)));
    assertEquals(1e4, Losses.softMargin(Tensors.of(-1e4f), Tensors.of(1)).item());
  }

  @Test
  void marginsOfSeveralClasses() {
    Tensor x = f64(new double[] {0.1, 0.2, 0.4, 0.8}, 1, 4);
    // The example of the documentation of MultiLabelMarginLoss:
    // 0.25 * ((1-(0.1-0.2)) + (1-(0.1-0.4)) + (1-(0.8-0.2)) + (1-(0.8-0.4))) = 0.85
    assertValues(Losses.multiLabelMargin(x, Tensors.of(new long[] {3, 0, -1, 1}, 1, 4)), 0.85);
    assertValues(Losses.multiLabelMargin(x, Tensors.of(new long[] {-1, 9, 9, 9}, 1, 4)), 0);
    assertValues(
        Losses.multiLabelMargin(x.squeeze(0), Tensors.of(3, 0, -1, 1), Reduction.NONE), 0.85);
    // (max(0, 1 - 0.8 + 0.1) + max(0, 1 - 0.8 + 0.2) + max(0, 1 - 0.8 + 0.4)) / 4
    assertValues(Losses.multiMargin(x, Tensors.of(new int[] {3})), (0.3 + 0.4 + 0.6) / 4);
    Tensor weight = f64(1.0, 1, 1, 3);
    assertValues(
        Losses.multiMargin(x, Tensors.of(new int[] {3}), 2, 0.5, weight, Reduction.SUM),
        3 * 0.1 * 0.1 / 4);
    Tensor t = Tensors.of(new float[] {1, 0, 1, 0}, 1, 4);
    double[] xs = x.toDoubles();
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double s = 1 / (1 + Math.exp(-xs[i]));
      sum -= i % 2 == 0 ? Math.log(s) : Math.log(1 - s);
    }
    assertValues(Losses.multiLabelSoftMargin(x, t), sum / 4);
    assertValues(Losses.multiLabelSoftMargin(x, t, f64(2.0, 2, 2, 2), Reduction.NONE), sum / 2);
  }

  @Test
  void likelihoods() {
    Tensor x = f64(0.5, 2, 1.25);
    Tensor t = f64(0.0, 3, 1);
    assertValues(
        Losses.poissonNll(x, t, true, false, 1e-8, Reduction.NONE),
        Math.exp(0.5),
        Math.exp(2) - 6,
        Math.exp(1.25) - 1.25);
    double stirling = 3 * Math.log(3) - 3 + Math.log(6 * Math.PI) / 2;
    assertValues(
        Losses.poissonNll(x, t, false, true, 1e-8, Reduction.NONE),
        0.5,
        2 - 3 * Math.log(2 + 1e-8) + stirling,
        1.25 - Math.log(1.25 + 1e-8));
    Tensor var = f64(0.5, 2, 0);
    assertValues(
        Losses.gaussianNll(x, t, var, true, 1e-3, Reduction.NONE).sub(Math.log(2 * Math.PI) / 2),
        (Math.log(0.5) + 0.25 / 0.5) / 2,
        (Math.log(2) + 1.0 / 2) / 2,
        (Math.log(1e-3) + 0.0625 / 1e-3) / 2);
    assertValues(
        Losses.gaussianNll(x.reshape(1, 3), t.reshape(1, 3), f64(2.0), false, 1e-6, Reduction.SUM)
            .sub(1.5 * Math.log(2)),
        (0.25 + 1 + 0.0625) / 4);
    assertFails(
        "gaussianNll: a variance is below 0", () -> Losses.gaussianNll(x, t, f64(0.5, -2, 0)));
  }

  @Test
  void theDistanceOfTheNearerOneCountsIfTheyAreSwapped() {
    Tensor a = f64(new double[] {0, 0, 1, 2}, 2, 2);
    Tensor p = f64(new double[] {3, 4, 1, 3}, 2, 2);
    Tensor n = f64(new double[] {0, 7, 1, 2.5}, 2, 2);
    assertValues(Losses.tripletMargin(a, p, n, 2, 1, 0, false, Reduction.NONE), 2, 1 - 0.5 + 2);
    assertValues(Losses.tripletMargin(a, p, n, 2, 1, 0, true, Reduction.NONE), 7 - 6 + 2, 2.5);
    assertValues(
        Losses.tripletMargin(a, p, n, 2, Double.POSITIVE_INFINITY, 0, false, Reduction.NONE),
        0,
        2.5);
  }

  @Test
  void reductionsAndWeightsOfDivergences() {
    Tensor input = f64(new double[] {0.2, 0.8, 0.5, 0.5}, 2, 2).log();
    Tensor t = f64(new double[] {0.25, 0.75, 0, 1}, 2, 2);
    double sum = 0.25 * Math.log(1.25) + 0.75 * Math.log(0.75 / 0.8) + Math.log(2);
    assertValues(Losses.klDiv(input, t), sum / 4);
    assertValues(Losses.klDiv(input, t, Reduction.BATCHMEAN), sum / 2);
    assertValues(
        Losses.klDiv(input, t.add(0.1).log(), true, Reduction.SUM),
        Losses.klDiv(input, t.add(0.1), Reduction.SUM).item());
    Tensor p = f64(0.3, 0.6);
    Tensor w = f64(2.0, 0.5);
    assertValues(
        Losses.binaryCrossEntropy(p, f64(1.0, 0), w, Reduction.NONE),
        -2 * Math.log(0.3),
        -0.5 * Math.log(0.4));
  }

  @Test
  void penaltiesOfParameters() {
    var a = new Parameter("a", f64(1.0, -2));
    var b = new Parameter("b", f64(-3.0));
    assertEquals(6, Losses.l1Penalty(List.of(a, b)).item());
    assertEquals(14, Losses.l2Penalty(List.of(a, b)).item());
    assertArrayEquals(
        new double[] {1, -1}, Losses.l1Penalty(List.of(a, b)).backward().of(a).toDoubles());
    assertArrayEquals(
        new double[] {-6}, Losses.l2Penalty(List.of(a, b)).backward().of(b).toDoubles());
    assertFails("l1Penalty: needs at least one parameter", () -> Losses.l1Penalty(List.of()));
  }

  private static void check(String name, UnaryOperator<Tensor> f, int... shape) {
    GradCheck.standard().check(name, f, random(shape));
  }

  @Test
  void gradients() {
    Tensor sign = random(6).sign().realize();
    Tensor other = random(6);
    check("hinge", x -> Losses.hinge(x, sign, 1.5, Reduction.SUM), 6);
    check("hingeEmbedding", x -> Losses.hingeEmbedding(x, sign), 6);
    check("marginRanking", x -> Losses.marginRanking(x, other, sign, 0.5, Reduction.MEAN), 6);
    check("softMargin", x -> Losses.softMargin(x, sign), 6);
    Tensor w = random(4).abs().realize();
    Tensor one = Tensors.of(2, 0, 3);
    check("multiMargin", x -> Losses.multiMargin(x, one, 1, 1, w, Reduction.MEAN), 3, 4);
    check("multiMargin p=2", x -> Losses.multiMargin(x, one, 2, 1, w, Reduction.MEAN), 3, 4);
    Tensor several = Tensors.of(new int[] {2, 0, -1, 1, 3, -1, 0, 0, -1, 0, 0, 0}, 3, 4);
    check("multiLabelMargin", x -> Losses.multiLabelMargin(x, several), 3, 4);
    Tensor yes = random(3, 4).gt(0).realize();
    check(
        "multiLabelSoftMargin", x -> Losses.multiLabelSoftMargin(x, yes, w, Reduction.MEAN), 3, 4);
    Tensor b = random(3, 4);
    Tensor c = random(3, 4);
    for (double p : new double[] {1, 2, 3}) {
      check(
          "tripletMargin",
          x -> Losses.tripletMargin(x, b, c, 3, p, 1e-6, true, Reduction.MEAN),
          3,
          4);
    }
    Tensor counts = random(6).abs().mul(3).round().realize();
    check("poissonNll", x -> Losses.poissonNll(x, counts), 6);
    check(
        "poissonNll of rates",
        x -> Losses.poissonNll(x.exp(), counts, false, true, 1e-8, Reduction.MEAN),
        6);
    check("gaussianNll", x -> Losses.gaussianNll(x, other, other.abs().add(0.1)), 6);
    check("gaussianNll by var", x -> Losses.gaussianNll(other, counts, x.exp()), 6);
    check("klDiv", x -> Losses.klDiv(x, other, true, Reduction.BATCHMEAN), 6);
  }

  @Test
  void errorsNameTheRule() {
    Tensor x = Tensors.ones(2, 3);
    Tensor v = Tensors.ones(3);
    assertFails(
        "hinge: prediction [3] and target [2, 3] differ in shape", () -> Losses.hinge(v, x));
    assertFails(
        "softMargin: the prediction must be of a float type, not i32",
        () -> Losses.softMargin(Tensors.of(1), Tensors.of(1)));
    assertFails(
        "multiMargin: p must be 1 or 2, not 3",
        () -> Losses.multiMargin(x, Tensors.of(0, 1), 3, 1, null, Reduction.MEAN));
    assertFails(
        "multiMargin: class indices are i32 or i64 of shape [2], not f32[3]",
        () -> Losses.multiMargin(x, v));
    assertFails(
        "multiMargin: weight [2] does not fit 3 classes",
        () -> Losses.multiMargin(x, Tensors.of(0, 1), 1, 1, Tensors.ones(2), Reduction.MEAN));
    assertFails(
        "multiMargin: class 3 is out of range for 3 classes",
        () -> Losses.multiMargin(x, Tensors.of(0, 3)));
    assertFails(
        "multiMargin: needs float scores of shape [n, c] or [c], not i32[3]",
        () -> Losses.multiMargin(Tensors.of(1, 2, 3), Tensors.of(1)));
    assertFails(
        "multiLabelMargin: class -2 is out of range for 3 classes",
        () -> Losses.multiLabelMargin(v, Tensors.of(1, -2, 0)));
    assertFails(
        "multiLabelMargin: class indices are i32 or i64 of shape [3], not i32[2]",
        () -> Losses.multiLabelMargin(v, Tensors.of(1, 2)));
    assertFails(
        "tripletMargin: margin and p must be above 0, they are 1.0 and 0.0",
        () -> Losses.tripletMargin(v, v, v, 1, 0, 1e-6, false, Reduction.MEAN));
    assertFails(
        "cosineEmbedding: prediction [2] and target [3] differ in shape",
        () -> Losses.cosineEmbedding(x, x, v));
    assertFails(
        "poissonNll: eps must be above 0, not 0.0",
        () -> Losses.poissonNll(v, v, true, false, 0, Reduction.MEAN));
    assertFails(
        "gaussianNll: var [2] must have the shape [3] of the input, be without its last axis or have 1 there",
        () -> Losses.gaussianNll(v, v, Tensors.ones(2)));
    assertFails(
        "binaryCrossEntropy: weight [2, 3] does not broadcast to [3]",
        () -> Losses.binaryCrossEntropy(v, v, x, Reduction.MEAN));
  }
}
