package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.CrossEntropyOptions;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Losses and their gradients beside those of libtorch, in f64. The reductions of its functions are 0 for none, 1 for the mean and
 * 2 for the sum.
 */
class TorchLossTest {
  private static final List<Reduction> REDUCTIONS =
      List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  /** A loss with a reduction. */
  private interface Loss {
    Tensor apply(List<Tensor> operands, Reduction reduction);
  }

  /**
   * A loss and what it is compared with.
   *
   * @param expression of operands a, b, c and the number r of a reduction
   * @param operands what they are, see {@link #operand}
   */
  private record Case(String expression, Loss loss, String... operands) {}

  private static final List<Case> CASES =
      List.of(
          new Case(
              "torch.l1_loss(a, b, r)",
              (x, r) -> Losses.l1(x.get(0), x.get(1), r),
              "reals",
              "reals"),
          new Case(
              "torch.mse_loss(a, b, r)",
              (x, r) -> Losses.mse(x.get(0), x.get(1), r),
              "reals",
              "reals"),
          new Case(
              "torch.smooth_l1_loss(a, b, r, 0.7)",
              (x, r) -> Losses.smoothL1(x.get(0), x.get(1), 0.7, r),
              "reals",
              "reals"),
          new Case(
              "torch.huber_loss(a, b, r, 0.7)",
              (x, r) -> Losses.huber(x.get(0), x.get(1), 0.7, r),
              "reals",
              "reals"),
          new Case(
              "torch.binary_cross_entropy(a, b, c.detach(), r)",
              (x, r) -> Losses.binaryCrossEntropy(x.get(0), x.get(1), x.get(2).detach(), r),
              "units",
              "units",
              "positives"),
          new Case(
              "torch.binary_cross_entropy_with_logits(a, b, c.detach(), d.detach(), r)",
              (x, r) ->
                  Losses.binaryCrossEntropyWithLogits(
                      x.get(0), x.get(1), x.get(2).detach(), x.get(3).detach(), r),
              "reals",
              "units",
              "positives",
              "positives"),
          new Case(
              "torch.cross_entropy_loss(a, b, None, r, -100, 0.0)",
              (x, r) ->
                  Losses.crossEntropy(x.get(0), x.get(1), CrossEntropyOptions.DEFAULT.reduction(r)),
              "reals",
              "classes"),
          new Case(
              "torch.cross_entropy_loss(a, b, c.detach(), r, 2, 0.1)",
              (x, r) ->
                  Losses.crossEntropy(
                      x.get(0), x.get(1), new CrossEntropyOptions(0.1, 2L, x.get(2).detach(), r)),
              "reals",
              "classes",
              "weights"),
          new Case(
              "torch.cross_entropy_loss(a, b, c.detach(), r, -100, 0.1)",
              (x, r) ->
                  Losses.crossEntropy(
                      x.get(0), x.get(1), new CrossEntropyOptions(0.1, null, x.get(2).detach(), r)),
              "reals",
              "units",
              "weights"),
          new Case(
              "torch.nll_loss(a, b, c.detach(), r, 2)",
              (x, r) ->
                  Losses.nll(
                      x.get(0), x.get(1), new CrossEntropyOptions(0, 2L, x.get(2).detach(), r)),
              "reals",
              "classes",
              "weights"),
          new Case(
              "torch.kl_div(a, b, r, log_target=False)",
              (x, r) -> Losses.klDiv(x.get(0), x.get(1), r),
              "reals",
              "positives"),
          new Case(
              "torch.kl_div(a, b, r, log_target=True)",
              (x, r) -> Losses.klDiv(x.get(0), x.get(1), true, r),
              "reals",
              "reals"),
          new Case(
              "torch.hinge_embedding_loss(a, b.detach(), 1.5, r)",
              (x, r) -> Losses.hingeEmbedding(x.get(0), x.get(1), 1.5, r),
              "reals",
              "signs"),
          new Case(
              "torch.margin_ranking_loss(a, b, c, 0.5, r)",
              (x, r) -> Losses.marginRanking(x.get(0), x.get(1), x.get(2), 0.5, r),
              "reals",
              "reals",
              "signs"),
          new Case(
              "torch.triplet_margin_loss(a, b, c, 2.0, 2.0, 1e-6, False, r)",
              (x, r) -> Losses.tripletMargin(x.get(0), x.get(1), x.get(2), 2, 2, 1e-6, false, r),
              "reals",
              "reals",
              "reals"),
          new Case(
              "torch.triplet_margin_loss(a, b, c, 1.0, 3.0, 0.01, True, r)",
              (x, r) -> Losses.tripletMargin(x.get(0), x.get(1), x.get(2), 1, 3, 0.01, true, r),
              "reals",
              "reals",
              "reals"),
          new Case(
              "torch.cosine_embedding_loss(a, b, c, 0.2, r)",
              (x, r) -> Losses.cosineEmbedding(x.get(0), x.get(1), x.get(2), 0.2, r),
              "reals",
              "reals",
              "sign"),
          new Case(
              "torch.poisson_nll_loss(a, b.detach(), True, True, 1e-8, r)",
              (x, r) -> Losses.poissonNll(x.get(0), x.get(1).detach(), true, true, 1e-8, r),
              "reals",
              "counts"),
          new Case(
              "torch.poisson_nll_loss(a, b, False, False, 0.01, r)",
              (x, r) -> Losses.poissonNll(x.get(0), x.get(1), false, false, 0.01, r),
              "positives",
              "counts"),
          new Case(
              "torch.multilabel_margin_loss(a, b, r)",
              (x, r) -> Losses.multiLabelMargin(x.get(0), x.get(1), r),
              "reals",
              "labels"),
          new Case(
              "torch.multi_margin_loss(a, b, 2, 0.8, c.detach(), r)",
              (x, r) -> Losses.multiMargin(x.get(0), x.get(1), 2, 0.8, x.get(2).detach(), r),
              "reals",
              "classes",
              "weights"),
          new Case(
              "torch.multi_margin_loss(a, b, 1, 1.0, None, r)",
              (x, r) -> Losses.multiMargin(x.get(0), x.get(1), 1, 1, null, r),
              "reals",
              "classes"),
          new Case(
              "torch.soft_margin_loss(a, b.detach(), r)",
              (x, r) -> Losses.softMargin(x.get(0), x.get(1).detach(), r),
              "reals",
              "signs"),
          new Case(
              "torch.ctc_loss(torch.log_softmax(a, 2), b, [6, 5, 4, 3], [2, 3, 1, 0], 0, r, False)",
              (x, r) -> ctc(x, 0, r, false),
              "outputs",
              "letters"),
          new Case(
              "torch.ctc_loss(torch.log_softmax(a, 2), b - 1, [6, 3, 2, 6], [3, 3, 2, 1], 4, r, True)",
              (x, r) ->
                  Losses.ctc(
                      x.get(0).logSoftmax(2),
                      x.get(1).sub(1),
                      new int[] {6, 3, 2, 6},
                      new int[] {3, 3, 2, 1},
                      4,
                      r,
                      true),
              "outputs",
              "letters"));

  private static Tensor ctc(List<Tensor> x, int blank, Reduction reduction, boolean zeroInfinity) {
    return Losses.ctc(
        x.get(0).logSoftmax(2),
        x.get(1),
        new int[] {6, 5, 4, 3},
        new int[] {2, 3, 1, 0},
        blank,
        reduction,
        zeroInfinity);
  }

  @TestFactory
  Stream<DynamicTest> agreesWithLibtorch() {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    return CASES.stream()
        .flatMap(
            c ->
                REDUCTIONS.stream()
                    .map(r -> dynamicTest(c.expression + " " + r, () -> check(c, r))));
  }

  private static void check(Case c, Reduction reduction) {
    var operands = new ArrayList<Tensor>();
    for (int i = 0; i < c.operands.length; i++) {
      operands.add(operand(c.operands[i], i));
    }
    String expression =
        c.expression.replaceAll("\\br\\b", Integer.toString(REDUCTIONS.indexOf(reduction)));
    Tensor loss = c.loss.apply(operands, reduction);
    Tensor cotangent =
        Tensors.arange(loss.size()).add(1).toDouble().sin().reshape(loss.shape()).realize();
    List<TorchCall.Result> theirs =
        new TorchCall(expression, operands.size()).apply(operands, cotangent);
    assertNear("loss", loss, theirs.getFirst());
    var byLeaf = loss.backward(cotangent).byLeaf();
    assertThat(byLeaf).containsKey(operands.getFirst().node());
    int i = 1;
    for (Tensor operand : operands) {
      if (operand.dtype().isFloat()) {
        TorchCall.Result gradient = theirs.get(i++);
        Tensor ours = byLeaf.get(operand.node());
        if (ours != null) {
          assertNear("gradient " + (i - 2), ours, gradient);
        }
      }
    }
  }

  private static void assertNear(String what, Tensor ours, TorchCall.Result theirs) {
    assertThat(ours.shape().dims()).as(what).isEqualTo(theirs.sizes());
    double[] elements = ours.toDoubles();
    for (int i = 0; i < elements.length; i++) {
      double expected = theirs.elements()[i];
      assertThat(Math.abs(elements[i] - expected))
          .as(what + " " + i + ": " + elements[i] + ", not " + expected)
          .isLessThanOrEqualTo(1e-10 * Math.max(1, Math.abs(expected)));
    }
  }

  /** An operand of a kind; the number makes operands of one kind differ. */
  private static Tensor operand(String kind, int number) {
    return switch (kind) {
      case "reals" -> leaf(number, u -> u.mul(2), 4, 5);
      case "units" -> leaf(number, u -> u.mul(0.45).add(0.5), 4, 5);
      case "positives" -> leaf(number, u -> u.add(1.25), 4, 5);
      case "counts" -> leaf(number, u -> u.add(1).mul(3).round(), 4, 5);
      case "signs" -> leaf(number, Tensor::sign, 4, 5);
      case "sign" -> leaf(number, Tensor::sign, 4);
      case "weights" -> leaf(number, u -> u.add(1.25), 5);
      case "outputs" -> leaf(number, u -> u.mul(3), 6, 4, 5);
      case "classes" -> Tensors.of(new long[] {3, 0, 2, 4});
      case "letters" -> Tensors.of(new long[] {1, 2, 1, 3, 3, 4, 4, 2, 2, 1, 4, 3}, 4, 3);
      case "labels" ->
          Tensors.of(
              new long[] {1, 3, -1, 0, 0, -1, 1, 2, 3, 4, 4, 3, 2, 1, 0, 2, 0, 4, -1, 1}, 4, 5);
      default -> throw new IllegalArgumentException("no operand " + kind);
    };
  }

  private static Tensor leaf(int number, Function<Tensor, Tensor> of, int... shape) {
    Tensor u =
        Scope.withDType(
            DType.F64,
            () ->
                Tensors.arange(Tensors.ones(shape).size())
                    .toDouble()
                    .mul(1.7)
                    .add(0.5 + 2.3 * number)
                    .sin());
    return of.apply(u).reshape(shape).detach().realize().requiresGrad();
  }
}
