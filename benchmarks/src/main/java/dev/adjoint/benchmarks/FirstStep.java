package dev.adjoint.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The wait of a user who starts a script: from the start of a JVM to the end of the first training step. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FirstStep {
  private static final int BATCH = 128;
  private static final String TRAINED = "trained";

  /** The only thing that is measured here. */
  public enum Start implements Work {
    MLP;

    @Override
    public String title() {
      return "JVM start to the end of the first MLP training step";
    }
  }

  /** What runs in the new JVM. */
  public static final class OfAdjoint {
    private OfAdjoint() {}

    /** Trains one step with Adjoint. */
    public static void main(String[] arguments) {
      report(new AdjointMlp(BATCH).step());
    }
  }

  /** What runs in the new JVM. */
  public static final class OfLibtorch {
    private OfLibtorch() {}

    /** Trains one step with libtorch. */
    public static void main(String[] arguments) {
      Libtorch.load();
      report(new LibtorchMlp(BATCH).step());
    }
  }

  private static void report(double loss) {
    System.out.println(Double.isFinite(loss) ? TRAINED : "the loss is " + loss);
  }

  /** The JVM that was started. */
  @State(Scope.Benchmark)
  public static class Child {
    @Param Start work;
    private @Nullable Process process;

    /** Starts a JVM and waits for the end of the step. */
    void runUntilTrained(Class<?> main) {
      try {
        process =
            new ProcessBuilder(command(main))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (!TRAINED.equals(line)) {
          throw new IllegalStateException(
              "first step: " + main.getSimpleName() + " said '" + line + "'");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits until the JVM is gone, so that it does not disturb the next one. */
    @TearDown(Level.Invocation)
    public void end() throws InterruptedException {
      if (process != null) {
        process.waitFor();
      }
    }
  }

  /** The flags of this JVM without those that JMH added. */
  private static List<String> command(Class<?> main) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      boolean ofJmh =
          flag.startsWith("-Djmh.")
              || flag.startsWith("-XX:CompileCommandFile")
              || flag.contains("blackhole");
      if (!ofJmh) {
        command.add(flag);
      }
    }
    command.add("--class-path");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }

  /** The first step in Adjoint. */
  @Benchmark
  public void adjoint(Child child) {
    child.runUntilTrained(OfAdjoint.class);
  }

  /** The first step in libtorch. */
  @Benchmark
  public void libtorch(Child child) {
    child.runUntilTrained(OfLibtorch.class);
  }
}
