package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.fft.Fft;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How long functions of neural networks and of arrays take, with the sizes that the script of PyTorch has. */
final class Functions {
  private static final double EPS = 1e-5;

  private final Stopwatch stopwatch;
  private final String device;
  private final Report report;

  private Functions(Device device, Report report) {
    this.stopwatch = new Stopwatch(device);
    this.device = device.name();
    this.report = report;
  }

  /** Measures all on a device. */
  static void run(Device device, Report report) {
    Scope.on(
        device,
        () -> {
          Random.seed(1);
          var functions = new Functions(device, report);
          functions.rows();
          functions.images();
          functions.attention();
          functions.positions();
          functions.matrices();
          return null;
        });
  }

  private static Tensor normal(int... shape) {
    return Tensors.randn(shape).realize();
  }

  private static Tensor below(int limit, int... shape) {
    return Tensors.randint(0, limit, shape).realize();
  }

  private void add(String what, Supplier<Tensor> function) {
    add(what, () -> Tensor.realize(List.of(function.get())));
  }

  private void add(String what, Runnable action) {
    report.add(new Measurement(device, what, stopwatch.seconds(action) * 1e6, "us"));
  }

  /** Measures a function, and the function together with the gradients of its operands. */
  private void addBoth(String what, Function<List<Tensor>, Tensor> function, Tensor... operands) {
    add(what, () -> function.apply(List.of(operands)));
    Tensor upstream = Tensors.randnLike(function.apply(List.of(operands))).realize();
    List<Tensor> tracked = Stream.of(operands).map(x -> x.detach().requiresGrad()).toList();
    add(
        what + ", both ways",
        () -> {
          Tensor y = function.apply(tracked);
          var results = new ArrayList<>(Autograd.gradient(y, upstream, tracked));
          results.add(y);
          Tensor.realize(results);
        });
  }

  private void rows() {
    Tensor x = normal(4096, 1024);
    int[] row = {1024};
    addBoth("softmax 4096 x 1024", of -> of.get(0).softmax(1), x);
    addBoth(
        "layer norm 4096 x 1024",
        of -> of.get(0).layerNorm(row, of.get(1), of.get(2), EPS),
        x,
        Tensors.ones(row).realize(),
        Tensors.zeros(row).realize());
    add("sum of rows 4096 x 1024", () -> x.sum(1));
    add("sum of columns 4096 x 1024", () -> x.sum(0));
    add("transposed copy 4096 x 1024", () -> x.transpose(0, 1).contiguous());
    add("cumsum of rows 4096 x 1024", () -> x.cumsum(1));
    add("sort of rows 4096 x 1024", () -> x.sort(1).values());
    add("topk 32 of rows 4096 x 1024", () -> x.topk(32, 1).values());
    Tensor line = normal(1 << 20);
    add("cumsum 1M", () -> line.cumsum(0));
    add("sort 1M", () -> line.sort(0).values());
  }

  private void images() {
    Tensor x = normal(32, 64, 56, 56);
    addBoth(
        "conv2d 3x3, 64 to 64, 32 x 56 x 56", of -> convolution(of, 1), x, normal(64, 64, 3, 3));
    addBoth(
        "conv2d 3x3, depthwise 64, 32 x 56 x 56",
        of -> convolution(of, 64),
        x,
        normal(64, 1, 3, 3));
    addBoth("max pool 2x2, 32 x 64 x 56 x 56", of -> of.get(0).maxPool2d(2), x);
    addBoth("average pool 2x2, 32 x 64 x 56 x 56", of -> of.get(0).avgPool2d(2), x);
    add(
        "bilinear to 112 x 112, 32 x 64 x 56 x 56",
        () -> x.interpolate(new int[] {112, 112}, "bilinear", false));
  }

  private static Tensor convolution(List<Tensor> operands, int groups) {
    return operands.get(0).conv2d(operands.get(1), null, 1, 1, 1, groups);
  }

  private void attention() {
    for (int tokens : new int[] {256, 1024, 4096}) {
      int[] shape = {4, 8, tokens, 64};
      addBoth(
          "causal attention 4 x 8 x " + tokens + " x 64",
          of -> of.get(0).scaledDotProductAttention(of.get(1), of.get(2), null, 0, true),
          normal(shape),
          normal(shape),
          normal(shape));
    }
  }

  private void positions() {
    Tensor tokens = below(50_000, 64, 512);
    addBoth(
        "embedding 50,000 x 256, 64 x 512", of -> of.get(0).embedding(tokens), normal(50_000, 256));
    Tensor x = normal(4096, 1024);
    Tensor columns = below(1024, 4096, 1024);
    addBoth("gather 4096 x 1024", of -> of.get(0).gather(1, columns), x);
    add("scatterReduce sum 4096 x 1024", () -> x.scatterReduce(1, columns, x, "sum"));
  }

  private void matrices() {
    Tensor points = normal(2048, 64);
    add("cdist 2048 x 2048 x 64", () -> points.cdist(points));
    Tensor factor = normal(64, 32, 32);
    Tensor positive = factor.matmul(factor.transpose(-1, -2)).add(Tensors.eye(32)).realize();
    Tensor sides = normal(64, 32, 4);
    add("cholesky 64 x 32 x 32", () -> positive.cholesky());
    add("solve 64 x 32 x 32, 4 sides", () -> positive.solve(sides));
    Tensor signal = normal(1024, 1024);
    add(
        "rfft of rows 1024 x 1024",
        () -> Tensor.realize(List.of(Fft.rfft(signal).real(), Fft.rfft(signal).imag())));
  }
}
