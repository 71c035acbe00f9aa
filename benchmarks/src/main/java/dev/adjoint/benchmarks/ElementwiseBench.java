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

/** Elementwise functions: a chain of four, single ones, and tiny ones that show the overhead of a call. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ElementwiseBench {
  private static final int MILLION = 1 << 20;

  /** A function of one or two vectors. */
  public enum Function {
    ADD("x + y", 2),
    EXP("exp(x)", 1),
    TANH("tanh(x)", 1),
    CHAIN("relu(x * y + x) * y", 2);

    private final String formula;
    private final int inputs;

    Function(String formula, int inputs) {
      this.formula = formula;
      this.inputs = inputs;
    }
  }

  /** A function on vectors of a size. */
  public enum Vectors implements Work {
    CHAIN_1000(Function.CHAIN, 1000, "1000"),
    CHAIN_100K(Function.CHAIN, 100_000, "100k"),
    CHAIN_1M(Function.CHAIN, MILLION, "1M"),
    EXP_1M(Function.EXP, MILLION, "1M"),
    TANH_1M(Function.TANH, MILLION, "1M"),
    ADD_10(Function.ADD, 10, "10"),
    ADD_1000(Function.ADD, 1000, "1000"),
    ADD_1M(Function.ADD, MILLION, "1M");

    private static final int OVERHEAD_ONLY = 1000;

    private final Function function;
    private final int size;
    private final String label;

    Vectors(Function function, int size, String label) {
      this.function = function;
      this.size = size;
      this.label = label;
    }

    @Override
    public String title() {
      return function.formula + ", " + label + " floats";
    }

    @Override
    public long bytesRead() {
      return size <= OVERHEAD_ONLY ? 0 : 4L * size * function.inputs;
    }

    @Override
    public long bytesWritten() {
      return size <= OVERHEAD_ONLY ? 0 : 4L * size;
    }
  }

  /** Adjoint's vectors. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Vectors work;
    Tensor x;
    Tensor y;

    /** Makes the vectors. */
    @Setup
    public void make() {
      x = Adjoint.uniform(1, work.size);
      y = Adjoint.uniform(2, work.size);
    }
  }

  /** The vectors of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Vectors work;
    org.bytedeco.pytorch.Tensor x;
    org.bytedeco.pytorch.Tensor y;

    /** Makes the vectors. */
    @Setup
    public void make() {
      Libtorch.load();
      x = Libtorch.uniform(1, work.size);
      y = Libtorch.uniform(2, work.size);
    }
  }

  /** The function in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    Adjoint.compute(
        switch (s.work.function) {
          case ADD -> s.x.add(s.y);
          case EXP -> s.x.exp();
          case TANH -> s.x.tanh();
          case CHAIN -> s.x.mul(s.y).add(s.x).relu().mul(s.y);
        });
  }

  /** The function in libtorch. */
  @Benchmark
  public org.bytedeco.pytorch.Tensor libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      return switch (s.work.function) {
        case ADD -> s.x.add(s.y);
        case EXP -> s.x.exp();
        case TANH -> s.x.tanh();
        case CHAIN -> s.x.mul(s.y).add(s.x).relu().mul(s.y);
      };
    }
  }
}
