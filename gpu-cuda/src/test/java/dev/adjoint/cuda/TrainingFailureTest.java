package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.DeviceLostException;
import dev.adjoint.schedule.Storages;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A training step of which any call of the driver may fail: nothing changes, nothing leaks, and the next step works. */
class TrainingFailureTest {
  private static final int EXAMPLES = 5;

  private static Device device(int ordinal) {
    return Device.of(FakeProvider.KIND + ":" + ordinal);
  }

  /** The bytes in use when all garbage is collected. */
  private static long live(Device device) {
    Storages.reclaimer(device.backend()).reclaim(true);
    return device.backend().memory().live();
  }

  @Test
  void resultsAreThoseOfTheProcessor() {
    var here = new Training(Device.cpu(), EXAMPLES);
    var there = new Training(device(0), EXAMPLES);
    for (int i = 0; i < 5; i++) {
      assertThat(there.step())
          .isCloseTo(here.step(), org.assertj.core.data.Percentage.withPercentage(0.001));
    }
  }

  @Test
  void theKthCallOfAStepMayFail() {
    var healthy = new Training(device(1), EXAMPLES);
    FakeDriver driver = FakeProvider.driver(1);
    float[] before = healthy.state();
    int from = driver.calls.size();
    final float firstLoss = healthy.step();
    final int calls = driver.calls.size() - from;
    final long launches = launches(driver, from, driver.calls.size());
    final float[] after = healthy.state();
    final long modules = driver.modules();
    assertThat(calls).isBetween(30, FakeProvider.SILENT - 10);
    for (int k = 0; k < calls; k++) {
      int ordinal = 2 + k;
      var training = new Training(device(ordinal), EXAMPLES);
      training.state();
      FakeDriver failing = FakeProvider.driver(ordinal);
      final long objects = failing.alive() - failing.modules();
      final long live = live(training.device);
      final int begin = failing.calls.size();
      failing.failCall(k, FakeDriver.CODE);
      assertThatThrownBy(training::step)
          .describedAs("call %d", k)
          .isInstanceOf(CudaException.class)
          .hasMessageStartingWith("cuda-fake:" + ordinal + ": ")
          .hasMessageContaining(failing.calls.get(begin + k) + ": error 12345");
      assertThat(live(training.device))
          .describedAs("bytes after call %d failed", k)
          .isEqualTo(live);
      boolean computed = launches(failing, begin, begin + k) == launches;
      assertThat(training.state())
          .describedAs("variables after call %d failed", k)
          .isEqualTo(computed ? after : before);
      if (!computed) {
        assertThat(training.step()).isEqualTo(firstLoss);
        assertThat(training.state()).isEqualTo(after);
      }
      // What the step compiled stays; nothing else does.
      assertThat(failing.alive() - failing.modules()).isEqualTo(objects);
      assertThat(failing.modules()).isEqualTo(modules);
    }
  }

  /** How many launches there are among some calls; when all are through, only reading the loss can fail. */
  private static long launches(FakeDriver driver, int from, int to) {
    return driver.calls.subList(from, to).stream()
        .filter(Set.of("cuLaunchKernel", "cuGraphLaunch")::contains)
        .count();
  }

  /** The second step of a plan builds graphs, and the third updates them. */
  @Test
  void theKthCallOfAStepWithGraphsMayFail() {
    FakeDriver reliable = FakeProvider.driver(0);
    int ordinal = FakeProvider.RECORDING - 1;
    FakeDriver failing = FakeProvider.driver(ordinal);
    var failed = new TreeSet<String>();
    for (int steps = 1; steps <= 2; steps++) {
      boolean through = false;
      for (int k = 0; !through; k++) {
        // Another number of examples is another plan, which has no graph yet.
        int examples = 100 * steps + k;
        var healthy = new Training(device(0), examples);
        var training = new Training(device(ordinal), examples);
        for (int step = 0; step < steps; step++) {
          assertThat(training.step()).isEqualTo(healthy.step());
        }
        final float[] before = healthy.state();
        final int from = reliable.calls.size();
        final int graphs = reliable.graphs.alive();
        final float loss = healthy.step();
        final long launches = launches(reliable, from, reliable.calls.size());
        final int built = reliable.graphs.alive() - graphs;
        final float[] after = healthy.state();

        final long live = live(training.device);
        final int alive = failing.alive() - failing.graphs.alive();
        final int graphsBefore = failing.graphs.alive();
        final int begin = failing.calls.size();
        failing.failCall(k, FakeDriver.CODE);
        try {
          assertThat(training.step()).isEqualTo(loss);
          through = true;
        } catch (CudaException e) {
          assertThat(e).hasMessageContaining(failing.calls.get(begin + k) + ": error 12345");
          failed.add(failing.calls.get(begin + k));
        }
        failing.heal();
        assertThat(live(training.device))
            .describedAs("bytes after call %d failed", k)
            .isEqualTo(live);
        boolean computed = through || launches(failing, begin, begin + k) == launches;
        assertThat(training.state())
            .describedAs("variables after call %d failed", k)
            .isEqualTo(computed ? after : before);
        if (!computed) {
          assertThat(training.step()).isEqualTo(loss);
          assertThat(training.state()).isEqualTo(after);
        }
        assertThat(failing.alive() - failing.graphs.alive()).isEqualTo(alive);
        assertThat(failing.graphs.alive()).isEqualTo(graphsBefore + built);
      }
    }
    assertThat(failed)
        .contains(
            "cuGraphCreate",
            "cuGraphAddKernelNode",
            "cuGraphInstantiateWithFlags",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphLaunch");
  }

  @Test
  void resultsAreThoseWithoutGraphs() {
    var with = new Training(device(0), EXAMPLES + 1);
    System.setProperty("adjoint.cuda.graphs", "off");
    float[] losses = new float[5];
    try {
      var without = new Training(device(FakeProvider.RECORDING - 2), EXAMPLES + 1);
      FakeDriver driver = FakeProvider.driver(FakeProvider.RECORDING - 2);
      int from = driver.calls.size();
      for (int i = 0; i < losses.length; i++) {
        losses[i] = without.step();
      }
      assertThat(driver.calls.subList(from, driver.calls.size())).doesNotContain("cuGraphLaunch");
    } finally {
      System.clearProperty("adjoint.cuda.graphs");
    }
    for (float loss : losses) {
      assertThat(with.step()).isEqualTo(loss);
    }
    assertThat(FakeProvider.driver(0).calls)
        .contains("cuGraphExecKernelNodeSetParams", "cuGraphLaunch");
  }

  @Test
  void afterAnErrorThatIsNotRecoverableEverythingFailsAtOnce() {
    int ordinal = FakeProvider.RECORDING - 3;
    var training = new Training(device(ordinal), EXAMPLES);
    training.step();
    FakeDriver driver = FakeProvider.driver(ordinal);
    driver.failCall(1, CudaResult.ILLEGAL_ADDRESS.code());
    assertThatThrownBy(training::step)
        .isInstanceOf(DeviceLostException.class)
        .hasMessageStartingWith("cuda-fake:" + ordinal + ": ")
        .hasMessageContaining("the device is lost")
        .hasMessageContaining(
            "CUDA_ERROR_ILLEGAL_ADDRESS (700): a kernel touched memory that is not its own");
    driver.heal();
    int calls = driver.calls.size();
    assertThatThrownBy(training::step)
        .isInstanceOf(DeviceLostException.class)
        .hasMessageContaining("the device was lost");
    assertThatThrownBy(training::state)
        .isInstanceOf(DeviceLostException.class)
        .hasMessageContaining("started again");
    assertThatThrownBy(() -> Scope.on(training.device, () -> Tensors.of(1f).realize()))
        .isInstanceOf(DeviceLostException.class);
    assertThat(driver.calls.subList(calls, driver.calls.size())).isEmpty();
  }

  @Test
  void operandsOnTwoDevicesAreAnErrorAndCopiesGoThroughTheHost() {
    Tensor here = Tensors.of(1f, 2f);
    Tensor there = Scope.on(device(0), () -> Tensors.of(3f, 4f));
    assertThatThrownBy(() -> here.add(there))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cpu")
        .hasMessageContaining("cuda-fake:0")
        .hasMessageContaining("to(");
    assertThat(here.add(there.to(Device.cpu())).toFloats()).containsExactly(4, 6);
    assertThat(here.to(device(0)).add(there).toFloats()).containsExactly(4, 6);
  }
}
