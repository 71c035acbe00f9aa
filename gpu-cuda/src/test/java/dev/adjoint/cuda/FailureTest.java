package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device on a driver that fails: the error says what was being done, and nothing is lost. */
class FailureTest {
  private static final Kernel GATHER = new Kernel.Gather(1, 0, DType.F32, DType.I32);
  private static final Geometry SIX = new Geometry(new int[] {6}, new long[3], new long[][] {{1}, {1}, {0}});

  private static CudaBackend open(FakeDriver driver) {
    return new CudaBackend(new CudaSession(driver, 0, FakeDriver.info(), "cuda:3"), driver, null, null);
  }

  /** Everything that a device does: opening, memory, copies, a compilation, launches, timing. */
  private static void everything(FakeDriver driver) {
    work(open(driver));
  }

  private static void work(CudaBackend device) {
    Buffer buffer = device.allocate(1000);
    try {
      device.write(buffer, 4, MemorySegment.ofArray(new float[] {1, 2, 3}));
      Program.Launch launch = device.compile(GATHER).prepare(SIX);
      launch.run(new Buffer[] {buffer, buffer, buffer}, new long[3], new long[] {1, 6});
      device.time(() -> launch.run(new Buffer[] {buffer, buffer, buffer}, new long[] {64, 0, 0}, new long[] {1, 6}));
      device.read(buffer, 4, MemorySegment.ofArray(new float[3]));
      device.synchronize();
    } finally {
      device.free(buffer);
    }
  }

  @Test
  void theKthCallMayFail() {
    var healthy = new FakeDriver();
    everything(healthy);
    int calls = healthy.calls.size();
    assertThat(calls).isGreaterThan(40);
    for (int k = 0; k < calls; k++) {
      String failed = healthy.calls.get(k);
      var driver = new FakeDriver();
      driver.failCall(k, FakeDriver.CODE);
      assertThatThrownBy(() -> everything(driver))
          .describedAs("call %d, %s", k, failed)
          .isInstanceOf(CudaException.class)
          .hasMessageStartingWith("cuda:3: ")
          .hasMessageContaining(failed + ": error 12345");
    }
  }

  @Test
  void nothingIsLeftOfAFailedOpening() {
    var healthy = new FakeDriver();
    open(healthy);
    int calls = healthy.calls.size();
    assertThat(calls).isGreaterThan(10);
    for (int k = 0; k < calls; k++) {
      var driver = new FakeDriver();
      driver.failCall(k, FakeDriver.CODE);
      assertThatThrownBy(() -> open(driver)).isInstanceOf(CudaException.class).hasMessageContaining("cannot be opened");
      assertThat(driver.alive()).describedAs("after call %d failed", k).isZero();
    }
  }

  @Test
  void workAfterAFailureTakesNothingMore() {
    var driver = new FakeDriver();
    CudaBackend device = open(driver);
    work(device);
    int objects = driver.alive();
    int before = driver.calls.size();
    work(device);
    int again = driver.calls.size() - before;
    for (int k = 0; k < again; k++) {
      driver.failCall(k, FakeDriver.CODE);
      assertThatThrownBy(() -> work(device)).isInstanceOf(CudaException.class);
      driver.heal();
      work(device);
      assertThat(driver.alive()).isEqualTo(objects);
      assertThat(device.memory().live()).isZero();
    }
  }

  @Test
  void copiesOfAnySizeArriveInBothDirections() {
    CudaBackend device = open(new FakeDriver());
    var random = new Random(7);
    for (int bytes : new int[] {1, 1000, 4 << 20, (4 << 20) + 1, 23 << 20}) {
      byte[] data = new byte[bytes];
      random.nextBytes(data);
      Buffer buffer = device.allocate(bytes + 8);
      device.write(buffer, 8, MemorySegment.ofArray(data));
      byte[] back = new byte[bytes];
      device.read(buffer, 8, MemorySegment.ofArray(back));
      assertThat(back).isEqualTo(data);
      device.free(buffer);
    }
  }

  @Test
  void aFullDeviceGivesFreeRangesBackBeforeItIsOutOfMemory() {
    var driver = new FakeDriver();
    CudaBackend device = open(driver);
    Buffer small = device.allocate(50 << 20);
    device.free(small);
    // The free range of the first block has to go, or there would be no room.
    Buffer large = device.allocate(220 << 20);
    assertThat(device.memory().reserved()).isLessThan(240 << 20);
    assertThatThrownBy(() -> device.allocate(100 << 20))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("cuda:3: out of memory: requested 104857600 bytes")
        .hasMessageContaining("nvidia-smi");
    device.free(large);
    device.free(device.allocate(100 << 20));
  }

  @Test
  void aTextThatCannotBeCompiledIsShown() {
    var driver = new FakeDriver();
    CudaBackend device = open(driver);
    driver.failAlways("nvrtcCompileProgram", FakeDriver.CODE);
    assertThatThrownBy(() -> device.compile(GATHER).prepare(SIX))
        .isInstanceOf(CudaException.class)
        .hasMessageStartingWith("cuda:3: gather_f32 cannot be compiled: nvrtcCompileProgram");
  }

  @Test
  void machineCodeIsReadFromTheCacheUnlessTheDriverRejectsIt(@TempDir Path folder) {
    for (int process = 0; process < 3; process++) {
      var driver = new FakeDriver();
      var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
      var device = new CudaBackend(session, driver, new BinaryCache(folder), null);
      if (process == 2) {
        // The first attempt fails, which is the one with the code from the cache.
        driver.failCall(1, CudaResult.NO_BINARY_FOR_GPU.code());
      }
      device.compile(GATHER).prepare(SIX);
      assertThat(driver.texts).hasSize(process == 1 ? 0 : 1);
      assertThat(driver.calls).contains("cuModuleLoadData");
    }
  }
}
