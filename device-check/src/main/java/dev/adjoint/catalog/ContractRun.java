package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * The contracts of a device, run by several threads without JUnit's launcher. Each takes the next test as soon as it is done with
 * one, so kernels are compiled by as many threads in the order in which the contract needs them. It lies in the package of the
 * contracts, which hide their tests.
 *
 * <p>A sample comes first: of each operation one type, f32 if it has that, forward and backward.
 */
public final class ContractRun extends DeviceContract {
  private static final int MESSAGE = 300;
  private static final int VIEWS = 200;
  private static final long PROGRESS_MILLIS = 1000;
  private static final String PREFERRED = "f32";

  private final Device device;
  private final List<DynamicTest> tests;
  private final int sample;
  private final Set<Integer> running = new TreeSet<>();
  private final List<String> failures = new ArrayList<>();
  private int next;
  private int passed;

  /**
   * A run on a device.
   *
   * @param shard which of the shards, from 1
   * @param shards how many processes share the tests
   */
  public ContractRun(Device device, int shard, int shards) {
    this.device = device;
    List<DynamicTest> all = all();
    Set<Integer> first = sampled(all);
    var rest = new ArrayList<DynamicTest>();
    tests = new ArrayList<>();
    for (int i = shard - 1; i < all.size(); i += shards) {
      (first.contains(i) ? tests : rest).add(all.get(i));
    }
    sample = tests.size();
    tests.addAll(rest);
  }

  @Override
  protected Device device() {
    return device;
  }

  private List<DynamicTest> all() {
    var gradients =
        new GradientContract() {
          @Override
          protected Device device() {
            return device;
          }
        };
    var shapes =
        new HugeShapesContract() {
          @Override
          protected Device device() {
            return device;
          }

          @Override
          protected int views() {
            return VIEWS;
          }
        };
    var factors =
        new ComputedFactorContract() {
          @Override
          protected Device device() {
            return device;
          }

          @Override
          protected boolean hasSameBits() {
            return false;
          }
        };
    return Stream.of(
            named("", agreesWithTheReference()),
            named("gradients of ", gradients.gradientsAgreeWithTheReference()),
            named("bits of ", scalarFunctionsHaveTheSameBitsEverywhere()),
            named("conversions of ", conversionsOfNarrowFloatsHaveTheSameBitsEverywhere()),
            named("product of ", factors.productsOfComputedFactors()),
            named("", shapes.all()),
            named("error: ", rejectsWrongCalls()))
        .flatMap(some -> some)
        .toList();
  }

  private static Stream<DynamicTest> named(String prefix, Stream<DynamicTest> tests) {
    return tests.map(
        test -> DynamicTest.dynamicTest(prefix + test.getDisplayName(), test.getExecutable()));
  }

  /** The numbers of the tests of which there is one for each operation. */
  private static Set<Integer> sampled(List<DynamicTest> tests) {
    Set<String> types = Stream.of(DType.values()).map(DType::toString).collect(Collectors.toSet());
    var chosen = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < tests.size(); i++) {
      String name = tests.get(i).getDisplayName();
      int space = name.lastIndexOf(' ');
      String type = name.substring(space + 1);
      String operation = types.contains(type) ? name.substring(0, Math.max(space, 0)) : name;
      if (type.equals(PREFERRED)) {
        chosen.put(operation, i);
      } else {
        chosen.putIfAbsent(operation, i);
      }
    }
    return Set.copyOf(chosen.values());
  }

  /**
   * Runs what has not run of the sample, or of all tests, until all is done or the time is over. Tests that have begun then get a
   * little longer.
   *
   * @param all whether to go on behind the sample
   * @param threads how many tests run at a time
   * @param isOver whether the time is over
   * @param grace how many milliseconds a test may take after that
   * @param progress told now and then that there are results
   */
  public void run(boolean all, int threads, BooleanSupplier isOver, long grace, Runnable progress)
      throws InterruptedException {
    int end = all ? tests.size() : Math.max(next(), sample);
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              var thread = new Thread(work, "contract " + device);
              // A test that hangs must not keep the process alive.
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < threads; i++) {
      workers.execute(
          () -> {
            for (int k = take(end, isOver); k >= 0; k = take(end, isOver)) {
              run(k);
            }
          });
    }
    workers.shutdown();
    boolean done = false;
    while (!done) {
      boolean last = isOver.getAsBoolean();
      done =
          workers.awaitTermination(last ? grace : PROGRESS_MILLIS, TimeUnit.MILLISECONDS) || last;
      progress.run();
    }
  }

  private synchronized int next() {
    return next;
  }

  /** The number of the next test, or -1 if there is none. */
  private synchronized int take(int end, BooleanSupplier isOver) {
    if (next >= end || isOver.getAsBoolean()) {
      return -1;
    }
    running.add(next);
    return next++;
  }

  private void run(int k) {
    String failure = null;
    try {
      tests.get(k).getExecutable().execute();
    } catch (Throwable e) {
      String text = String.valueOf(e);
      failure = name(k) + ": " + text.substring(0, Math.min(MESSAGE, text.length()));
    }
    ended(k, failure);
  }

  private synchronized void ended(int k, @Nullable String failure) {
    running.remove(k);
    if (failure == null) {
      passed++;
    } else {
      failures.add(failure);
    }
  }

  private String name(int k) {
    return tests.get(k).getDisplayName();
  }

  /** How many tests there are. */
  public int size() {
    return tests.size();
  }

  /** How many of them are the sample. */
  public int sample() {
    return sample;
  }

  /** How many tests passed. */
  public synchronized int passed() {
    return passed;
  }

  /** What failed, with the reason. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** What has not begun or not ended, in words; none if all was run. */
  public synchronized List<String> leftOut() {
    var texts = new ArrayList<String>();
    for (int k : running) {
      texts.add("had not ended: " + name(k));
    }
    if (next < tests.size()) {
      texts.add(
          (tests.size() - next)
              + " of "
              + tests.size()
              + " tests, from \""
              + name(next)
              + "\" to \""
              + name(tests.size() - 1)
              + "\"");
    }
    return texts;
  }
}
