package dev.adjoint.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import org.junit.jupiter.api.Test;

/** The command that lists devices. */
class SelfTestTest {
  @Test
  void aDeviceTellsHowFastItIs() {
    SelfTest test = SelfTest.of(Device.of("cpu"));
    assertThat(test.bytesPerSecond()).isFinite().isPositive();
    assertThat(test.flops()).isFinite().isPositive();
    assertThat(test.toString()).matches("copy [0-9.]+ GB/s, matmul [0-9.]+ GFLOP/s");
  }
}
