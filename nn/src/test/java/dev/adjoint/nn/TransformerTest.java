package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.TransformerDecoderLayer.Masks;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attention of several heads, layers of transformers and encodings of positions. */
class TransformerTest {
  private static final int EMBED = 6;
  private static final int HEADS = 2;
  private static final int HEAD = EMBED / HEADS;

  private Tensor q;
  private Tensor kv;
  private MultiheadAttention attention;

  @BeforeEach
  void input() {
    Random.seed(21);
    q = f64(() -> Tensors.randn(4, 2, EMBED).realize());
    kv = f64(() -> Tensors.randn(5, 2, EMBED).realize());
    attention = f64(() -> new MultiheadAttention(EMBED, HEADS));
  }

  private static <T> T f64(Supplier<T> body) {
    return Scope.withDType(DType.F64, body);
  }

  private static void close(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(expected.toDoubles());
  }

  /** One sample and head at a time, without masks of more than one kind. */
  private Tensor byHand(Tensor added) {
    Tensor w = attention.state().get("in_proj_weight").value();
    var rows = new Tensor[2];
    for (int n = 0; n < 2; n++) {
      var heads = new Tensor[HEADS];
      for (int h = 0; h < HEADS; h++) {
        Tensor a = q.select(1, n).matmul(w.narrow(0, h * HEAD, HEAD).t());
        Tensor b = kv.select(1, n).matmul(w.narrow(0, EMBED + h * HEAD, HEAD).t());
        Tensor c = kv.select(1, n).matmul(w.narrow(0, 2 * EMBED + h * HEAD, HEAD).t());
        Tensor scores = a.matmul(b.t()).div(Math.sqrt(HEAD)).add(added.select(0, n));
        heads[h] = scores.softmax(-1).matmul(c);
      }
      rows[n] = Tensors.cat(-1, heads).matmul(attention.state().get("out_proj.weight").value().t());
    }
    return Tensors.stack(1, rows);
  }

  @Test
  void headsAreDoneOneByOne() {
    Tensor none = f64(() -> Tensors.zeros(2, 4, 5));
    close(attention.apply(q, kv, kv), byHand(none));
    Tensor padding = Tensors.of(new int[] {0, 0, 1, 0, 1, 0, 0, 0, 0, 1}, 2, 5).toBool();
    Tensor hidden = padding.where(Double.NEGATIVE_INFINITY, 0).toDouble().unsqueeze(1).add(none);
    Tensor expected = byHand(hidden);
    close(attention.apply(q, kv, kv, padding, false, null, false, false).output(), expected);
    MultiheadAttention.Result both = attention.apply(q, kv, kv, padding, true, null, false, false);
    close(both.output(), expected);
    Tensor weights = Objects.requireNonNull(both.weights());
    assertThat(weights.shape().dims()).containsExactly(2, HEADS, 4, 5);
    close(weights.sum(-1), f64(() -> Tensors.ones(2, HEADS, 4)));
  }

  @Test
  void masksAreJoined() {
    Tensor causal = Tensors.ones(5, 5).triu(1).toBool();
    Tensor padding = Tensors.of(new int[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 2, 5).toBool();
    Tensor flagged = attention.apply(kv, kv, kv, null, false, null, false, true).output();
    close(flagged, attention.apply(kv, kv, kv, null, false, causal, false, false).output());
    Tensor joined = attention.apply(kv, kv, kv, padding, false, causal, false, false).output();
    close(joined, attention.apply(kv, kv, kv, padding, false, null, false, true).output());
    Tensor added = causal.where(Double.NEGATIVE_INFINITY, 0).toDouble();
    close(joined, attention.apply(kv, kv, kv, padding, false, added, false, false).output());
    Tensor each = causal.expand(4, 5, 5);
    close(flagged, attention.apply(kv, kv, kv, null, true, each, true, false).output());
  }

  @Test
  void theBatchMayComeFirstOrBeMissingAndSizesDiffer() {
    var first = f64(() -> new MultiheadAttention(EMBED, HEADS, 0, true, EMBED, EMBED, true));
    first.load(attention.state());
    Tensor expected = attention.apply(q, kv, kv);
    close(
        first.apply(q.transpose(0, 1), kv.transpose(0, 1), kv.transpose(0, 1)).transpose(0, 1),
        expected);
    Tensor key = kv.select(1, 1);
    close(attention.apply(q.select(1, 1), key, key), expected.select(1, 1));
    var turned = MultiheadAttentionOptions.DEFAULT.batchFirst(true);
    var second = f64(() -> new MultiheadAttention(EMBED, HEADS, turned));
    second.load(attention.state());
    Tensor keys = kv.transpose(0, 1);
    close(second.apply(q.transpose(0, 1), keys, keys).transpose(0, 1), expected);
    var options = MultiheadAttentionOptions.DEFAULT.dropout(0.5).bias(false).kdim(3).vdim(4);
    var sizes = f64(() -> new MultiheadAttention(EMBED, HEADS, options));
    assertThat(sizes.state().keySet())
        .containsExactly("q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight");
    Tensor output = sizes.apply(q, kv.narrow(-1, 0, 3), kv.narrow(-1, 0, 4));
    assertThat(output.shape()).isEqualTo(q.shape());
  }

  @Test
  void aLaterStepDoesNotChangeEarlierOnes() {
    var options = TransformerOptions.DEFAULT.dimFeedforward(7).dropout(0);
    var encoder =
        f64(
            () ->
                new TransformerEncoder(
                    () -> new TransformerEncoderLayer(EMBED, HEADS, options),
                    2,
                    new LayerNorm(EMBED)));
    var decoder =
        f64(
            () ->
                new TransformerDecoder(
                    () -> new TransformerDecoderLayer(EMBED, HEADS, options), 2));
    Tensor whole = encoder.apply(q, null, null, true);
    close(encoder.apply(q.narrow(0, 0, 2), null, null, true), whole.narrow(0, 0, 2));
    Tensor decoded = decoder.apply(q, kv, Masks.CAUSAL);
    close(decoder.apply(q.narrow(0, 0, 2), kv, Masks.CAUSAL), decoded.narrow(0, 0, 2));
    assertThat(encoder.state()).containsKeys("layers.1.self_attn.in_proj_weight", "norm.weight");
    assertThat(decoder.state()).containsKeys("layers.0.multihead_attn.out_proj.bias");
    assertThat(encoder.apply(q).toDoubles()).isNotEqualTo(whole.toDoubles());
  }

  @Test
  void positions() {
    Tensor waves = f64(() -> new PositionalEncoding(4).apply(Tensors.zeros(3, 4)));
    for (int t = 0; t < 3; t++) {
      assertThat(waves.select(0, t).toDoubles())
          .usingComparatorWithPrecision(1e-14)
          .containsExactly(Math.sin(t), Math.cos(t), Math.sin(t / 100.0), Math.cos(t / 100.0));
    }
    // Products of rotated queries and keys depend on how far they are apart.
    var rotary = new RotaryPositionalEmbeddings(EMBED);
    Tensor a = f64(() -> Tensors.randn(EMBED).expand(9, EMBED).realize());
    Tensor b = f64(() -> Tensors.randn(EMBED).expand(9, EMBED).realize());
    Tensor products = rotary.apply(a).matmul(rotary.apply(b).t());
    for (int apart = 0; apart < 9; apart++) {
      double[] line = products.diagonal(apart, 0, 1).toDoubles();
      for (double product : line) {
        assertThat(Math.abs(product - line[0])).isLessThan(1e-12);
      }
    }
    close(rotary.apply(a).square().sum(-1), a.square().sum(-1));
    close(rotary.apply(a).select(0, 0), a.select(0, 0));
  }

  @Test
  void whatDoesNotFitIsAnError() {
    assertThatThrownBy(() -> new MultiheadAttention(6, 4))
        .hasMessage("multiheadAttention: 4 heads do not divide the size of queries, 6");
    assertThatThrownBy(() -> attention.apply(q, kv.narrow(-1, 0, 5), kv))
        .hasMessageStartingWith("multiheadAttention: keys need a last axis of 6, it is 5");
    Tensor mask = Tensors.zeros(4, 4).toBool();
    assertThatThrownBy(() -> attention.apply(q, kv, kv, mask, false, null, false, false))
        .hasMessageStartingWith(
            "multiheadAttention: the mask of keys must be [2, 5], it is [4, 4]");
    assertThatThrownBy(() -> attention.apply(q, kv, kv, null, false, mask, false, false))
        .hasMessageStartingWith(
            "multiheadAttention: the mask must be [4, 5] or [4, 4, 5], it is [4, 4]");
    assertThatThrownBy(() -> new PositionalEncoding(3))
        .hasMessage("positionalEncoding: the size must be positive and even, not 3");
  }
}
