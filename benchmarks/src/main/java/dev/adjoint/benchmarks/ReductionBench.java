package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Sums of a matrix over all elements, columns and rows. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReductionBench {
  private static final int SIZE = 1024;

  /** What is summed over. */
  public enum Sum implements Work {
    ALL("sum of all"),
    AXIS_0("sum over axis 0"),
    AXIS_1("sum over axis 1");

    private final String label;

    Sum(String label) {
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
  }

  /** Adjoint's matrix. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Sum work;
    Tensor x;

    /** Makes the matrix. */
    @Setup
    public void make() {
      x = Adjoint.uniform(1, SIZE, SIZE);
    }
  }

  /** The matrix of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Sum work;
    org.bytedeco.pytorch.Tensor x;

    /** Makes the matrix. */
    @Setup
    public void make() {
      Libtorch.load();
      x = Libtorch.uniform(1, SIZE, SIZE);
    }
  }

  /** The sum in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    Adjoint.compute(
        switch (s.work) {
          case ALL -> s.x.sum();
          case AXIS_0 -> s.x.sum(0);
          case AXIS_1 -> s.x.sum(1);
        });
  }

  /** The sum in libtorch. */
  @Benchmark
  public org.bytedeco.pytorch.Tensor libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      return switch (s.work) {
        case ALL -> s.x.sum();
        case AXIS_0 -> s.x.sum(0);
        case AXIS_1 -> s.x.sum(1);
      };
    }
  }
}
