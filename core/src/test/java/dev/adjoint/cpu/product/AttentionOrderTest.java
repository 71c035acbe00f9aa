package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Kernel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention and its gradients have the bits of the steps that {@link Kernel.Attention} defines, one by one, however they are cut
 * into blocks and tasks.
 */
class AttentionOrderTest {
  private static final int E = 5;
  private static final int V = 3;
  private static final float SCALE = 0.4f;

  private final Random random = new Random(3);

  private Tensor normal(int... shape) {
    return random.normal(0d, 1d, shape).realize();
  }

  private static float[] exp(float[] x) {
    return Tensors.of(x).exp().toFloats();
  }

  /** The chains of query i of part b of a batch and all its keys, scaled and masked. */
  private static float[] scores(
      float[] q, float[] k, boolean[] mask, int l, int s, int b, int i, boolean causal) {
    int end = causal ? Math.min(s, (i / Kernel.Attention.ROWS + 1) * Kernel.Attention.ROWS) : s;
    float[] scores = new float[end];
    for (int j = 0; j < end; j++) {
      for (int c = 0; c < E; c++) {
        scores[j] = Math.fma(q[(b * l + i) * E + c], k[(b * s + j) * E + c], scores[j]);
      }
      boolean seen = mask[i * s + j] && !(causal && j > i);
      scores[j] = seen ? scores[j] * SCALE : Float.NEGATIVE_INFINITY;
    }
    return scores;
  }

  private static float finite(float x) {
    return x == Float.NEGATIVE_INFINITY ? 0 : x;
  }

  @ParameterizedTest
  @CsvSource({
    "70, 300, false",
    "300, 300, true",
    "140, 70, true",
    "3, 130, false",
    "1000, 20, true"
  })
  void stepsOneByOne(int l, int s, boolean causal) {
    int batch = 3;
    Tensor query = normal(batch, l, E);
    Tensor key = normal(batch, s, E);
    Tensor value = normal(batch, s, V);
    Tensor g = normal(batch, l, V);
    Tensor seen = random.uniform(0d, 1d, l, s).gt(0.3).realize();
    boolean[] mask = new boolean[l * s];
    float[] numbers = seen.where(1, 0).toFloat().toFloats();
    for (int n = 0; n < mask.length; n++) {
      mask[n] = numbers[n] != 0;
    }
    Tensor all = new Tensor(Graph.broadcast(seen.node(), Shape.of(batch, l, s)));
    Tensor found =
        attention(AttentionPart.OUTPUT_AND_LOG_SUMS, causal, Stream.of(query, key, value, all));
    float[] expected = output(query, key, value, mask, l, s, causal);
    assertArrayEquals(expected, found.toFloats());
    Tensor plain = attention(AttentionPart.OUTPUT, causal, Stream.of(query, key, value, all));
    assertArrayEquals(
        plain.reshape(batch, l * V).toFloats(), found.narrow(-1, 0, l * V).toFloats());

    Tensor logSums = found.narrow(-1, l * V, l).contiguous().realize();
    Tensor less = normal(batch, l);
    Tensor gradients =
        attention(
            AttentionPart.GRADIENTS, causal, Stream.of(query, key, value, g, logSums, less, all));
    assertArrayEquals(
        gradients(
            query.toFloats(),
            key.toFloats(),
            value.toFloats(),
            g.toFloats(),
            logSums.toFloats(),
            less.toFloats(),
            mask,
            l,
            s,
            causal),
        gradients.toFloats());
  }

  private static Tensor attention(AttentionPart part, boolean causal, Stream<Tensor> inputs) {
    var op = new Op.Attention(part, causal, SCALE);
    return new Tensor(Graph.attention(op, inputs.map(Tensor::node).toList())).realize();
  }

  private static float[] output(
      Tensor query, Tensor key, Tensor value, boolean[] mask, int l, int s, boolean causal) {
    float[] q = query.toFloats();
    float[] k = key.toFloats();
    float[] v = value.toFloats();
    int batch = query.dim(0);
    float[] result = new float[batch * l * (V + 1)];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < l; i++) {
        float[] scores = scores(q, k, mask, l, s, b, i, causal);
        float[] o = new float[V];
        float m = Float.NEGATIVE_INFINITY;
        float z = 0;
        for (int first = 0; first < scores.length; first += Kernel.Attention.KEYS) {
          int end = Math.min(scores.length, first + Kernel.Attention.KEYS);
          float most = m;
          for (int j = first; j < end; j++) {
            most = Math.max(most, scores[j]);
          }
          float[] p = Arrays.copyOfRange(scores, first, end);
          for (int j = 0; j < p.length; j++) {
            p[j] -= finite(most);
          }
          p = exp(p);
          float factor = exp(new float[] {m - finite(most)})[0];
          z = Math.fma(z, factor, Tensors.of(p).sum().toFloats()[0]);
          for (int c = 0; c < V; c++) {
            o[c] *= factor;
            for (int j = 0; j < p.length; j++) {
              o[c] = Math.fma(p[j], v[(b * s + first + j) * V + c], o[c]);
            }
          }
          m = most;
        }
        int at = b * l * (V + 1);
        for (int c = 0; c < V; c++) {
          result[at + i * V + c] = z == 0 ? 0 : o[c] / z;
        }
        result[at + l * V + i] = finite(m) + Tensors.of(z).log().toFloats()[0];
      }
    }
    return result;
  }

  private static float[] gradients(
      float[] q,
      float[] k,
      float[] v,
      float[] g,
      float[] logSums,
      float[] less,
      boolean[] mask,
      int l,
      int s,
      boolean causal) {
    int batch = less.length / l;
    int part = l * E + s * (E + V);
    float[] result = new float[batch * part];
    for (int b = 0; b < batch; b++) {
      int ofKeys = b * part + l * E;
      int ofValues = ofKeys + s * E;
      for (int i = 0; i < l; i++) {
        float[] p = scores(q, k, mask, l, s, b, i, causal);
        for (int j = 0; j < p.length; j++) {
          p[j] -= finite(logSums[b * l + i]);
        }
        p = exp(p);
        for (int j = 0; j < p.length; j++) {
          float t = 0;
          for (int c = 0; c < V; c++) {
            float gradient = g[(b * l + i) * V + c];
            t = Math.fma(gradient, v[(b * s + j) * V + c], t);
            int at = ofValues + j * V + c;
            result[at] = Math.fma(p[j], gradient, result[at]);
          }
          float d = p[j] * (t - less[b * l + i]);
          for (int c = 0; c < E; c++) {
            int at = b * part + i * E + c;
            result[at] = Math.fma(d, k[(b * s + j) * E + c], result[at]);
            at = ofKeys + j * E + c;
            result[at] = Math.fma(d, q[(b * l + i) * E + c], result[at]);
          }
        }
      }
      for (int n = b * part; n < ofValues; n++) {
        result[n] *= SCALE;
      }
    }
    return result;
  }
}
