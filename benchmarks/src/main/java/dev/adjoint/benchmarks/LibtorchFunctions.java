package dev.adjoint.benchmarks;

import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The side of libtorch of {@link FunctionBench}; gradients are those functions that its autograd calls. */
final class LibtorchFunctions {
  private LibtorchFunctions() {}

  /** A function on operands that are made here. */
  static Supplier<?> of(FunctionBench.Function function) {
    return switch (function) {
      case CONV_SMALL -> conv(uniform(1, 64, 32, 26, 26), uniform(2, 64, 32, 3, 3), 1, 0, 1);
      case CONV_SMALL_GRADIENTS ->
          gradients(uniform(1, 64, 32, 26, 26), uniform(2, 64, 32, 3, 3), 1, 0, 1);
      case CONV_STEM -> conv(uniform(1, 4, 3, 224, 224), uniform(2, 64, 3, 7, 7), 2, 3, 1);
      case CONV_STEM_GRADIENTS ->
          gradients(uniform(1, 4, 3, 224, 224), uniform(2, 64, 3, 7, 7), 2, 3, 1);
      case CONV_RESNET -> conv(images(), uniform(2, 64, 64, 3, 3), 1, 1, 1);
      case CONV_RESNET_GRADIENTS -> gradients(images(), uniform(2, 64, 64, 3, 3), 1, 1, 1);
      case CONV_STRIDED -> conv(images(), uniform(2, 128, 64, 3, 3), 2, 1, 1);
      case CONV_STRIDED_GRADIENTS -> gradients(images(), uniform(2, 128, 64, 3, 3), 2, 1, 1);
      case CONV_DEPTHWISE -> conv(images(), uniform(2, 64, 1, 3, 3), 1, 1, 64);
      case CONV_DEPTHWISE_GRADIENTS -> gradients(images(), uniform(2, 64, 1, 3, 3), 1, 1, 64);
      case MAX_POOL -> {
        Tensor x = images();
        yield () -> torch.max_pool2d(x, 2, 2);
      }
      case MAX_POOL_GRADIENT -> {
        Tensor x = images();
        long[] size = both(2);
        var pooled = torch.max_pool2d_with_indices(x, size, size, both(0), both(1), false);
        Tensor upstream = uniform(3, 4, 64, 28, 28);
        Tensor places = pooled.get1();
        yield () ->
            torch.max_pool2d_with_indices_backward(
                upstream, x, size, size, both(0), both(1), false, places);
      }
      case AVERAGE_POOL -> {
        Tensor x = images();
        yield () -> torch.avg_pool2d(x, 2, 2);
      }
      case INTERPOLATE -> {
        Tensor x = images();
        yield () -> torch.upsample_bilinear2d(x, new long[] {112, 112}, false);
      }
      case ATTENTION -> {
        Tensor x = uniform(1, 4, 8, 512, 64);
        var mask = new TensorOptional();
        var scale = new DoubleOptional();
        yield () -> torch.scaled_dot_product_attention(x, x, x, mask, 0, true, scale, false);
      }
      case SORT -> {
        Tensor x = matrix();
        yield () -> torch.sort(x, 1, false);
      }
      case TOPK -> {
        Tensor x = matrix();
        yield () -> torch.topk(x, 32, 1, true, true);
      }
      case CUMSUM -> {
        Tensor x = matrix();
        yield () -> torch.cumsum(x, 1);
      }
      case GATHER -> {
        Tensor x = matrix();
        Tensor columns = below(1024, 1024, 1024);
        yield () -> torch.gather(x, 1, columns);
      }
      case SCATTER_SUM -> {
        Tensor x = matrix();
        Tensor columns = below(1024, 1024, 1024);
        yield () -> torch.scatter_reduce(x, 1, columns, x, "sum");
      }
      case EMBEDDING -> {
        Tensor table = uniform(1, 10_000, 256);
        Tensor ids = below(10_000, 32, 128);
        yield () -> torch.embedding(table, ids);
      }
      case EMBEDDING_GRADIENT -> {
        Tensor upstream = uniform(3, 32, 128, 256);
        Tensor ids = below(10_000, 32, 128);
        yield () -> torch.embedding_dense_backward(upstream, ids, 10_000, -1, false);
      }
      case EINSUM -> {
        var factors = new TensorVector(uniform(1, 8, 128, 8, 64), uniform(2, 8, 128, 8, 64));
        yield () -> torch.einsum("bqhd,bkhd->bhqk", factors);
      }
      case CDIST -> {
        Tensor x = uniform(1, 1024, 64);
        yield () -> torch.cdist(x, x);
      }
      case CHOLESKY -> {
        Tensor a = positive();
        yield () -> torch.linalg_cholesky(a);
      }
      case SOLVE -> {
        Tensor a = positive();
        Tensor b = uniform(1, 64, 32, 4);
        yield () -> torch.linalg_solve(a, b);
      }
    };
  }

  private static Tensor uniform(long seed, int... shape) {
    return Libtorch.uniform(seed, shape);
  }

  private static Tensor images() {
    return uniform(1, 4, 64, 56, 56);
  }

  private static Tensor matrix() {
    return uniform(1, 1024, 1024);
  }

  private static Tensor below(int limit, int... shape) {
    return torch.tensor(Inputs.labels(2, Inputs.size(shape), limit)).reshape(Libtorch.longs(shape));
  }

  private static Tensor positive() {
    Tensor x = uniform(1, 64, 32, 32);
    return x.matmul(x.transpose(-1, -2)).add(torch.eye(32));
  }

  private static Supplier<Tensor> conv(Tensor x, Tensor w, int stride, int padding, int groups) {
    var bias = new TensorOptional();
    return () -> torch.conv2d(x, w, bias, both(stride), both(padding), both(1), groups);
  }

  private static Supplier<?> gradients(Tensor x, Tensor w, int stride, int padding, int groups) {
    Tensor y = conv(x, w, stride, padding, groups).get();
    Tensor upstream = Libtorch.uniform(3, Math.toIntExact(y.numel())).view_as(y);
    var wanted = new BoolPointer(3).put(0, true).put(1, true).put(2, false);
    return () ->
        torch.convolution_backward(
            upstream,
            x,
            w,
            new long[] {0},
            both(stride),
            both(padding),
            both(1),
            false,
            both(0),
            groups,
            wanted);
  }

  private static long[] both(long value) {
    return new long[] {value, value};
  }
}
