package dev.adjoint.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs single benchmark methods through JMH, each in a JVM of its own with the flags of this one. */
final class JmhRuns {
  private final List<String> flags;

  /** Runs with more flags for the JVM. */
  JmhRuns(List<String> flags) {
    this.flags = List.copyOf(flags);
  }

  /**
   * The time of one call of a method.
   *
   * @throws IllegalStateException if it failed; the message holds what JMH and the method said
   */
  Timing measure(
      Class<?> type, String method, Map<String, String> parameters, int threads, Effort effort) {
    var options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(type.getName() + "." + method) + "$")
            .forks(1)
            .threads(threads)
            .jvmArgsAppend(flags.toArray(String[]::new))
            .warmupIterations(effort.warmUps())
            .warmupTime(TimeValue.milliseconds(effort.warmUpMillis()))
            .measurementIterations(effort.iterations())
            .measurementTime(TimeValue.milliseconds(effort.iterationMillis()))
            .shouldFailOnError(true);
    parameters.forEach(options::param);
    var said = new ByteArrayOutputStream();
    Collection<RunResult> results;
    try (var sink = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      OutputFormat output = OutputFormatFactory.createFormatInstance(sink, VerboseMode.NORMAL);
      results = new Runner(options.build(), output).run();
    } catch (RunnerException e) {
      throw new IllegalStateException(
          type.getSimpleName()
              + "."
              + method
              + " "
              + parameters
              + " failed:\n"
              + said.toString(StandardCharsets.UTF_8),
          e);
    }
    var nanos = new ArrayList<Double>();
    for (RunResult result : results) {
      result
          .getBenchmarkResults()
          .forEach(
              fork -> {
                for (IterationResult iteration : fork.getIterationResults()) {
                  nanos.add(iteration.getPrimaryResult().getScore());
                }
              });
    }
    return new Timing(nanos.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
