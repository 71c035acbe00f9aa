package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.FailureContract;
import dev.adjoint.device.OutOfDeviceMemoryException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest extends FailureContract<FakeDriver> {
  FailureTest() {
    super("cuda:3", FakeDriver::new);
  }

  @Override
  protected CudaBackend open(FakeDriver driver) {
    return new CudaBackend(
        new CudaSession(driver, 0, FakeDriver.info(), "cuda:3"), driver, null, null, null);
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
    assertThatThrownBy(() -> device.compile(SCATTER).prepare(SIX))
        .isInstanceOf(CudaException.class)
        .hasMessageStartingWith("cuda:3: scatter_add_f32 cannot be compiled: nvrtcCompileProgram");
  }

  @Test
  void machineCodeIsReadFromTheCacheUnlessTheDriverRejectsIt(@TempDir Path folder) {
    for (int process = 0; process < 3; process++) {
      var driver = new FakeDriver();
      var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
      var device = new CudaBackend(session, driver, new BinaryCache(folder), null, null);
      if (process == 2) {
        // The first attempt fails, which is the one with the code from the cache.
        driver.failCall(1, CudaResult.NO_BINARY_FOR_GPU.code());
      }
      device.compile(SCATTER).prepare(SIX);
      assertThat(driver.texts).hasSize(process == 1 ? 0 : 1);
      assertThat(driver.calls).contains("cuModuleLoadData");
    }
  }
}
