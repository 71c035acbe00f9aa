package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.IndexFaultException;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When graphs are built, updated and destroyed, and that kernels in them compute what they compute alone. */
class GraphTest {
  private static final float[] ONES = {1, 1, 1};

  private final FakeDriver driver = new FakeDriver();
  private final CudaBackend device = Chain.open(driver);

  /** The calls that launch something or have to do with graphs while an action runs. */
  private List<String> calls(Runnable action) {
    int from = driver.calls.size();
    action.run();
    return driver.calls.subList(from, driver.calls.size()).stream()
        .filter(GraphTest::isLaunch)
        .toList();
  }

  private static boolean isLaunch(String call) {
    return call.startsWith("cuGraph") || call.equals("cuLaunchKernel");
  }

  @Test
  void theSecondRunBuildsAGraphAndLaterOnesUpdateIt() {
    Chain chain = Chain.of(3, device, driver);
    Buffer[] memory = chain.memory();
    assertThat(calls(() -> assertThat(chain.run(memory, ONES)).isEqualTo(3)))
        .containsExactly("cuLaunchKernel", "cuLaunchKernel", "cuLaunchKernel");
    assertThat(calls(() -> assertThat(chain.run(memory, ONES)).isEqualTo(3)))
        .containsExactly(
            "cuGraphCreate",
            "cuGraphAddKernelNode",
            "cuGraphAddKernelNode",
            "cuGraphAddKernelNode",
            "cuGraphInstantiateWithFlags",
            "cuGraphLaunch");
    assertThat(calls(() -> assertThat(chain.run(memory, ONES)).isEqualTo(3)))
        .containsExactly("cuGraphLaunch");
    assertThat(calls(() -> assertThat(chain.run(memory, 1, 20, 1)).isEqualTo(22)))
        .describedAs("another scalar")
        .containsExactly("cuGraphExecKernelNodeSetParams", "cuGraphLaunch");
    Buffer[] others = chain.memory();
    others[0] = memory[0];
    others[1] = memory[1];
    assertThat(calls(() -> assertThat(chain.run(others, 1, 20, 1)).isEqualTo(22)))
        .describedAs("other buffers after the first launch")
        .containsExactly(
            "cuGraphExecKernelNodeSetParams", "cuGraphExecKernelNodeSetParams", "cuGraphLaunch");
    assertThat(calls(() -> assertThat(chain.run(others, 1, 20, 1)).isEqualTo(22)))
        .containsExactly("cuGraphLaunch");
    assertThat(driver.graphs.alive()).isEqualTo(2);
  }

  @Test
  void aKernelWithoutNeighboursIsLaunchedByItself() {
    Chain chain = Chain.of(1, device, driver);
    Buffer[] memory = chain.memory();
    for (int run = 0; run < 3; run++) {
      assertThat(calls(() -> chain.run(memory, 1))).containsExactly("cuLaunchKernel");
    }
  }

  @Test
  void withTheSwitchOffThereAreNoGraphs() {
    System.setProperty("adjoint.cuda.graphs", "off");
    try {
      Chain chain = Chain.of(2, device, driver);
      Buffer[] memory = chain.memory();
      for (int run = 0; run < 3; run++) {
        assertThat(calls(() -> assertThat(chain.run(memory, 3, 4)).isEqualTo(7)))
            .containsExactly("cuLaunchKernel", "cuLaunchKernel");
      }
      System.setProperty("adjoint.cuda.graphs", "no");
      assertThatThrownBy(() -> device.sequence(List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ADJOINT_CUDA_GRAPHS: on or off is needed, not 'no'");
    } finally {
      System.clearProperty("adjoint.cuda.graphs");
    }
  }

  /** A gather tells whether a position was out of range before anything else runs. */
  @Test
  void aGatherRunsBetweenGraphs() {
    Program.Launch add = Chain.add(device);
    Program.Launch gather =
        device
            .compile(new Kernel.Gather(1, 0, DType.F32, DType.I32))
            .prepare(new Geometry(new int[] {6}, new long[3], new long[][] {{1}, {1}, {0}}));
    Sequence sequence = device.sequence(List.of(add, add, gather, add, add));
    Buffer b = device.allocate(256);
    Buffer[] two = {b, b};
    Buffer[][] buffers = {two, two, {b, b, b}, two, two};
    long[][] starts = {new long[2], new long[2], new long[3], new long[2], new long[2]};
    long[][] scalars = {{0}, {0}, {1, 6}, {0}, {0}};
    sequence.run(buffers, starts, scalars);
    sequence.run(buffers, starts, scalars);
    assertThat(calls(() -> sequence.run(buffers, starts, scalars)))
        .containsExactly("cuGraphLaunch", "cuLaunchKernel", "cuGraphLaunch");
  }

  @Test
  void aFaultHasTheNumberOfItsLaunchAndThePosition() {
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var faulty = new CudaBackend(session, driver, null, _ -> (left, right, result) -> {});
    Program.Launch add = Chain.add(faulty);
    Program.Launch gather =
        faulty
            .compile(new Kernel.Gather(1, 0, DType.F32, DType.I32))
            .prepare(new Geometry(new int[] {6}, new long[3], new long[][] {{1}, {1}, {0}}));
    Sequence sequence = faulty.sequence(List.of(add, add, gather, add, add));
    Buffer b = faulty.allocate(256);
    Buffer[] two = {b, b};
    faulty.write(b, 64, MemorySegment.ofArray(new int[] {0, 0, 0, 0, 99, 0}));
    // The driver without hardware runs no gather, so the word that one would leave is written here.
    session.write(session.fault(), MemorySegment.ofArray(new int[] {4}));
    assertThatThrownBy(
            () ->
                sequence.run(
                    new Buffer[][] {two, two, {b, b, b}, two, two},
                    new long[][] {
                      new long[2], new long[2], {128, 64, 128}, new long[2], new long[2]
                    },
                    new long[][] {{0}, {0}, {1, 6}, {0}, {0}}))
        .isInstanceOfSatisfying(
            IndexFaultException.class,
            fault -> {
              assertThat(fault.launch()).isEqualTo(2);
              assertThat(fault.position()).isEqualTo(99);
            });
  }

  @Test
  void aProductOfTheLibraryRunsByItselfAndItsEpilogueInAGraph() {
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var products = new ArrayList<Long>();
    var withProducts =
        new CudaBackend(session, driver, null, _ -> (left, right, result) -> products.add(result));
    int n = 128;
    long[][] strides = {{n, 0, 1}, {0, n, 1}, {n, 1, 0}, {n, 1, 0}, {0, 1, 0}, {n, 1, 0}};
    var geometry = new Geometry(new int[] {n, n, n}, new long[6], strides);
    Program.Launch product = withProducts.compile(GemmTest.withEpilogue()).prepare(geometry);
    Sequence sequence = withProducts.sequence(List.of(product, Chain.add(withProducts)));
    Buffer b = withProducts.allocate(4L * n * n);
    for (int run = 0; run < 3; run++) {
      List<String> calls =
          calls(
              () ->
                  sequence.run(
                      new Buffer[][] {{b, b, b, b, b, b}, {b, b}},
                      new long[][] {new long[6], new long[2]},
                      new long[][] {{}, {0}}));
      assertThat(products).hasSize(run + 1);
      if (run == 2) {
        assertThat(calls).containsExactly("cuGraphLaunch");
      }
    }
  }

  /** Whatever call fails: the error says what was being done, nothing is left of a graph, and the next run computes. */
  @Test
  void theKthCallOfARunMayFail() {
    for (int healthyRuns = 1; healthyRuns <= 2; healthyRuns++) {
      int calls = Integer.MAX_VALUE;
      for (int k = -1; k < calls; k++) {
        Chain chain = Chain.of(3, device, driver);
        Buffer[] memory = chain.memory();
        for (int run = 0; run < healthyRuns; run++) {
          chain.run(memory, ONES);
        }
        int alive = driver.alive();
        int from = driver.calls.size();
        if (k < 0) {
          chain.run(memory, 5, 6, 7);
          calls = driver.calls.lastIndexOf("cuGraphLaunch") + 1 - from;
          continue;
        }
        driver.failCall(k, FakeDriver.CODE);
        assertThatThrownBy(() -> chain.run(memory, 5, 6, 7))
            .isInstanceOf(CudaException.class)
            .hasMessageStartingWith("cuda:3: a graph of 3 kernels from map_2x3 to map_2x3: ")
            .hasMessageContaining(driver.calls.get(from + k) + ": error 12345");
        driver.heal();
        boolean built = healthyRuns == 2 || driver.calls.get(from + k).equals("cuGraphLaunch");
        assertThat(driver.alive()).isEqualTo(alive + (built && healthyRuns == 1 ? 2 : 0));
        assertThat(chain.run(memory, ONES)).describedAs("after call %d failed", k).isEqualTo(3);
        assertThat(chain.run(memory, 5, 6, 7)).isEqualTo(18);
        assertThat(driver.alive()).isEqualTo(alive + (healthyRuns == 1 ? 2 : 0));
      }
      assertThat(calls).isGreaterThan(4);
    }
  }

  @Test
  void threadsThatRunOnePlanDoNotMixTheirArguments() throws Exception {
    Chain chain = Chain.of(3, device, driver);
    var work = new ArrayList<Callable<Void>>();
    for (int t = 0; t < 3; t++) {
      float number = t;
      Buffer[] memory = chain.memory();
      work.add(
          () -> {
            for (int run = 0; run < 200; run++) {
              assertThat(chain.run(memory, number, run, number)).isEqualTo(2 * number + run);
            }
            return null;
          });
    }
    try (var threads = Executors.newFixedThreadPool(work.size())) {
      for (Future<Void> result : threads.invokeAll(work)) {
        result.get();
      }
    }
    assertThat(driver.graphs.alive()).isEqualTo(2);
  }

  @Test
  void theGraphOfAPlanThatIsGoneIsDestroyedWhenTheNextIsMade() throws InterruptedException {
    build();
    assertThat(driver.graphs.alive()).isEqualTo(2);
    for (int attempt = 0; attempt < 500 && driver.graphs.alive() > 0; attempt++) {
      System.gc();
      Thread.sleep(10);
      device.sequence(List.of());
    }
    assertThat(driver.graphs.alive()).isZero();
  }

  /** Builds a graph that nothing refers to any more. */
  private void build() {
    Chain chain = Chain.of(2, device, driver);
    Buffer[] memory = chain.memory();
    chain.run(memory, 1, 2);
    chain.run(memory, 1, 2);
  }
}
