package dev.adjoint.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ScanOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Everything but matrix products has the same bits on a device as on the CPU: random numbers, maps, attention and the order of
 * folds. A device's tests extend this.
 */
public abstract class SameBitsContract {
  private static final int[] LENGTHS = {1, 7, 16, 31, 32, 33, 65, 1000, 1023, 1024, 1025, 5000};

  /** The devices under test. */
  protected abstract List<Device> devices();

  /** What is computed, by its name. */
  protected Map<String, Supplier<Tensor>> computations() {
    var all = new LinkedHashMap<String, Supplier<Tensor>>();
    for (int n : new int[] {1, 3, 4, 1001}) {
      all.put("uniform numbers " + n, () -> Tensors.rand(n));
    }
    all.put("normal numbers", () -> Tensors.randn(33, 65));
    all.put("a dropout mask", () -> Tensors.rand(500).lt(0.2).to(DType.F32).mul(1.25));
    all.put("a permutation", () -> Tensors.rand(100).mul(7).to(DType.I32));
    for (int n : LENGTHS) {
      all.put("sums of rows of " + n, () -> Tensors.randn(9, n).realize().sum(1));
      all.put("f64 sums of rows of " + n, () -> Tensors.randn(9, n).to(DType.F64).realize().sum(1));
    }
    for (int n : new int[] {31, 33, 1025, 5000}) {
      all.put("sums of columns of " + n, () -> Tensors.randn(n, 9).realize().sum(0));
      all.put("sums of all of 9 times " + n, () -> Tensors.randn(9, n).realize().t().sum());
      all.put(
          "sums over two axes of 7 and " + n,
          () -> Tensors.randn(7, 3, n).realize().slice(2, 0, n - 1).sum(0, 2));
      all.put(
          "sums over the first two axes of " + n,
          () -> Tensors.randn(n, 5, 3).realize().permute(1, 0, 2).sum(0, 1));
    }
    all.put("a sum of columns in pieces", () -> Tensors.randn(100_000, 3).realize().sum(0));
    all.put("a sum of columns in few pieces", () -> Tensors.randn(20_000, 3).realize().sum(0));
    all.put("sums over two axes", () -> Tensors.randn(5, 6, 83).realize().sum(0, 2));
    all.put("sums of columns", () -> Tensors.randn(83, 70).realize().sum(0));
    all.put("a sum in pieces", () -> Tensors.randn(1 << 17).realize().sum());
    all.put("products of rows", () -> Tensors.randn(9, 100).realize().prod(1));
    all.put("largest of rows", () -> Tensors.randn(9, 100).realize().max(1).values());
    all.put("least of columns", () -> Tensors.randn(100, 9).realize().min(0).indices());
    all.put("running sums", () -> Tensors.randn(3, 5000).realize().cumsum(1));
    all.put("running sums from the end", () -> fromTheEnd(Tensors.randn(3, 5000).realize()));
    all.put("long running sums", () -> Tensors.randn(2, 150_001).realize().cumsum(1));
    all.put(
        "the same from the end of what is computed, and more of them",
        () -> chain(Tensors.randn(70_000).realize(), true));
    all.put("running sums of columns", () -> Tensors.randn(300, 9).realize().cumsum(0));
    all.put("running products", () -> Tensors.randn(9, 70).realize().cumprod(1));
    all.put("running logarithms", () -> Tensors.randn(2, 300).realize().logcumsumexp(1));
    all.put(
        "running sums of what is computed, and more of them",
        () -> chain(Tensors.randn(3, 5000).realize(), false));
    all.put(
        "the same from the end, without other axes",
        () -> chain(Tensors.randn(9000).realize(), true));
    all.put(
        "running sums of columns of what is looked up",
        () -> {
          Tensor rows = Tensors.rand(300, 9).mul(40).to(DType.I64).realize();
          return Tensors.randn(40, 9).realize().gather(0, rows).exp().cumsum(0).mul(rows);
        });
    all.put("ranks with ties", () -> Tensors.randn(2, 700).mul(3).round().realize().argsort(1));
    all.put(
        "ranks of long rows with ties",
        () -> Tensors.randn(2, 9000).mul(99).round().realize().argsort(1, true));
    all.put(
        "sums of rows at positions of which many are equal",
        () -> {
          Tensor rows = Tensors.rand(3000).square().mul(70).to(DType.I64).realize();
          return Tensors.randn(70, 5).realize().indexAdd(0, rows, Tensors.randn(3000, 5).realize());
        });
    all.put(
        "products along rows at positions of their own",
        () -> {
          Tensor at = Tensors.rand(4, 100).mul(30).to(DType.I32).realize();
          Tensor x = Tensors.randn(4, 100).realize();
          return Tensors.randn(4, 30).realize().scatterReduce(1, at, x, "prod", true);
        });
    all.put("positions of the largest", () -> Tensors.randn(9, 100).realize().argmax(1));
    all.put("softmax", () -> Tensors.randn(9, 100).realize().softmax(1));
    all.put("softmax of columns", () -> Tensors.randn(100, 9).realize().softmax(0));
    all.put("variance", () -> Tensors.randn(9, 100).realize().var(1));
    all.put(
        "a map over a row after its reduction",
        () -> {
          Tensor x = Tensors.randn(9, 200).realize();
          return x.sub(x.mean(1, true)).div(x.var(1, true).add(1e-5).sqrt());
        });
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      all.put(
          dtype + " sums and a chain",
          () -> {
            Tensor x = Tensors.randn(9, 100).to(dtype).realize();
            return x.sub(x.mean(1, true)).mul(3).exp().add(x).sum(0);
          });
    }
    for (AttentionPart part : AttentionPart.values()) {
      all.put(part + " of attention", () -> attention(part, false, 130, 600, 5, 33, DType.F32));
      all.put(
          part + " of causal attention", () -> attention(part, true, 300, 70, 40, 3, DType.F32));
      all.put(
          "f64 " + part + " of attention", () -> attention(part, true, 70, 90, 3, 70, DType.F64));
    }
    all.put("a long chain", () -> Tensors.randn(1000).realize().gelu().exp().tanh().sin());
    return all;
  }

  /** Attention of two heads to the same keys, with a mask that hides all keys from some queries. */
  private static Tensor attention(
      AttentionPart part, boolean causal, int l, int s, int e, int v, DType dtype) {
    var inputs = new ArrayList<Tensor>();
    inputs.add(Tensors.randn(2, l, e).to(dtype).realize());
    inputs.add(Tensors.randn(e, s).to(dtype).realize().t().expand(2, s, e));
    inputs.add(Tensors.randn(s, v).to(dtype).realize().expand(2, s, v));
    if (part == AttentionPart.GRADIENTS) {
      inputs.add(Tensors.randn(2, l, v).to(dtype).realize());
      inputs.add(Tensors.rand(2, l).add(3).to(dtype).realize());
      inputs.add(Tensors.randn(2, l).to(dtype).realize());
    }
    Tensor hidden = Tensors.rand(l, 1).mul(1.2).sub(0.1);
    inputs.add(Tensors.rand(l, s).gt(hidden).realize().expand(2, l, s));
    var op = new Op.Attention(part, causal, 0.5);
    return new Tensor(Graph.attention(op, inputs.stream().map(Tensor::node).toList()));
  }

  private static Tensor fromTheEnd(Tensor x) {
    return new Tensor(Graph.scan(ScanOp.SUM, x.node(), 1, true));
  }

  /** A scan along the last axis with code before and behind it, which use the same scalars and others. */
  private static Tensor chain(Tensor x, boolean reverse) {
    Tensor source = Tensors.cat(-1, x.mul(0.3).add(Tensors.rand(x.shape().dims())), x.neg());
    var scan = new Tensor(Graph.scan(ScanOp.SUM, source.node(), x.rank() - 1, reverse));
    return scan.mul(0.3).add(source).sub(2).tanh();
  }

  private static double[] on(Device device, Supplier<Tensor> computation) {
    return Scope.on(
        device,
        () -> {
          Random.seed(11);
          return computation.get().toDoubles();
        });
  }

  @TestFactory
  Stream<DynamicTest> sameBits() {
    return devices().stream()
        .flatMap(
            device ->
                computations().entrySet().stream()
                    .map(
                        computation ->
                            dynamicTest(
                                device + ": " + computation.getKey(),
                                () ->
                                    assertThat(on(device, computation.getValue()))
                                        .isEqualTo(on(Device.cpu(), computation.getValue())))));
  }
}
