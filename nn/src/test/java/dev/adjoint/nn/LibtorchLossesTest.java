package dev.adjoint.nn;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Tensor;
import dev.adjoint.nn.LibtorchFile.Entry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and their gradients against what libtorch computes, in libtorch-losses.txt, with each reduction. */
class LibtorchLossesTest {
  /** A loss of an entry's operands. */
  private interface Loss {
    Tensor apply(List<Tensor> x, Reduction reduction);
  }

  private static final Map<String, Loss> LOSSES =
      Map.ofEntries(
          entry("l1", (x, r) -> Losses.l1(x.get(0), x.get(1), r)),
          entry("mse", (x, r) -> Losses.mse(x.get(0), x.get(1), r)),
          entry("smoothL1", (x, r) -> Losses.smoothL1(x.get(0), x.get(1), 0.7, r)),
          entry("huber", (x, r) -> Losses.huber(x.get(0), x.get(1), 0.7, r)),
          entry(
              "binaryCrossEntropy",
              (x, r) ->
                  Losses.binaryCrossEntropy(
                      x.get(0).div(3), x.get(1).div(3), x.get(2).detach(), r)),
          entry(
              "binaryCrossEntropyWithLogits",
              (x, r) ->
                  Losses.binaryCrossEntropyWithLogits(
                      x.get(0), x.get(1).div(3), x.get(2).detach(), x.get(3).detach(), r)),
          entry("crossEntropy", (x, r) -> Losses.crossEntropy(x.get(0), x.get(1), options(r))),
          entry(
              "crossEntropy of pixels",
              (x, r) -> Losses.crossEntropy(x.get(0), x.get(1), options(r))),
          entry(
              "crossEntropy with options",
              (x, r) ->
                  Losses.crossEntropy(
                      x.get(0),
                      x.get(1),
                      options(r)
                          .labelSmoothing(0.1)
                          .ignoreIndex(2)
                          .classWeights(x.get(2).detach()))),
          entry(
              "crossEntropy of probabilities",
              (x, r) ->
                  Losses.crossEntropy(
                      x.get(0),
                      x.get(1).div(3),
                      options(r).labelSmoothing(0.1).classWeights(x.get(2).detach()))),
          entry("nll", (x, r) -> Losses.nll(x.get(0), x.get(1), options(r))),
          entry(
              "nll with options",
              (x, r) ->
                  Losses.nll(
                      x.get(0),
                      x.get(1),
                      options(r).ignoreIndex(2).classWeights(x.get(2).detach()))),
          entry("klDiv", (x, r) -> Losses.klDiv(x.get(0), x.get(1), r)),
          entry("klDiv of logarithms", (x, r) -> Losses.klDiv(x.get(0), x.get(1), true, r)),
          entry(
              "hingeEmbedding", (x, r) -> Losses.hingeEmbedding(x.get(0), signs(x.get(1)), 1.5, r)),
          entry(
              "marginRanking",
              (x, r) -> Losses.marginRanking(x.get(0), x.get(1), signs(x.get(2)), 0.5, r)),
          entry(
              "tripletMargin",
              (x, r) -> Losses.tripletMargin(x.get(0), x.get(1), x.get(2), 2, 2, 1e-6, false, r)),
          entry(
              "tripletMargin swapped",
              (x, r) -> Losses.tripletMargin(x.get(0), x.get(1), x.get(2), 1, 3, 0.01, true, r)),
          entry(
              "cosineEmbedding",
              (x, r) -> Losses.cosineEmbedding(x.get(0), x.get(1), signs(x.get(2)), 0.2, r)),
          entry(
              "poissonNll",
              (x, r) -> Losses.poissonNll(x.get(0), x.get(1).toDouble(), true, true, 1e-8, r)),
          entry(
              "poissonNll of rates",
              (x, r) -> Losses.poissonNll(x.get(0), x.get(1).toDouble(), false, false, 0.01, r)),
          entry(
              "multiLabelMargin", (x, r) -> Losses.multiLabelMargin(x.get(0), x.get(1).rsub(3), r)),
          entry("multiMargin", (x, r) -> Losses.multiMargin(x.get(0), x.get(1), 1, 1, null, r)),
          entry(
              "multiMargin with options",
              (x, r) -> Losses.multiMargin(x.get(0), x.get(1), 2, 0.8, x.get(2).detach(), r)),
          entry("softMargin", (x, r) -> Losses.softMargin(x.get(0), signs(x.get(1)), r)),
          entry("ctc", (x, r) -> ctc(x, new int[] {5, 4}, new int[] {3, 2}, r, false)),
          entry(
              "ctc without a path", (x, r) -> ctc(x, new int[] {5, 2}, new int[] {2, 3}, r, true)));

  private static CrossEntropyOptions options(Reduction reduction) {
    return CrossEntropyOptions.DEFAULT.reduction(reduction);
  }

  /** -1 and 1 for 0 and 1. */
  private static Tensor signs(Tensor bits) {
    return bits.mul(2).sub(1).toDouble();
  }

  private static Tensor ctc(
      List<Tensor> x, int[] inputLengths, int[] targetLengths, Reduction r, boolean zeroInfinity) {
    Tensor targets = x.get(1).gt(1).toLong().add(1);
    return Losses.ctc(
        x.get(0).logSoftmax(2), targets, inputLengths, targetLengths, 0, r, zeroInfinity);
  }

  private static List<Entry> entries() {
    return LibtorchFile.read("libtorch-losses.txt");
  }

  @Test
  void everyLossHasAnEntryForEachReduction() {
    Set<String> names = new TreeSet<>();
    for (String loss : LOSSES.keySet()) {
      for (String reduction : List.of("none", "mean", "sum")) {
        names.add(loss + ", " + reduction);
      }
    }
    assertThat(entries().stream().map(Entry::name)).containsExactlyInAnyOrderElementsOf(names);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void lossesAndGradientsAreThoseOfLibtorch(Entry entry) {
    String[] words = entry.name().split(", ");
    Loss loss = Objects.requireNonNull(LOSSES.get(words[0]));
    List<Tensor> operands =
        entry.operands().stream().map(x -> x.dtype().isFloat() ? x.requiresGrad() : x).toList();
    entry.check(
        loss.apply(operands, Reduction.valueOf(words[1].toUpperCase(Locale.ROOT))), operands);
  }
}
