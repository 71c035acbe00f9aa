package dev.adjoint.nn.optim;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;

/** Lists of tensors as one vector, such as that of all parameters. */
final class Vectors {
  private Vectors() {}

  /** {@code a + factor * b}. */
  static List<Tensor> add(List<Tensor> a, List<Tensor> b, double factor) {
    var sum = new ArrayList<Tensor>();
    for (int i = 0; i < a.size(); i++) {
      sum.add(a.get(i).add(b.get(i).mul(factor)));
    }
    return sum;
  }

  /** {@code a + factor * b} with a scalar (f64) that is computed. */
  static List<Tensor> add(List<Tensor> a, List<Tensor> b, Tensor factor) {
    var sum = new ArrayList<Tensor>();
    for (int i = 0; i < a.size(); i++) {
      Tensor x = b.get(i);
      sum.add(a.get(i).add(x.mul(factor.to(x.dtype()).to(x.device()))));
    }
    return sum;
  }

  /** {@code factor * a}. */
  static List<Tensor> scaled(List<Tensor> a, double factor) {
    return a.stream().map(x -> x.mul(factor)).toList();
  }

  /** The dot product, a scalar of f64. */
  static Tensor dot(List<Tensor> a, List<Tensor> b) {
    Tensor sum = null;
    for (int i = 0; i < a.size(); i++) {
      Tensor part = a.get(i).mul(b.get(i)).sum().to(DType.F64);
      sum = sum == null ? part : sum.add(part.to(sum.device()));
    }
    if (sum == null) {
      throw new IllegalArgumentException("vectors: there are no tensors");
    }
    return sum;
  }

  /** The largest absolute value; NaN if there is one. */
  static double largest(List<Tensor> a) {
    double largest = 0;
    for (Tensor x : a) {
      double size = x.shape().size() == 0 ? 0 : x.abs().max().item();
      largest = Math.max(largest, size);
    }
    return largest;
  }

  /** The sum of the absolute values. */
  static double absoluteSum(List<Tensor> a) {
    return a.stream().mapToDouble(x -> x.abs().sum().item()).sum();
  }

  /** The same values in memory of their own, which no update of a variable changes. */
  static List<Tensor> copy(List<? extends Tensor> a) {
    return a.stream()
        .map(x -> new Tensor(Node.source(Engine.copy(x.node()), x.shape(), x.dtype(), false)))
        .toList();
  }

  /** Computes all of it at once. */
  static List<Tensor> computed(List<Tensor> a) {
    Engine.step(a.stream().map(Tensor::node).toList());
    return a;
  }
}
