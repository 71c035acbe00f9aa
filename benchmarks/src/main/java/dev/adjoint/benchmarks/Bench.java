package dev.adjoint.benchmarks;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code bin/adjoint bench}: runs the benchmarks and prints one table. */
@Command(
    name = "adjoint bench",
    sortOptions = false,
    description = {
      "Measures Adjoint beside libtorch, which runs on the CPU, and beside the limits of this machine.",
      "Each time is the median of several iterations in a JVM of their own."
    })
public final class Bench implements Callable<Integer> {
  /** On a shared machine a long measurement takes in what others do at the time; so the sides take turns. */
  private static final int EPOCH_ROUNDS = 3;

  /** Of what is measured once in each JVM. */
  private static final int FIRST_ROUNDS = 3;

  /** Epochs after which the JVM's compiler has nothing more to do. */
  private static final int EPOCHS_UNTIL_WARM = 25;

  private static final List<Suite> SUITES =
      List.of(
          new Suite(MatMulBench.class, MatMulBench.Product.values()),
          new Suite(ElementwiseBench.class, ElementwiseBench.Vectors.values()),
          new Suite(ResultBench.class, ResultBench.Result.values()),
          new Suite(ReductionBench.class, ReductionBench.Sum.values()),
          new Suite(SoftmaxBench.class, SoftmaxBench.RowFunction.values()),
          new Suite(FunctionBench.class, FunctionBench.Function.values()),
          new Suite(TrainingStepBench.class, TrainingStepBench.Batch.values()),
          new Suite(NetworkStepBench.class, NetworkStepBench.Network.values()),
          new Suite(EpochBench.class, EpochBench.Epoch.values()),
          new Suite(LoaderBench.class, LoaderBench.Batches.values()),
          new Suite(CheckpointBench.class, CheckpointBench.Loading.values()),
          new Suite(EpisodeStepBench.class, EpisodeStepBench.Kind.values()),
          new Suite(ReinforceBench.class, ReinforceBench.Script.values()),
          new Suite(FirstStep.class, FirstStep.Start.values()));

  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      description =
          "a regular expression; runs what has it in its name or title, such as matmul or TrainingStep")
  private String filter = "";

  @Option(names = "--quick", description = "measures fewer rows and each for a shorter time")
  private boolean quick;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description =
          "where Adjoint computes, or all, each with its time beside that of the first;"
              + " default: ADJOINT_DEVICE or cpu")
  private String device = Settings.device();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of both sides; default: all processors")
  private int threads = Settings.threads();

  @Option(names = "--markdown", description = "prints the table as Markdown")
  private boolean markdown;

  @Option(names = "--json", paramLabel = "FILE", description = "also writes all times to a file")
  private @Nullable Path json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "prints this text")
  @SuppressWarnings("unused") // picocli prints the text and does not call
  private boolean help;

  /** A class of benchmarks and its rows. */
  private record Suite(Class<?> type, List<Work> works) {
    Suite(Class<?> type, Work[] works) {
      this(type, List.of(works));
    }

    /** How often all sides are measured in turn. */
    int rounds() {
      return type == EpochBench.class
          ? EPOCH_ROUNDS
          : type == ReinforceBench.class ? FIRST_ROUNDS : 1;
    }

    /** How long Adjoint is measured in a round. */
    Effort ours(Effort effort) {
      if (type == FirstStep.class) {
        return effort.single();
      }
      if (type == ReinforceBench.class) {
        return effort.first();
      }
      boolean manyKernels =
          type == TrainingStepBench.class
              || type == NetworkStepBench.class
              || type == LoaderBench.class
              || type == EpisodeStepBench.class;
      return type == EpochBench.class
          ? effort.longWork(EPOCHS_UNTIL_WARM)
          : manyKernels ? effort.manyKernels() : effort;
    }

    /** Whether the limit is none of the machine but that of a method called limit, such as a file read by other means. */
    boolean limited() {
      return type == LoaderBench.class || type == CheckpointBench.class;
    }

    /** Whether libtorch has it. */
    boolean compared() {
      return Libtorch.available() && !limited();
    }

    /** How long libtorch is measured in a round. */
    Effort theirs(Effort effort) {
      if (type == FirstStep.class) {
        return effort.single();
      }
      if (type == ReinforceBench.class) {
        return effort.first();
      }
      return type == EpochBench.class ? effort.longWork(1) : effort.precompiled();
    }
  }

  /** A row that is to be measured. */
  private record Entry(Suite suite, Work work) {
    String name() {
      return suite.type().getSimpleName() + "." + work.name();
    }
  }

  private Bench() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Pattern pattern;
    List<String> devices;
    try {
      pattern = Pattern.compile(filter, Pattern.CASE_INSENSITIVE);
      devices =
          device.equals("all")
              ? Devices.list().stream().map(Device::toString).toList()
              : List.of(Device.of(device).toString());
    } catch (PatternSyntaxException e) {
      return misused("the filter is no regular expression: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return misused(String.valueOf(e.getMessage()));
    }
    boolean limitsToo = pattern.matcher("Limits").find();
    List<Entry> entries = selected(pattern);
    if (entries.isEmpty() && !limitsToo) {
      return misused(
          "no benchmark has '"
              + filter
              + "' in its name or title; there are Limits and "
              + names());
    }
    Machine machine = Machine.here(devices, threads);
    if (machine.busy()) {
      progress(
          "others keep this machine busy, its load is "
              + Timing.digits(machine.load())
              + ": the times will be wrong");
    }
    Effort effort = quick ? Effort.QUICK : Effort.FULL;
    var ceilings = new Ceilings(runs("cpu"), threads, effort);
    if (limitsToo && !(quick && filter.isEmpty())) {
      progress("the limits of this machine");
      ceilings.measureAll();
    }
    var rows = new ArrayList<Row>();
    int done = 0;
    int failures = 0;
    for (Entry entry : entries) {
      progress(++done + " of " + entries.size() + ": " + entry.work().title());
      try {
        rows.addAll(rows(entry, devices, ceilings, effort));
      } catch (IllegalStateException e) {
        failures++;
        progress(String.valueOf(e.getMessage()));
      }
    }
    var table = new Table(machine, ceilings.rates(), rows);
    System.out.print(markdown ? table.markdown() : table.text());
    if (json != null) {
      JsonReport.write(json, machine, ceilings.rates(), rows);
    }
    if (failures > 0) {
      progress(failures + " of " + entries.size() + " failed and are not in the table, see above");
      return ExitCode.SOFTWARE;
    }
    return ExitCode.OK;
  }

  private List<Entry> selected(Pattern pattern) {
    var entries = new ArrayList<Entry>();
    for (Suite suite : SUITES) {
      for (Work work : suite.works()) {
        var entry = new Entry(suite, work);
        boolean named =
            pattern.matcher(entry.name()).find() || pattern.matcher(work.title()).find();
        if (named && (work.quick() || !quick)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private static List<String> names() {
    return SUITES.stream().map(suite -> suite.type().getSimpleName()).toList();
  }

  private List<Row> rows(Entry entry, List<String> devices, Ceilings ceilings, Effort effort) {
    Suite suite = entry.suite();
    Map<String, String> parameters = Map.of("work", entry.work().name());
    var timings = new LinkedHashMap<String, Timing>();
    Timing libtorch = null;
    // One after the other, so that all sides see the machine in the same state.
    for (int round = 0; round < suite.rounds(); round++) {
      for (String name : devices) {
        Timing timing =
            runs(name).measure(suite.type(), "adjoint", parameters, 1, suite.ours(effort));
        timings.merge(name, timing, Timing::and);
      }
      if (suite.compared()) {
        Timing timing =
            runs("cpu").measure(suite.type(), "libtorch", parameters, 1, suite.theirs(effort));
        libtorch = libtorch == null ? timing : libtorch.and(timing);
      }
    }
    Timing peer = libtorch;
    var rows = new ArrayList<Row>();
    timings.forEach(
        (name, timing) -> {
          double limit =
              suite.limited()
                  ? runs(name)
                      .measure(suite.type(), "limit", parameters, 1, suite.ours(effort))
                      .median()
                  : name.equals("cpu") ? ceilings.nanos(entry.work()) : 0;
          rows.add(new Row(suite.type().getSimpleName(), entry.work(), name, timing, peer, limit));
        });
    return rows;
  }

  private JmhRuns runs(String name) {
    return new JmhRuns(Settings.flags(name, threads));
  }

  private static void progress(String text) {
    System.err.println("bench: " + text);
  }

  private static int misused(String text) {
    System.err.println("bench: " + text);
    return ExitCode.USAGE;
  }
}
