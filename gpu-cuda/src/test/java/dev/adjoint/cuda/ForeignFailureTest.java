package dev.adjoint.cuda;

import dev.adjoint.device.FailureContract;
import org.junit.jupiter.api.AfterEach;

/** Each call of the emulated driver fails in turn, behind the binding by {@code java.lang.foreign}. */
class ForeignFailureTest extends FailureContract<EmulatedDriver> {
  ForeignFailureTest() {
    super("cuda:3", () -> new EmulatedDriver(Emulator.needed().foreign()));
  }

  @Override
  protected CudaBackend open(EmulatedDriver driver) {
    return EmulatedProvider.open(driver.driver, 0, Emulator.needed().info(0), "cuda:3");
  }

  @AfterEach
  void heal() {
    Emulator.failBy(_ -> 0);
  }
}
