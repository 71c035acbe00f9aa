package dev.adjoint.reference;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Op;
import java.util.List;

/** Attention and its gradients in float64: scores of whole rows and their softmax. */
final class AttentionValues {
  private final Op.Attention op;
  private final List<Values> inputs;
  private final int l;
  private final int s;
  private final int e;
  private final int v;
  private final double[] result;

  private AttentionValues(Op.Attention op, List<Values> inputs, List<Shape> shapes, Shape to) {
    this.op = op;
    this.inputs = inputs;
    l = shapes.get(0).dim(-2);
    e = shapes.get(0).dim(-1);
    s = shapes.get(2).dim(-2);
    v = shapes.get(2).dim(-1);
    result = new double[Math.toIntExact(to.size())];
  }

  static Values of(Op.Attention op, List<Values> inputs, List<Shape> shapes, Shape to) {
    var attention = new AttentionValues(op, inputs, shapes, to);
    int count = Math.toIntExact(shapes.getFirst().size() / ((long) attention.l * attention.e));
    for (int b = 0; b < count; b++) {
      for (int i = 0; i < attention.l; i++) {
        if (op.part() == AttentionPart.GRADIENTS) {
          attention.gradients(b, i);
        } else {
          attention.output(b, i);
        }
      }
    }
    return Values.floats(
        inputs.getFirst().dtype(), attention.result.length, n -> attention.result[n]);
  }

  private double at(int input, int row, int column, int wide) {
    return inputs.get(input).toDouble(row * wide + column);
  }

  /** What query i of a part of the batch makes of each key. */
  private double[] scores(int b, int i) {
    double[] scores = new double[s];
    for (int j = 0; j < s; j++) {
      for (int c = 0; c < e; c++) {
        scores[j] += at(0, b * l + i, c, e) * at(1, b * s + j, c, e);
      }
      scores[j] *= op.scale();
      boolean seen = !op.causal() || j <= i;
      if (inputs.size() > op.operands()) {
        Values mask = inputs.getLast();
        int place = (b * l + i) * s + j;
        if (mask.dtype() == DType.BOOL) {
          seen &= mask.toLong(place) != 0;
        } else {
          scores[j] += mask.toDouble(place);
        }
      }
      scores[j] = seen ? scores[j] : Double.NEGATIVE_INFINITY;
    }
    return scores;
  }

  private void output(int b, int i) {
    double[] scores = scores(b, i);
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    double shift = largest == Double.NEGATIVE_INFINITY ? 0 : largest;
    double sum = 0;
    double[] means = new double[v];
    for (int j = 0; j < s; j++) {
      double weight = Math.exp(scores[j] - shift);
      sum += weight;
      for (int c = 0; c < v; c++) {
        means[c] += isSeen(i, j) ? weight * at(2, b * s + j, c, v) : 0;
      }
    }
    boolean sums = op.part() == AttentionPart.OUTPUT_AND_LOG_SUMS;
    int first = b * l * (sums ? v + 1 : v);
    for (int c = 0; c < v; c++) {
      result[first + i * v + c] = sum == 0 ? 0 : means[c] / sum;
    }
    if (sums) {
      result[first + l * v + i] = shift + Math.log(sum);
    }
  }

  private boolean isSeen(int i, int j) {
    return !op.causal() || j <= i;
  }

  private void gradients(int b, int i) {
    double[] scores = scores(b, i);
    int query = b * (l * e + s * (e + v));
    int key = query + l * e;
    int value = key + s * e;
    double logSum = at(4, b * l + i, 0, 1);
    for (int j = 0; j < s; j++) {
      if (!isSeen(i, j)) {
        continue;
      }
      double weight = Math.exp(scores[j] - (logSum == Double.NEGATIVE_INFINITY ? 0 : logSum));
      double product = 0;
      for (int c = 0; c < v; c++) {
        double g = at(3, b * l + i, c, v);
        product += g * at(2, b * s + j, c, v);
        result[value + j * v + c] += weight * g;
      }
      double d = op.scale() * weight * (product - at(5, b * l + i, 0, 1));
      for (int c = 0; c < e; c++) {
        result[query + i * e + c] += d * at(1, b * s + j, c, e);
        result[key + j * e + c] += d * at(0, b * l + i, c, e);
      }
    }
  }
}
