package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.autograd.GradCheck;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gradients of losses, and of all parameters of a model at once, against central differences in f64. */
class GradientsTest {
  private static final double STEP = 1e-5;

  @BeforeEach
  void seed() {
    Random.seed(17);
  }

  private static Tensor random(int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.randn(shape)).realize();
  }

  private static void check(String name, UnaryOperator<Tensor> f, Tensor x) {
    GradCheck.standard().check(name, f, x);
  }

  @Test
  void regressionLosses() {
    Tensor t = random(3, 4);
    check("mse", x -> Losses.mse(x, t), random(3, 4));
    check("l1", x -> Losses.l1(x, t, Reduction.NONE), random(3, 4));
    check("huber", x -> Losses.huber(x, t, 0.7, Reduction.SUM), random(3, 4));
    check("smoothL1", x -> Losses.smoothL1(x, t, 0.7, Reduction.MEAN), random(3, 4));
  }

  @Test
  void classificationLosses() {
    Tensor labels = Tensors.of(2, 0, 1);
    var options =
        CrossEntropyOptions.DEFAULT
            .labelSmoothing(0.1)
            .ignoreIndex(0)
            .classWeights(random(4).abs().realize());
    check("crossEntropy", x -> Losses.crossEntropy(x, labels), random(3, 4));
    check("crossEntropy with options", x -> Losses.crossEntropy(x, labels, options), random(3, 4));
    Tensor soft = random(3, 4).softmax(1).realize();
    check("crossEntropy of probabilities", x -> Losses.crossEntropy(x, soft), random(3, 4));
    check("nll", x -> Losses.nll(x.logSoftmax(1), labels), random(3, 4));
    Tensor t = random(5).sigmoid().realize();
    check("binaryCrossEntropy", x -> Losses.binaryCrossEntropy(x.sigmoid(), t), random(5));
    check(
        "binaryCrossEntropyWithLogits", x -> Losses.binaryCrossEntropyWithLogits(x, t), random(5));
    Tensor w = random(5).abs().realize();
    check(
        "with weights",
        x -> Losses.binaryCrossEntropyWithLogits(x, t, null, w, Reduction.MEAN),
        random(5));
    check("klDiv", x -> Losses.klDiv(x.logSoftmax(1), soft), random(3, 4));
    GradCheck.standard()
        .checkSecond("crossEntropy", x -> Losses.crossEntropy(x, labels), random(3, 4));
  }

  @Test
  void embeddingLosses() {
    Tensor other = random(3, 4);
    Tensor sign = Tensors.of(1, -1, 1);
    check("cosine", x -> Losses.cosineEmbedding(x, other, sign, -1, Reduction.MEAN), random(3, 4));
    check("hinge", x -> Losses.hinge(x, Tensors.of(1, -1, 1)), random(3));
  }

  @Test
  void parameters() {
    Sequential model =
        Scope.withDType(
            DType.F64,
            () ->
                Sequential.of(
                    new Embedding(5, 4),
                    new LayerNorm(4),
                    new Linear(4, 3),
                    new BatchNorm1d(3),
                    Activation.TANH,
                    new Residual(new Linear(3, 3))));
    Tensor x = Tensors.of(4, 0, 2, 2);
    Tensor target = random(4, 3);
    Gradients gradients = Losses.mse(model.apply(x), target).backward();
    Tensor.realize(gradients.byLeaf().values());
    for (Variable parameter : model.parameters()) {
      double[] analytic = gradients.find(parameter).toDoubles();
      double[] values = parameter.toDoubles();
      for (int i = 0; i < values.length; i++) {
        double start = values[i];
        double above = loss(model, x, target, parameter, values, i, start + STEP);
        double below = loss(model, x, target, parameter, values, i, start - STEP);
        loss(model, x, target, parameter, values, i, start);
        assertEquals(
            (above - below) / (2 * STEP), analytic[i], 1e-7, parameter.name() + " at " + i);
      }
    }
  }

  private static double loss(
      Module model,
      Tensor x,
      Tensor target,
      Variable parameter,
      double[] values,
      int i,
      double value) {
    values[i] = value;
    int[] dims = parameter.shape().dims();
    parameter.set(Scope.withDType(DType.F64, () -> Tensors.of(values, dims)));
    return Scope.noGrad(() -> Losses.mse(model.apply(x), target).item());
  }
}
