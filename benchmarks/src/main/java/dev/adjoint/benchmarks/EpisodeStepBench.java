package dev.adjoint.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A training step of a small policy on an episode: the network is applied step by step, which makes a graph of thousands of nodes
 * with little arithmetic. An episode of another length with other actions is a graph not seen before and must be planned.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EpisodeStepBench {
  private static final int SHORTEST_KNOWN = 60;
  private static final int LONGEST_KNOWN = 140;

  /** Lengths from one to the next differ by this, modulo the number of lengths, which has no divisor in common with it. */
  private static final int STRIDE = 8;

  private static final int LENGTHS = 21;

  /** What episodes there are. */
  public enum Kind implements Work {
    NEW_100(100, true),
    SAME_100(100, false),
    NEW_500(500, true),
    SAME_500(500, false);

    private final int length;
    private final boolean renewed;

    Kind(int length, boolean renewed) {
      this.length = length;
      this.renewed = renewed;
    }

    @Override
    public String title() {
      return renewed
          ? "policy step, a new episode of about " + length + " steps each time"
          : "policy step, the same episode of " + length + " steps";
    }

    @Override
    public int nodes() {
      return new AdjointPolicy().nodes(Episode.drawn(new SplittableRandom(1), length));
    }

    @Override
    public boolean quick() {
      return length == 100;
    }
  }

  /** Gives the episodes of one kind. */
  static final class Episodes {
    private final SplittableRandom random = new SplittableRandom(1);
    private final Kind kind;
    private final Episode first;
    private int given;

    Episodes(Kind kind) {
      this.kind = kind;
      this.first = Episode.drawn(random, kind.length);
    }

    /** The next one: another than any before, or the same. */
    Episode next() {
      if (!kind.renewed) {
        return first;
      }
      int length = kind.length - LENGTHS / 2 + STRIDE * given++ % LENGTHS;
      return Episode.drawn(random, length);
    }

    /** An episode of a length. */
    Episode of(int length) {
      return Episode.drawn(random, length);
    }
  }

  /** Adjoint's policy. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Kind work;
    AdjointPolicy policy;
    Episodes episodes;

    /** Makes the policy and trains it on episodes of many lengths, after which all its kernels are compiled. */
    @Setup
    public void make() {
      policy = new AdjointPolicy();
      episodes = new Episodes(work);
      for (int length = SHORTEST_KNOWN; length <= LONGEST_KNOWN; length++) {
        policy.step(episodes.of(length));
      }
    }
  }

  /** The policy of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Kind work;
    LibtorchPolicy policy;
    Episodes episodes;

    /** Makes the policy. */
    @Setup
    public void make() {
      Libtorch.load();
      policy = new LibtorchPolicy();
      episodes = new Episodes(work);
    }
  }

  /** The step in Adjoint. */
  @Benchmark
  public double adjoint(Ours s) {
    return s.policy.step(s.episodes.next());
  }

  /** The step in libtorch. */
  @Benchmark
  public double libtorch(Theirs s) {
    return s.policy.step(s.episodes.next());
  }
}
