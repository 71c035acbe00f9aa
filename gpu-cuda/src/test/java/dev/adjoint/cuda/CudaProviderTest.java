package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
  @Test
  void theReportSaysWhyThereIsNoDevice() {
    assertThat(Devices.report()).contains("cuda").contains("not usable: this version of Adjoint has no CUDA backend");
  }

  @Test
  void askingForADeviceNamesTheUsableOnes() {
    assertThatThrownBy(() -> Device.of("cuda:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cuda:0'")
        .hasMessageContaining("cpu")
        .hasMessageContaining("no CUDA backend");
  }
}
