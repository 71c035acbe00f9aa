package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Gradients;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Attention of sequences that are so long that it is done in blocks of queries, compared with two products and a softmax. */
class AttentionBlocksTest {
  private static Tensor operand(int... shape) {
    return Tensors.rand(shape).mul(2).sub(1).realize().requiresGrad();
  }

  private static Tensor whole(Tensor q, Tensor k, Tensor v, UnaryOperator<Tensor> mask) {
    Tensor scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(q.dim(-1)));
    return mask.apply(scores).softmax(-1).matmul(v);
  }

  /** The attention of queries that see the keys up to their own number. */
  private static Tensor causal(Tensor q, Tensor k, Tensor v) {
    Tensor seen = Tensors.ones(q.dim(-2), k.dim(-2)).tril().gt(0);
    return whole(q, k, v, scores -> seen.where(scores, Double.NEGATIVE_INFINITY));
  }

  private static void same(Tensor blocks, Tensor whole, Tensor... inputs) {
    assertThat(blocks.allClose(whole, 1e-5, 1e-6)).isTrue();
    Tensor seed = Tensors.rand(blocks.shape().dims());
    Gradients found = blocks.mul(seed).sum().backward();
    Gradients wanted = whole.mul(seed).sum().backward();
    for (Tensor input : inputs) {
      assertThat(found.of(input).allClose(wanted.of(input), 1e-4, 1e-5)).isTrue();
    }
  }

  @Test
  void causalBlocksSeeTheKeysBeforeThem() {
    Tensor q = operand(2, 300, 4);
    Tensor k = operand(2, 300, 4);
    Tensor v = operand(2, 300, 3);
    same(q.scaledDotProductAttention(k, v, null, 0, true), causal(q, k, v), q, k, v);
  }

  @Test
  void fewerKeysThanQueriesAreSeenByAllLaterBlocks() {
    Tensor q = operand(200, 4);
    Tensor k = operand(90, 4);
    Tensor v = operand(90, 3);
    same(q.scaledDotProductAttention(k, v, null, 0, true), causal(q, k, v), q, k, v);
  }

  @Test
  void blocksTakeTheirRowsOfMask() {
    Tensor q = operand(3, 1800, 4);
    Tensor k = operand(3, 900, 4);
    Tensor v = operand(3, 900, 2);
    for (Tensor bias : List.of(operand(1800, 900), operand(3, 1, 900), operand(900))) {
      same(
          q.scaledDotProductAttention(k, v, bias),
          whole(q, k, v, scores -> scores.add(bias)),
          q,
          k,
          v,
          bias);
    }
  }

  @Test
  void groupsOfHeadsShareKeys() {
    Tensor q = operand(4, 150, 4);
    Tensor k = operand(2, 150, 4);
    Tensor v = operand(2, 150, 3);
    same(
        q.scaledDotProductAttention(k, v, null, 0, true, null, true),
        causal(q, k.repeatInterleave(2, 0), v.repeatInterleave(2, 0)),
        q,
        k,
        v);
  }

  /** The backward pass must drop the weights that the forward pass dropped: the function is linear in the values. */
  @Test
  void bothPassesDropTheSameWeights() {
    Random.seed(5);
    Tensor q = operand(200, 4);
    Tensor v = operand(200, 3);
    Tensor y = q.scaledDotProductAttention(q.detach(), v, null, 0.5, true);
    Tensor seed = Tensors.rand(200, 3).realize();
    Tensor gradient = y.mul(seed).sum().backward().of(v);
    double expected = y.mul(seed).sum().item();
    assertThat(gradient.mul(v).sum().item()).isCloseTo(expected, within(1e-3));
    assertThat(y.eq(0).sum().item()).isLessThan(50);
  }

  @Test
  void secondDerivativesPassBlocks() {
    Tensor q = operand(130, 2);
    Tensor v = operand(130, 1);
    Tensor found = twice(q.scaledDotProductAttention(q, v, null, 0, true), q);
    assertThat(found.allClose(twice(causal(q, q, v), q), 1e-3, 1e-4)).isTrue();
  }

  private static Tensor twice(Tensor y, Tensor x) {
    Tensor first = Autograd.gradient(y.square().sum(), x);
    return Autograd.gradient(first.square().sum(), x);
  }

  /** Memory of a forward pass grows with the length, not with its square, also if a backward pass may follow. */
  @Test
  void memoryIsLinearInLength() {
    for (boolean causal : new boolean[] {false, true}) {
      long once = bytes(8192, causal);
      long twice = bytes(16384, causal);
      assertThat((double) twice / once).isBetween(1.0, 2.0);
      assertThat(twice).isLessThan(16384L * 16384 * Float.BYTES / 8);
    }
  }

  /** What a training step takes at once is a few times its operands, of which the scores would be a hundred times as many. */
  @Test
  void memoryOfBothPassesIsThatOfTheOperands() {
    for (boolean causal : new boolean[] {false, true}) {
      Tensor q = operand(1, 4, 8192, 64);
      Tensor k = operand(1, 4, 8192, 64);
      Tensor v = operand(1, 4, 8192, 64);
      Tensor y = q.scaledDotProductAttention(k, v, null, 0, causal);
      Gradients found = y.mul(y.detach()).sum().backward();
      long peak = Plans.of(y, found.of(q), found.of(k), found.of(v)).peakBytes();
      assertThat(peak).isLessThan(12 * q.size() * Float.BYTES);
    }
  }

  private static long bytes(int length, boolean causal) {
    Tensor q = operand(length, 16);
    Tensor k = operand(length, 16);
    Tensor v = operand(length, 16);
    return Plans.of(q.scaledDotProductAttention(k, v, null, 0, causal)).peakBytes();
  }
}
