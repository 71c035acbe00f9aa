package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Large results by what becomes of them: only the memory of those that are dropped must be found again by a collection. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ResultBench {
  private static final int MILLION = 1 << 20;
  private static final int ROWS = 10_000;
  private static final int COLUMNS = 128;

  /** What computes a result. */
  public enum Function {
    EXP("exp(x), 1M floats", 1),
    CHAIN("relu(x * y + x) * y, 1M floats", 2),
    GELU("gelu(x), 1M floats", 1),
    EMBEDDING("embedding of 10000 rows", 1);

    private final String label;
    private final int inputs;

    Function(String label, int inputs) {
      this.label = label;
      this.inputs = inputs;
    }
  }

  /** What becomes of a result. */
  public enum Fate {
    /** Nobody refers to it any more. */
    DROPPED,
    /** It is the next value of a variable. */
    KEPT,
    /** A region of temporaries ends. */
    TEMPORARY
  }

  /** A result and what becomes of it. */
  public enum Result implements Work {
    EXP_DROPPED(Function.EXP, Fate.DROPPED),
    EXP_KEPT(Function.EXP, Fate.KEPT),
    EXP_TEMPORARY(Function.EXP, Fate.TEMPORARY),
    CHAIN_DROPPED(Function.CHAIN, Fate.DROPPED),
    CHAIN_KEPT(Function.CHAIN, Fate.KEPT),
    CHAIN_TEMPORARY(Function.CHAIN, Fate.TEMPORARY),
    GELU_DROPPED(Function.GELU, Fate.DROPPED),
    GELU_KEPT(Function.GELU, Fate.KEPT),
    GELU_TEMPORARY(Function.GELU, Fate.TEMPORARY),
    EMBEDDING_DROPPED(Function.EMBEDDING, Fate.DROPPED),
    EMBEDDING_KEPT(Function.EMBEDDING, Fate.KEPT),
    EMBEDDING_TEMPORARY(Function.EMBEDDING, Fate.TEMPORARY);

    private final Function function;
    private final Fate fate;

    Result(Function function, Fate fate) {
      this.function = function;
      this.fate = fate;
    }

    @Override
    public String title() {
      return function.label
          + switch (fate) {
            case DROPPED -> ", dropped";
            case KEPT -> ", set into a variable";
            case TEMPORARY -> ", temporary";
          };
    }

    @Override
    public long bytesRead() {
      return function.inputs * bytesWritten();
    }

    @Override
    public long bytesWritten() {
      return 4L * (function == Function.EMBEDDING ? ROWS * COLUMNS : MILLION);
    }

    @Override
    public boolean quick() {
      return function == Function.CHAIN;
    }
  }

  /** Adjoint's values. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Result work;
    Tensor x;
    Tensor y;
    Tensor table;
    Tensor rows;
    Variable variable;

    /** Makes them. */
    @Setup
    public void make() {
      x = Adjoint.uniform(1, MILLION);
      y = Adjoint.uniform(2, MILLION);
      table = Adjoint.uniform(3, ROWS, COLUMNS);
      rows = Adjoint.onDevice(() -> Tensors.of(places()));
      variable = new Variable("result", Tensors.zerosLike(result()));
    }

    Tensor result() {
      return switch (work.function) {
        case EXP -> x.exp();
        case CHAIN -> x.mul(y).add(x).relu().mul(y);
        case GELU -> x.gelu();
        case EMBEDDING -> table.embedding(rows);
      };
    }
  }

  /** The values of libtorch, which frees each result at once. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Result work;
    org.bytedeco.pytorch.Tensor x;
    org.bytedeco.pytorch.Tensor y;
    org.bytedeco.pytorch.Tensor table;
    org.bytedeco.pytorch.Tensor rows;

    /** Makes them. */
    @Setup
    public void make() {
      Libtorch.load();
      x = Libtorch.uniform(1, MILLION);
      y = Libtorch.uniform(2, MILLION);
      table = Libtorch.uniform(3, ROWS, COLUMNS);
      rows = torch.tensor(places());
    }
  }

  /** The rows that are looked up, in an order far from that in memory. */
  private static int[] places() {
    int[] places = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      places[i] = (int) (i * 7919L % ROWS);
    }
    return places;
  }

  /** The function in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    switch (s.work.fate) {
      case DROPPED -> Adjoint.compute(s.result());
      case KEPT -> {
        s.variable.set(s.result());
        Tensor.realize(List.of());
      }
      case TEMPORARY -> dev.adjoint.Scope.temporaries(() -> Adjoint.compute(s.result()));
    }
  }

  /** The function in libtorch. */
  @Benchmark
  public org.bytedeco.pytorch.Tensor libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      return switch (s.work.function) {
        case EXP -> s.x.exp();
        case CHAIN -> s.x.mul(s.y).add(s.x).relu().mul(s.y);
        case GELU -> torch.gelu(s.x);
        case EMBEDDING -> torch.embedding(s.table, s.rows);
      };
    }
  }
}
