package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Adjoint's side of {@link FunctionBench}. */
final class AdjointFunctions {
  private AdjointFunctions() {}

  /** A function on operands that are made here; its results are to be computed. */
  static Supplier<Tensor[]> of(FunctionBench.Function function) {
    return switch (function) {
      case CONV_SMALL -> forward(small(), shape(64, 32, 26, 26), shape(64, 32, 3, 3));
      case CONV_SMALL_GRADIENTS -> gradients(small(), shape(64, 32, 26, 26), shape(64, 32, 3, 3));
      case CONV_STEM -> forward(conv(2, 3, 1), shape(4, 3, 224, 224), shape(64, 3, 7, 7));
      case CONV_STEM_GRADIENTS ->
          gradients(conv(2, 3, 1), shape(4, 3, 224, 224), shape(64, 3, 7, 7));
      case CONV_RESNET -> forward(conv(1, 1, 1), images(), shape(64, 64, 3, 3));
      case CONV_RESNET_GRADIENTS -> gradients(conv(1, 1, 1), images(), shape(64, 64, 3, 3));
      case CONV_STRIDED -> forward(conv(2, 1, 1), images(), shape(128, 64, 3, 3));
      case CONV_STRIDED_GRADIENTS -> gradients(conv(2, 1, 1), images(), shape(128, 64, 3, 3));
      case CONV_DEPTHWISE -> forward(conv(1, 1, 64), images(), shape(64, 1, 3, 3));
      case CONV_DEPTHWISE_GRADIENTS -> gradients(conv(1, 1, 64), images(), shape(64, 1, 3, 3));
      case MAX_POOL -> of(x -> x.maxPool2d(2), images());
      case MAX_POOL_GRADIENT -> gradients(x -> x.get(0).maxPool2d(2), images());
      case AVERAGE_POOL -> of(x -> x.avgPool2d(2), images());
      case INTERPOLATE -> of(x -> x.interpolate(new int[] {112, 112}, "bilinear", false), images());
      case ATTENTION ->
          of(x -> x.scaledDotProductAttention(x, x, null, 0, true), shape(4, 8, 512, 64));
      case SORT -> of(x -> x.sort(1).values(), matrix());
      case TOPK -> {
        Tensor x = uniform(1, matrix());
        yield () -> {
          var top = x.topk(32, 1);
          return new Tensor[] {top.values(), top.indices()};
        };
      }
      case CUMSUM -> of(x -> x.cumsum(1), matrix());
      case GATHER -> {
        Tensor columns = below(1024, matrix());
        yield of(x -> x.gather(1, columns), matrix());
      }
      case SCATTER_SUM -> {
        Tensor columns = below(1024, matrix());
        yield of(x -> x.scatterReduce(1, columns, x, "sum"), matrix());
      }
      case EMBEDDING -> {
        Tensor ids = below(10_000, 32, 128);
        yield of(x -> x.embedding(ids), shape(10_000, 256));
      }
      case EMBEDDING_GRADIENT -> {
        Tensor ids = below(10_000, 32, 128);
        yield gradients(x -> x.get(0).embedding(ids), shape(10_000, 256));
      }
      case EINSUM -> {
        Tensor k = uniform(2, 8, 128, 8, 64);
        yield of(q -> Tensors.einsum("bqhd,bkhd->bhqk", q, k), shape(8, 128, 8, 64));
      }
      case CDIST -> of(x -> x.cdist(x), shape(1024, 64));
      case CHOLESKY -> {
        Tensor a = positive();
        yield () -> new Tensor[] {a.cholesky()};
      }
      case SOLVE -> {
        Tensor a = positive();
        yield of(a::solve, shape(64, 32, 4));
      }
    };
  }

  private static int[] shape(int... dims) {
    return dims;
  }

  private static int[] images() {
    return shape(4, 64, 56, 56);
  }

  private static int[] matrix() {
    return shape(1024, 1024);
  }

  private static Tensor uniform(long seed, int... shape) {
    return Adjoint.uniform(seed, shape);
  }

  private static Tensor below(int limit, int... shape) {
    long[] values = Inputs.labels(2, Inputs.size(shape), limit);
    return Tensors.of(values).reshape(shape).realize();
  }

  /** Positive definite matrices. */
  private static Tensor positive() {
    Tensor x = uniform(1, 64, 32, 32);
    return x.matmul(x.transpose(-1, -2)).add(Tensors.eye(32)).realize();
  }

  private static Supplier<Tensor[]> of(UnaryOperator<Tensor> function, int... shape) {
    Tensor x = uniform(1, shape);
    return () -> new Tensor[] {function.apply(x)};
  }

  private static Function<List<Tensor>, Tensor> small() {
    return conv(1, 0, 1);
  }

  private static Function<List<Tensor>, Tensor> conv(int stride, int padding, int groups) {
    return of -> of.get(0).conv2d(of.get(1), null, stride, padding, 1, groups);
  }

  private static Supplier<Tensor[]> forward(
      Function<List<Tensor>, Tensor> function, int[]... shapes) {
    List<Tensor> operands = operands(shapes);
    return () -> new Tensor[] {function.apply(operands)};
  }

  /** The gradients of all operands, for a gradient of the result that is given. */
  private static Supplier<Tensor[]> gradients(
      Function<List<Tensor>, Tensor> function, int[]... shapes) {
    List<Tensor> operands = operands(shapes).stream().map(x -> x.detach().requiresGrad()).toList();
    Tensor upstream = uniform(3, function.apply(operands).shape().dims());
    return () ->
        Autograd.gradient(function.apply(operands), upstream, operands).toArray(Tensor[]::new);
  }

  private static List<Tensor> operands(int[]... shapes) {
    var operands = new Tensor[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      operands[i] = uniform(1 + i, shapes[i]);
    }
    return List.of(operands);
  }
}
