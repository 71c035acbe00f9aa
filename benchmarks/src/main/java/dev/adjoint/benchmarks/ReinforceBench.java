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
 * A script that trains a small policy by REINFORCE, once from its beginning to its end: it includes what the first episodes wait
 * for, such as the compiler of the JVM.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReinforceBench {
  private static final int EPISODES = 100;
  private static final int SHORTEST = 20;
  private static final int LONGEST = 120;

  /** The only thing that is measured here. */
  public enum Script implements Work {
    EPISODES_100;

    @Override
    public String title() {
      return "REINFORCE, the first 100 episodes of 20 to 120 steps";
    }
  }

  /** Adjoint's policy. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Script work;
    AdjointPolicy policy;

    /** Makes the policy. */
    @Setup
    public void make() {
      policy = new AdjointPolicy();
    }
  }

  /** The policy of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Script work;
    LibtorchPolicy policy;

    /** Makes the policy. */
    @Setup
    public void make() {
      Libtorch.load();
      policy = new LibtorchPolicy();
    }
  }

  /** The script in Adjoint. */
  @Benchmark
  public double adjoint(Ours s) {
    var random = new SplittableRandom(1);
    double total = 0;
    for (int i = 0; i < EPISODES; i++) {
      total += s.policy.play(random, random.nextInt(SHORTEST, LONGEST + 1));
    }
    return total;
  }

  /** The script in libtorch. */
  @Benchmark
  public double libtorch(Theirs s) {
    var random = new SplittableRandom(1);
    double total = 0;
    for (int i = 0; i < EPISODES; i++) {
      total += s.policy.play(random, random.nextInt(SHORTEST, LONGEST + 1));
    }
    return total;
  }
}
