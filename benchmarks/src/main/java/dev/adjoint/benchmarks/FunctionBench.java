package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Functions of images, positions and matrices, and gradients of some. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FunctionBench {
  /** A function, with the sizes that both sides have in {@link AdjointFunctions} and {@link LibtorchFunctions}. */
  public enum Function implements Work {
    CONV_SMALL("conv 3 x 3, 64 x 32 x 26 x 26 to 64"),
    CONV_SMALL_GRADIENTS("gradients of conv 3 x 3, 64 x 32 x 26 x 26 to 64"),
    CONV_STEM("conv 7 x 7, stride 2, 4 x 3 x 224 x 224 to 64"),
    CONV_STEM_GRADIENTS("gradients of conv 7 x 7, stride 2, 4 x 3 x 224 x 224 to 64"),
    CONV_RESNET("conv 3 x 3, 4 x 64 x 56 x 56 to 64"),
    CONV_RESNET_GRADIENTS("gradients of conv 3 x 3, 4 x 64 x 56 x 56 to 64"),
    CONV_STRIDED("conv 3 x 3, stride 2, 4 x 64 x 56 x 56 to 128"),
    CONV_STRIDED_GRADIENTS("gradients of conv 3 x 3, stride 2, 4 x 64 x 56 x 56 to 128"),
    CONV_DEPTHWISE("depthwise conv 3 x 3, 4 x 64 x 56 x 56"),
    CONV_DEPTHWISE_GRADIENTS("gradients of depthwise conv 3 x 3, 4 x 64 x 56 x 56"),
    MAX_POOL("max pool 2 x 2, 4 x 64 x 56 x 56"),
    MAX_POOL_GRADIENT("gradient of max pool 2 x 2, 4 x 64 x 56 x 56"),
    AVERAGE_POOL("average pool 2 x 2, 4 x 64 x 56 x 56"),
    INTERPOLATE("bilinear to 112 x 112, 4 x 64 x 56 x 56"),
    ATTENTION("causal attention, 4 x 8 x 512 x 64"),
    SORT("sort of rows, 1024 x 1024"),
    TOPK("topk 32 of rows, 1024 x 1024"),
    CUMSUM("cumsum of rows, 1024 x 1024"),
    GATHER("gather along axis 1, 1024 x 1024"),
    SCATTER_SUM("scatterReduce sum along axis 1, 1024 x 1024"),
    EMBEDDING("embedding 10,000 x 256, 32 x 128"),
    EMBEDDING_GRADIENT("gradient of embedding 10,000 x 256, 32 x 128"),
    EINSUM("einsum bqhd,bkhd->bhqk, 8 x 128 x 8 x 64"),
    CDIST("cdist, 1024 x 1024 x 64"),
    CHOLESKY("cholesky, 64 x 32 x 32"),
    SOLVE("solve, 64 x 32 x 32, 4 sides");

    private final String title;

    Function(String title) {
      this.title = title;
    }

    @Override
    public String title() {
      return title;
    }

    @Override
    public boolean quick() {
      return false;
    }
  }

  /** Adjoint's function. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Function work;
    Supplier<Tensor[]> function;

    /** Makes its operands. */
    @Setup
    public void make() {
      function = Adjoint.onDevice(() -> AdjointFunctions.of(work));
    }
  }

  /** The function of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Function work;
    Supplier<?> function;

    /** Makes its operands. */
    @Setup
    public void make() {
      Libtorch.load();
      function = LibtorchFunctions.of(work);
    }
  }

  /** The function in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    Adjoint.compute(s.function.get());
  }

  /** The function in libtorch. */
  @Benchmark
  public Object libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      return s.function.get();
    }
  }
}
