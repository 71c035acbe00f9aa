package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.nn.LayerNorm;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Functions of whole rows: several reductions and a map of the same row. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SoftmaxBench {
  private static final int SIZE = 1024;
  private static final double EPSILON = 1e-5;

  /** A function of rows. */
  public enum RowFunction implements Work {
    SOFTMAX("softmax"),
    LOG_SOFTMAX("log-softmax"),
    LAYER_NORM("layer norm");

    private final String label;

    RowFunction(String label) {
      this.label = label;
    }

    @Override
    public String title() {
      return label + ", " + SIZE + " x " + SIZE;
    }

    @Override
    public long bytesRead() {
      return 4L * SIZE * SIZE;
    }

    @Override
    public long bytesWritten() {
      return 4L * SIZE * SIZE;
    }
  }

  /** Adjoint's matrix and layer. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param RowFunction work;
    Tensor x;
    LayerNorm layer;

    /** Makes both. */
    @Setup
    public void make() {
      x = Adjoint.uniform(1, SIZE, SIZE);
      layer = Adjoint.onDevice(() -> new LayerNorm(new int[] {SIZE}, EPSILON));
    }
  }

  /** The matrix and the weights of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param RowFunction work;
    org.bytedeco.pytorch.Tensor x;
    LongArrayRef shape;
    TensorOptional weight;
    TensorOptional bias;

    /** Makes them. */
    @Setup
    public void make() {
      Libtorch.load();
      x = Libtorch.uniform(1, SIZE, SIZE);
      shape = new LongArrayRef(SIZE);
      weight = new TensorOptional(torch.ones(SIZE));
      bias = new TensorOptional(torch.zeros(SIZE));
    }
  }

  /** The function in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    Adjoint.compute(
        switch (s.work) {
          case SOFTMAX -> s.x.softmax(1);
          case LOG_SOFTMAX -> s.x.logSoftmax(1);
          case LAYER_NORM -> dev.adjoint.Scope.noGrad(() -> s.layer.apply(s.x));
        });
  }

  /** The function in libtorch. */
  @Benchmark
  public org.bytedeco.pytorch.Tensor libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      return switch (s.work) {
        case SOFTMAX -> s.x.softmax(1);
        case LOG_SOFTMAX -> s.x.log_softmax(1);
        case LAYER_NORM ->
            torch.layer_norm(s.x, new long[] {SIZE}, s.weight, s.bias, EPSILON, true);
      };
    }
  }
}
