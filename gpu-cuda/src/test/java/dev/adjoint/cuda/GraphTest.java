package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When graphs are built, updated and destroyed, and that kernels in them compute what they compute alone. */
class GraphTest {
  private static final float[] ONES = {1, 1, 1};
  private static final int PRODUCT = 128;

  /** A copy of elements that checks that they are positions in a range of one. */
  private static final Kernel CHECK =
      new Kernel.Loop(
          1,
          0,
          false,
          List.of(
              new Access(Access.Kind.READ, DType.I32, Access.Lane.CONTIGUOUS),
              new Access(Access.Kind.WRITE, DType.I32, Access.Lane.CONTIGUOUS)),
          List.of(),
          List.of(
              new Stage.Map(
                  List.of(
                      new Instr.Load(0, DType.I32),
                      new Instr.Literal(DType.I32, 1),
                      new Instr.Check(0, 1, -1)),
                  List.of(new Stage.Store(1, 0)))));

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
    return call.startsWith("cuGraph") || call.contains("Capture") || call.equals("cuLaunchKernel");
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
      assertThatThrownBy(() -> device.sequence(List.of(), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ADJOINT_CUDA_GRAPHS: on or off is needed, not 'no'");
    } finally {
      System.clearProperty("adjoint.cuda.graphs");
    }
  }

  /** The host reads the flag once, at the end, and not where it knows the positions: what updates looks at it by itself. */
  @Test
  void aGraphGoesThroughUpdatesAlsoIfPositionsAreChecked() {
    Program.Launch add = Chain.add(device);
    Program.Launch check = device.compile(CHECK).prepare(Chain.geometry());
    for (int firstUpdate : new int[] {3, 5}) {
      Sequence sequence = device.sequence(List.of(add, check, add, add, add), firstUpdate);
      Buffer b = device.allocate(256);
      Buffer[][] buffers = Collections.nCopies(5, new Buffer[] {b, b}).toArray(Buffer[][]::new);
      long[][] scalars = {{0}, {}, {0}, {0}, {0}};
      for (int run = 0; run < 3; run++) {
        int from = driver.calls.size();
        sequence.run(buffers, new long[5][2], scalars);
        if (run == 2) {
          assertThat(driver.calls.subList(from, driver.calls.size()))
              .filteredOn(GraphTest::isLaunchOrWait)
              .containsExactly("cuGraphLaunch", "cuMemcpyDtoHAsync", "cuEventSynchronize");
        }
      }
      for (int run = 0; run < 2; run++) {
        int from = driver.calls.size();
        sequence.runInRange(buffers, new long[5][2], scalars);
        // The first of these tells what updates that they are not held back.
        var expected = new ArrayList<>(List.of("cuGraphLaunch"));
        for (int update = firstUpdate; run == 0 && update < 5; update++) {
          expected.addFirst("cuGraphExecKernelNodeSetParams");
        }
        assertThat(driver.calls.subList(from, driver.calls.size()))
            .filteredOn(GraphTest::isLaunchOrWait)
            .isEqualTo(expected);
      }
    }
  }

  private static boolean isLaunchOrWait(String call) {
    return isLaunch(call) || call.equals("cuMemcpyDtoHAsync") || call.endsWith("Synchronize");
  }

  /** A product of a library and its epilogue. */
  private static Program.Launch product(CudaBackend withProducts) {
    int n = PRODUCT;
    long[][] strides = {{n, 0, 1}, {0, n, 1}, {n, 1, 0}, {n, 1, 0}, {0, 1, 0}, {n, 1, 0}};
    var geometry = new Geometry(new int[] {n, n, n}, new long[6], strides);
    return withProducts.compile(GemmShapeTest.withEpilogue()).prepare(geometry);
  }

  private static void run(Sequence sequence, Buffer b) {
    sequence.run(
        new Buffer[][] {{b, b, b, b, b, b}, {b, b}},
        new long[][] {new long[6], new long[2]},
        new long[][] {{}, {0}});
  }

  @Test
  void aProductOfALibraryIsCapturedOnceForEachPlaceOfItsOperands() {
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var products = new ArrayList<Long>();
    var called = new ArrayList<Long>();
    var withProducts =
        new CudaBackend(
            session,
            driver,
            null,
            _ ->
                (_, _, result, _, _) -> {
                  called.add(result);
                  driver.graphs.enqueue(() -> products.add(result));
                },
            null);
    Sequence sequence =
        withProducts.sequence(List.of(product(withProducts), Chain.add(withProducts)), 2);
    var places = new ArrayList<Buffer>();
    for (int i = 0; i < 5; i++) {
      places.add(withProducts.allocate(4L * PRODUCT * PRODUCT));
    }
    run(sequence, places.getFirst());
    assertThat(calls(() -> run(sequence, places.getFirst())))
        .containsExactly(
            "cuGraphCreate",
            "cuStreamBeginCapture",
            "cuStreamEndCapture",
            "cuGraphAddChildGraphNode",
            "cuGraphAddKernelNode",
            "cuGraphAddKernelNode",
            "cuGraphInstantiateWithFlags",
            "cuGraphLaunch");
    assertThat(calls(() -> run(sequence, places.getFirst()))).containsExactly("cuGraphLaunch");
    assertThat(calls(() -> run(sequence, places.get(1))))
        .containsExactly(
            "cuStreamBeginCapture",
            "cuStreamEndCapture",
            "cuGraphExecChildGraphNodeSetParams",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphLaunch");
    assertThat(calls(() -> run(sequence, places.getFirst())))
        .describedAs("a place that it had before")
        .containsExactly(
            "cuGraphExecChildGraphNodeSetParams",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphLaunch");
    assertThat(products).hasSize(5);
    assertThat(called).hasSize(3);
    for (Buffer place : places) {
      run(sequence, place);
      assertThat(products).endsWith(((CudaBuffer) place).address());
    }
    // One graph for the plan, and of those of the five places the last four.
    assertThat(driver.graphs.alive()).isEqualTo(2 + 4);
    run(sequence, places.get(1));
    assertThat(called).hasSize(6);
    run(sequence, places.getFirst());
    assertThat(called).hasSize(7);
  }

  /** A device with a library whose products note where their results go. */
  private CudaBackend withProducts(List<Long> results) {
    return new CudaBackend(
        new CudaSession(driver, 0, FakeDriver.info(), "cuda:0"),
        driver,
        null,
        _ -> (_, _, result, _, _) -> driver.graphs.enqueue(() -> results.add(result)),
        null);
  }

  /** Where a library goes another way for other addresses, the graph is built anew. */
  @Test
  void aGraphThatCannotBeChangedIsBuiltAnew() {
    var products = new ArrayList<Long>();
    CudaBackend withProducts = withProducts(products);
    Sequence sequence =
        withProducts.sequence(List.of(product(withProducts), Chain.add(withProducts)), 2);
    Buffer first = withProducts.allocate(4L * PRODUCT * PRODUCT);
    Buffer second = withProducts.allocate(4L * PRODUCT * PRODUCT);
    run(sequence, first);
    run(sequence, first);
    Buffer place = second;
    for (CudaResult refusal :
        List.of(CudaResult.GRAPH_EXEC_UPDATE_FAILURE, CudaResult.INVALID_VALUE)) {
      driver.failAlways("cuGraphExecChildGraphNodeSetParams", refusal.code());
      run(sequence, place);
      driver.heal();
      assertThat(products.getLast()).isEqualTo(((CudaBuffer) place).address());
      assertThat(driver.graphs.alive()).isEqualTo(3);
      place = first;
    }
  }

  /** If the library fails while its calls are captured, the stream runs again what is enqueued. */
  @Test
  void aLibraryThatFailsLeavesNothingBehind() {
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var products = new ArrayList<Long>();
    boolean[] fails = {false};
    var withProducts =
        new CudaBackend(
            session,
            driver,
            null,
            _ ->
                (_, _, result, _, _) -> {
                  if (fails[0]) {
                    throw new CudaException("cublasLtMatmul: no");
                  }
                  driver.graphs.enqueue(() -> products.add(result));
                },
            null);
    Sequence sequence =
        withProducts.sequence(List.of(product(withProducts), Chain.add(withProducts)), 2);
    Buffer b = withProducts.allocate(4L * PRODUCT * PRODUCT);
    run(sequence, b);
    int alive = driver.alive();
    fails[0] = true;
    assertThatThrownBy(() -> run(sequence, b)).hasMessageEndingWith("cublasLtMatmul: no");
    assertThat(driver.alive()).isEqualTo(alive);
    fails[0] = false;
    run(sequence, b);
    assertThat(products).hasSize(2);
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
  void theKthCallOfARunWithAProductMayFail() {
    var products = new ArrayList<Long>();
    CudaBackend withProducts = withProducts(products);
    Program.Launch product = product(withProducts);
    Buffer first = withProducts.allocate(4L * PRODUCT * PRODUCT);
    Buffer second = withProducts.allocate(4L * PRODUCT * PRODUCT);
    for (int healthyRuns = 1; healthyRuns <= 2; healthyRuns++) {
      boolean through = false;
      for (int k = 0; !through; k++) {
        Sequence sequence = withProducts.sequence(List.of(product, Chain.add(withProducts)), 2);
        int alive = driver.graphs.alive();
        for (int run = 0; run < healthyRuns; run++) {
          run(sequence, first);
        }
        driver.failCall(k, FakeDriver.CODE);
        try {
          run(sequence, second);
          through = true;
        } catch (CudaException e) {
          assertThat(e).hasMessageContaining("a graph of 3 kernels from");
        }
        driver.heal();
        run(sequence, second);
        assertThat(products.getLast()).isEqualTo(((CudaBuffer) second).address());
        assertThat(driver.graphs.alive()).isEqualTo(alive + 2 + healthyRuns);
        // So that the keeper does not find it meanwhile.
        Reference.reachabilityFence(sequence);
      }
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
      device.sequence(List.of(), 0);
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
