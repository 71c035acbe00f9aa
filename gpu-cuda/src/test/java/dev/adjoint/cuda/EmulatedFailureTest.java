package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.DeviceLostException;
import dev.adjoint.device.FailureContract;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.schedule.Storages;
import java.lang.foreign.MemorySegment;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each call of the emulated driver fails in turn, behind the binding of this machine. */
class EmulatedFailureTest extends FailureContract<EmulatedDriver> {
  EmulatedFailureTest() {
    super("cuda:3", EmulatedDriver::new);
  }

  @Override
  protected CudaBackend open(EmulatedDriver driver) {
    return EmulatedProvider.open(driver.driver, 0, Emulator.needed().info(0), "cuda:3");
  }

  @AfterEach
  void heal() {
    Emulator.failBy(_ -> 0);
  }

  @Test
  void aFullCardIsOneErrorAndItGoesOn() {
    var driver = new EmulatedDriver();
    CudaBackend device = open(driver);
    driver.failAlways("cuMemAlloc", CudaResult.OUT_OF_MEMORY.code());
    assertThatThrownBy(() -> device.allocate(1 << 20))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageStartingWith("cuda:3: out of memory: requested 1048576 bytes")
        .hasMessageEndingWith("nvidia-smi lists the other processes that use this device.");
    driver.heal();
    device.free(device.allocate(1 << 20));
  }

  @Test
  void aLostDeviceIsOneErrorAndOthersGoOn() {
    var driver = new EmulatedDriver();
    CudaBackend device = open(driver);
    CudaBackend other =
        EmulatedProvider.open(driver.driver, 1, Emulator.needed().info(1), "cuda:4");
    Buffer buffer = device.allocate(1000);
    driver.failAlways("cuMemcpyHtoDAsync", CudaResult.ECC_UNCORRECTABLE.code());
    assertThatThrownBy(() -> device.write(buffer, 0, MemorySegment.ofArray(new byte[1000])))
        .isInstanceOf(DeviceLostException.class)
        .hasMessageStartingWith("cuda:3: a copy of 1000 bytes to the device: the device is lost")
        .hasMessageEndingWith(CudaResult.describe(CudaResult.ECC_UNCORRECTABLE.code()));
    driver.heal();
    int calls = driver.calls.size();
    assertThatThrownBy(device::synchronize)
        .isInstanceOf(DeviceLostException.class)
        .hasMessageStartingWith("cuda:3: the device was lost");
    assertThat(driver.calls).hasSize(calls);
    other.synchronize();
  }

  /** The bytes in use when all garbage is collected. */
  private static long live(Device device) {
    Storages.reclaimer(device.backend()).reclaim(true);
    return device.backend().memory().live();
  }

  /** The first step of a plan launches kernels, the second builds graphs, and the third updates them. */
  @Test
  void theKthCallOfATrainingStepMayFail() {
    Device reliable = CudaDevices.emulated(2);
    Device failing = CudaDevices.emulated(4);
    var failed = new TreeSet<String>();
    for (int steps = 0; steps <= 2; steps++) {
      boolean through = false;
      for (int k = 0; !through; k++) {
        // Another number of examples is another plan, which has no graph yet.
        int examples = 100 * (steps + 1) + k;
        var driver = new EmulatedDriver();
        var healthy = new Training(reliable, examples);
        var training = new Training(failing, examples);
        for (int step = 0; step < steps; step++) {
          assertThat(training.step()).isEqualTo(healthy.step());
        }
        final float[] before = training.state();
        final int from = driver.calls.size();
        final int graphs = driver.graphs();
        final float loss = healthy.step();
        final long launches = launches(driver, from, driver.calls.size());
        final int built = driver.graphs() - graphs;
        final float[] after = healthy.state();

        final long live = live(failing);
        final int alive = driver.alive() - driver.modules();
        final int begin = driver.calls.size();
        driver.failCall(k, EmulatedDriver.CODE);
        try {
          assertThat(training.step()).isEqualTo(loss);
          through = true;
        } catch (CudaException e) {
          String call = driver.calls.get(begin + k);
          assertThat(e).hasMessageContaining(driver.error(call, EmulatedDriver.CODE).getMessage());
          failed.add(call);
        }
        driver.heal();
        assertThat(live(failing)).describedAs("bytes after call %d failed", k).isEqualTo(live);
        boolean computed = through || launches(driver, begin, begin + k) == launches;
        assertThat(training.state())
            .describedAs("variables after call %d failed", k)
            .isEqualTo(computed ? after : before);
        if (!computed) {
          assertThat(training.step()).isEqualTo(loss);
          assertThat(training.state()).isEqualTo(after);
        }
        // What was compiled stays.
        assertThat(driver.alive() - driver.modules()).isEqualTo(alive + built);
      }
    }
    assertThat(failed)
        .contains(
            "cuLaunchKernel",
            "cuGraphCreate",
            "cuGraphAddKernelNode",
            "cuGraphInstantiateWithFlags",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphLaunch",
            "cuMemcpyDtoHAsync",
            "cuEventSynchronize");
  }

  /** How many launches there are among some calls; when all are through, only reading the loss can fail. */
  private static long launches(EmulatedDriver driver, int from, int to) {
    return driver.calls.subList(from, to).stream()
        .filter(call -> call.equals("cuLaunchKernel") || call.equals("cuGraphLaunch"))
        .count();
  }
}
