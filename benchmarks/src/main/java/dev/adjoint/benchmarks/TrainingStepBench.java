package dev.adjoint.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A training step of the MLP 784-512-256-10: forward, cross-entropy, backward, Adam, and reading the loss. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrainingStepBench {
  /** A batch size. */
  public enum Batch implements Work {
    MLP_32(32),
    MLP_128(128),
    MLP_512(512);

    private static final long FIRST = 784 * 512;
    private static final long OTHERS = 512 * 256 + 256 * 10;

    private final int size;

    Batch(int size) {
      this.size = size;
    }

    @Override
    public String title() {
      return "MLP training step, batch " + size;
    }

    /** Of the matrix products: three for each layer, but the input of the first needs no gradient. */
    @Override
    public double flops() {
      return 2.0 * size * (2 * FIRST + 3 * OTHERS);
    }

    /** By Adam: gradient, parameter and two moments. */
    @Override
    public long bytesRead() {
      return 16 * (FIRST + OTHERS);
    }

    /** By Adam: parameter and two moments. */
    @Override
    public long bytesWritten() {
      return 12 * (FIRST + OTHERS);
    }
  }

  /** Adjoint's network. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Batch work;
    AdjointMlp mlp;

    /** Makes the network. */
    @Setup
    public void make() {
      mlp = new AdjointMlp(work.size);
    }
  }

  /** The network of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Batch work;
    LibtorchMlp mlp;

    /** Makes the network. */
    @Setup
    public void make() {
      Libtorch.load();
      mlp = new LibtorchMlp(work.size);
    }
  }

  /** The step in Adjoint. */
  @Benchmark
  public double adjoint(Ours s) {
    return s.mlp.step();
  }

  /** The step in libtorch. */
  @Benchmark
  public double libtorch(Theirs s) {
    return s.mlp.step();
  }
}
