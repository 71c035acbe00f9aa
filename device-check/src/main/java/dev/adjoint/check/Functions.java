package dev.adjoint.check;

import dev.adjoint.ComplexTensor;
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
import org.jspecify.annotations.Nullable;

/** How long functions of neural networks and of arrays take, with the sizes that the script of PyTorch has. */
final class Functions {
  private static final double EPS = 1e-5;

  private final Figures figures;

  Functions(Figures figures) {
    this.figures = figures;
  }

  /** Adds those that are neither convolutions nor attention. */
  void others() {
    rows();
    pools();
    positions();
    matrices();
  }

  private static Tensor normal(int... shape) {
    return Tensors.randn(shape).realize();
  }

  private static Tensor[] normals(int[]... shapes) {
    return Stream.of(shapes).map(Functions::normal).toArray(Tensor[]::new);
  }

  private static Tensor below(int limit, int... shape) {
    return Tensors.randint(0, limit, shape).realize();
  }

  /** Adds a function of operands, which are made when its turn comes. */
  private void add(String what, Supplier<Tensor[]> operands, Function<Tensor[], Tensor> function) {
    addAll(what, operands, of -> List.of(function.apply(of)));
  }

  private void addAll(
      String what, Supplier<Tensor[]> operands, Function<Tensor[], List<Tensor>> function) {
    figures.add(
        what,
        "us",
        () ->
            Scope.on(
                figures.device(),
                () -> {
                  Random.seed(1);
                  Tensor[] of = operands.get();
                  return figures.stopwatch().seconds(() -> Tensor.realize(function.apply(of)))
                      * 1e6;
                }));
  }

  /** Adds a function, and the function together with the gradients of its operands. */
  private void addBoth(
      String what, Supplier<Tensor[]> operands, Function<Tensor[], Tensor> function) {
    add(what, operands, function);
    // The last of these is what comes from above.
    Supplier<Tensor[]> tracked =
        () -> {
          Tensor[] of = operands.get();
          Tensor upstream = Tensors.randnLike(function.apply(of)).realize();
          return Stream.concat(
                  Stream.of(of).map(x -> x.detach().requiresGrad()), Stream.of(upstream))
              .toArray(Tensor[]::new);
        };
    addAll(
        what + ", both ways",
        tracked,
        of -> {
          List<Tensor> inputs = List.of(of).subList(0, of.length - 1);
          Tensor y = function.apply(of);
          var results = new ArrayList<>(Autograd.gradient(y, of[of.length - 1], inputs));
          results.add(y);
          return results;
        });
  }

  /** Adds convolutions of a ResNet. */
  void convolutions() {
    int[] images = {32, 64, 56, 56};
    addBoth(
        "conv2d 3x3, 64 to 64, 32 x 56 x 56",
        () -> normals(images, new int[] {64, 64, 3, 3}),
        of -> convolution(of, 1));
    addBoth(
        "conv2d 3x3, 256 to 256, 32 x 14 x 14",
        () -> normals(new int[] {32, 256, 14, 14}, new int[] {256, 256, 3, 3}),
        of -> convolution(of, 1));
    addBoth(
        "conv2d 3x3, depthwise 64, 32 x 56 x 56",
        () -> normals(images, new int[] {64, 1, 3, 3}),
        of -> convolution(of, 64));
  }

  private static Tensor convolution(Tensor[] of, int groups) {
    return of[0].conv2d(of[1], null, 1, 1, 1, groups);
  }

  /** Adds causal attention. */
  void attention() {
    for (int tokens : new int[] {256, 1024, 4096}) {
      int[] shape = {4, 8, tokens, 64};
      addBoth(
          "causal attention 4 x 8 x " + tokens + " x 64",
          () -> normals(shape, shape, shape),
          of -> of[0].scaledDotProductAttention(of[1], of[2], null, 0, true));
    }
  }

  private void rows() {
    Supplier<Tensor[]> matrix = () -> normals(new int[] {4096, 1024});
    Supplier<Tensor[]> line = () -> normals(new int[] {1 << 20});
    int[] row = {1024};
    addBoth("softmax 4096 x 1024", matrix, of -> of[0].softmax(1));
    addBoth(
        "layer norm 4096 x 1024",
        () ->
            new Tensor[] {
              normal(4096, 1024), Tensors.ones(row).realize(), Tensors.zeros(row).realize()
            },
        of -> of[0].layerNorm(row, of[1], of[2], EPS));
    add("sum of rows 4096 x 1024", matrix, of -> of[0].sum(1));
    add("sum of columns 4096 x 1024", matrix, of -> of[0].sum(0));
    add("transposed copy 4096 x 1024", matrix, of -> of[0].transpose(0, 1).contiguous());
    add("cumsum of rows 4096 x 1024", matrix, of -> of[0].cumsum(1));
    add("sort of rows 4096 x 1024", matrix, of -> of[0].sort(1).values());
    add("topk 32 of rows 4096 x 1024", matrix, of -> of[0].topk(32, 1).values());
    add("cumsum 1M", line, of -> of[0].cumsum(0));
    add("sort 1M", line, of -> of[0].sort(0).values());
  }

  private void pools() {
    Supplier<Tensor[]> images = () -> normals(new int[] {32, 64, 56, 56});
    addBoth("max pool 2x2, 32 x 64 x 56 x 56", images, of -> of[0].maxPool2d(2));
    addBoth("average pool 2x2, 32 x 64 x 56 x 56", images, of -> of[0].avgPool2d(2));
    add(
        "bilinear to 112 x 112, 32 x 64 x 56 x 56",
        images,
        of -> of[0].interpolate(new int[] {112, 112}, "bilinear", false));
  }

  private void positions() {
    var tokens = new Once(() -> below(50_000, 64, 512));
    addBoth(
        "embedding 50,000 x 256, 64 x 512",
        () -> normals(new int[] {50_000, 256}),
        of -> of[0].embedding(tokens.get()));
    Supplier<Tensor[]> matrix = () -> normals(new int[] {4096, 1024});
    var columns = new Once(() -> below(1024, 4096, 1024));
    addBoth("gather 4096 x 1024", matrix, of -> of[0].gather(1, columns.get()));
    add(
        "scatterReduce sum 4096 x 1024",
        matrix,
        of -> of[0].scatterReduce(1, columns.get(), of[0], "sum"));
  }

  /** A tensor that is made when it is first needed. */
  private static final class Once implements Supplier<Tensor> {
    private final Supplier<Tensor> made;
    private @Nullable Tensor value;

    Once(Supplier<Tensor> made) {
      this.made = made;
    }

    @Override
    public Tensor get() {
      Tensor present = value;
      if (present == null) {
        present = made.get();
        value = present;
      }
      return present;
    }
  }

  private void matrices() {
    add("cdist 2048 x 2048 x 64", () -> normals(new int[] {2048, 64}), of -> of[0].cdist(of[0]));
    add("cholesky 64 x 32 x 32", () -> new Tensor[] {positive()}, of -> of[0].cholesky());
    add(
        "solve 64 x 32 x 32, 4 sides",
        () -> new Tensor[] {positive(), normal(64, 32, 4)},
        of -> of[0].solve(of[1]));
    addAll(
        "rfft of rows 1024 x 1024",
        () -> normals(new int[] {1024, 1024}),
        of -> {
          ComplexTensor transformed = Fft.rfft(of[0]);
          return List.of(transformed.real(), transformed.imag());
        });
  }

  /** Matrices that have a Cholesky factor. */
  private static Tensor positive() {
    Tensor factor = normal(64, 32, 32);
    return factor.matmul(factor.transpose(-1, -2)).add(Tensors.eye(32)).realize();
  }
}
