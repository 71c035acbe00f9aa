package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GPT against plain loops in double precision, its tokens, first values, training and errors. */
class GPTTest {
  private static final GptConfig SMALL =
      GptConfig.DEFAULT.blockSize(6).vocabSize(11).nLayer(2).width(2, 8);

  private GPT model;

  @BeforeEach
  void model() {
    Random.seed(4);
    model = Scope.withDType(DType.F64, () -> new GPT(SMALL.gelu("tanh")));
    // Biases are zeros and weights small at first.
    for (Variable variable : model.state().values()) {
      Tensor values = Scope.withDType(DType.F64, () -> Tensors.randnLike(variable)).mul(0.3);
      variable.copyFrom(variable.add(values));
    }
  }

  private double[] values(String name) {
    return model.state().get(name).toDoubles();
  }

  /** What a linear layer gives for one vector. */
  private double[] linear(double[] x, String name) {
    double[] weight = values(name + ".weight");
    double[] y = values(name + ".bias");
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  private double[] norm(double[] x, String name) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] weight = values(name + ".weight");
    double[] bias = values(name + ".bias");
    return IntStream.range(0, x.length)
        .mapToDouble(i -> (x[i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i])
        .toArray();
  }

  private static double[] plus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** The attention of the last of several vectors [3 * size] of queries, keys and values. */
  private static double[] attention(List<double[]> all, int heads) {
    int size = all.getFirst().length / 3;
    int part = size / heads;
    double[] y = new double[size];
    for (int h = 0; h < heads; h++) {
      double[] weights = new double[all.size()];
      for (int t = 0; t < weights.length; t++) {
        for (int i = h * part; i < (h + 1) * part; i++) {
          weights[t] += all.getLast()[i] * all.get(t)[size + i] / Math.sqrt(part);
        }
        weights[t] = Math.exp(weights[t]);
      }
      double sum = Arrays.stream(weights).sum();
      for (int t = 0; t < weights.length; t++) {
        for (int i = h * part; i < (h + 1) * part; i++) {
          y[i] += weights[t] / sum * all.get(t)[2 * size + i];
        }
      }
    }
    return y;
  }

  /** The logits after each of some tokens. */
  private double[] logits(int... tokens) {
    double[] table = values("transformer.wte.weight");
    double[] positions = values("transformer.wpe.weight");
    var x = new ArrayList<double[]>();
    for (int t = 0; t < tokens.length; t++) {
      x.add(
          plus(
              Arrays.copyOfRange(table, tokens[t] * 8, tokens[t] * 8 + 8),
              Arrays.copyOfRange(positions, t * 8, t * 8 + 8)));
    }
    for (int block = 0; block < 2; block++) {
      String name = "transformer.h." + block + ".";
      var projected = new ArrayList<double[]>();
      for (int t = 0; t < tokens.length; t++) {
        projected.add(linear(norm(x.get(t), name + "ln_1"), name + "attn.c_attn"));
        double[] y = attention(projected, 2);
        x.set(t, plus(x.get(t), linear(y, name + "attn.c_proj")));
        double[] inner = linear(norm(x.get(t), name + "ln_2"), name + "mlp.c_fc");
        inner = Arrays.stream(inner).map(GPTTest::gelu).toArray();
        x.set(t, plus(x.get(t), linear(inner, name + "mlp.c_proj")));
      }
    }
    double[] all = new double[tokens.length * 11];
    for (int t = 0; t < tokens.length; t++) {
      double[] last = norm(x.get(t), "transformer.ln_f");
      for (int v = 0; v < 11; v++) {
        for (int i = 0; i < 8; i++) {
          all[t * 11 + v] += last[i] * table[v * 8 + i];
        }
      }
    }
    return all;
  }

  @Test
  void logitsAreThoseOfPlainLoops() {
    int[] tokens = {3, 10, 0, 3, 7, 5};
    Tensor y = model.apply(Tensors.of(tokens, 1, 6));
    assertThat(y.shape().dims()).containsExactly(1, 6, 11);
    assertThat(y.toDoubles()).usingComparatorWithPrecision(1e-10).containsExactly(logits(tokens));
  }

  @Test
  void theMostLikelyTokenComesNext() {
    Tensor start = Tensors.of(new int[] {3, 10, 2, 4}, 2, 2);
    Tensor all = model.generate(start, 7, 1, 1, new Random(1));
    assertThat(all.shape().dims()).containsExactly(2, 9);
    long[][] tokens = new long[2][];
    for (int row = 0; row < 2; row++) {
      tokens[row] = all.select(0, row).toLongs();
      for (int t = 2; t < 9; t++) {
        // Of more tokens than a block has, the last ones count.
        int[] seen =
            Arrays.stream(tokens[row], Math.max(0, t - 6), t).mapToInt(v -> (int) v).toArray();
        double[] logits = logits(seen);
        double[] last = Arrays.copyOfRange(logits, logits.length - 11, logits.length);
        int most = IntStream.range(0, 11).reduce(0, (best, v) -> last[v] > last[best] ? v : best);
        assertThat(tokens[row][t]).isEqualTo(most);
      }
    }
    assertThat(tokens[0]).startsWith(3, 10);
  }

  @Test
  void tokensAreDrawnByTheirProbabilities() {
    int count = 4000;
    Tensor start = Tensors.of(new int[] {3, 10}, 1, 2).expand(count, 2);
    double[] logits = Arrays.copyOfRange(logits(3, 10), 11, 22);
    double[] sorted = Arrays.stream(logits).sorted().toArray();
    for (Integer topK : new Integer[] {null, 4}) {
      long[] drawn = model.generate(start, 1, 0.7, topK, new Random(2)).select(1, 2).toLongs();
      double least = topK == null ? Double.NEGATIVE_INFINITY : sorted[11 - topK];
      double[] odds = Arrays.stream(logits).map(z -> z < least ? 0 : Math.exp(z / 0.7)).toArray();
      double sum = Arrays.stream(odds).sum();
      for (int v = 0; v < 11; v++) {
        int token = v;
        double share = Arrays.stream(drawn).filter(t -> t == token).count() / (double) count;
        double p = odds[v] / sum;
        // Five deviations of a share.
        assertThat(share).isBetween(p - 5 * deviation(p, count), p + 5 * deviation(p, count));
      }
    }
    Tensor few = start.narrow(0, 0, 20);
    Tensor again = model.generate(few, 3, 1, null, new Random(2));
    assertThat(model.generate(few, 3, 1, null, new Random(2)).allEqual(again)).isTrue();
  }

  private static double deviation(double p, int count) {
    return Math.sqrt(p * (1 - p) / count);
  }

  @Test
  void theLossFallsAndGradientsReachEveryParameter() {
    var small = new GPT(SMALL.dropout(0.1));
    Tensor x = Tensors.randint(11, new int[] {4, 6}).realize();
    Tensor targets =
        Tensors.cat(1, x.narrow(1, 1, 5), Tensors.full(x.narrow(1, 0, 1).shape(), -1).toLong());
    assertThat(Trained.withoutGradient(small, small.loss(x, targets))).isEmpty();
    Trained.learns(small, 40, 0.01, 0.5, () -> small.loss(x, targets));
    var fresh = new GPT(SMALL);
    // Logits are near 0 at first, so all tokens are as likely.
    assertThat(fresh.loss(x, targets).item()).isBetween(Math.log(11) - 0.1, Math.log(11) + 0.1);
  }

  @Test
  void firstValuesAreThoseOfNanoGpt() {
    Map<String, Variable> state =
        new GPT(GptConfig.DEFAULT.nLayer(2).width(4, 128).vocabSize(300)).state();
    assertThat(deviation(state, "wte.weight")).isBetween(0.0195, 0.0205);
    assertThat(deviation(state, "h.0.attn.c_attn.weight")).isBetween(0.0195, 0.0205);
    assertThat(deviation(state, "h.1.mlp.c_proj.weight")).isBetween(0.0097, 0.0103);
    assertThat(deviation(state, "h.1.mlp.c_proj.bias")).isZero();
  }

  private static double deviation(Map<String, Variable> state, String name) {
    return state.get("transformer." + name).square().mean().sqrt().item();
  }

  @Test
  void errorsNameTheRule() {
    Tensor x = Tensors.zeros(1, 7).toLong();
    assertThatThrownBy(() -> model.apply(x))
        .hasMessageContaining("gpt: 7 tokens are more than the block size, 6");
    assertThatThrownBy(() -> model.apply(Tensors.zeros(1, 3)))
        .hasMessageContaining(
            "gpt: needs numbers of tokens [n, length], i32 or i64, not f32[1, 3]");
    assertThatThrownBy(() -> model.loss(x, x.narrow(1, 0, 6)))
        .hasMessageContaining("gpt: tokens [1, 7] and targets [1, 6] differ");
    assertThatThrownBy(() -> SMALL.width(3, 8))
        .hasMessageContaining("gpt: 3 heads do not divide the size of vectors, 8");
    assertThatThrownBy(() -> model.generate(x, 1, 0, null, new Random(0)))
        .hasMessageContaining("gpt: the temperature must be positive, not 0.0");
    assertThatThrownBy(() -> model.generate(x, 1, 1, 0, new Random(0)))
        .hasMessageContaining("gpt: topK must be positive, not 0");
    assertThatThrownBy(() -> model.generate(x.narrow(1, 0, 0), 1, 1, null, new Random(0)))
        .hasMessageContaining("gpt: the number of tokens to begin with must be positive, not 0");
  }
}
