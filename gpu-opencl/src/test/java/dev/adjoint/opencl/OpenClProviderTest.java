package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import org.junit.jupiter.api.Test;

class OpenClProviderTest {
  @Test
  void theReportSaysWhyThereIsNoDevice() {
    assertThat(Devices.report()).contains("opencl").contains("not usable: this version of Adjoint has no OpenCL backend");
  }

  @Test
  void askingForADeviceNamesTheUsableOnes() {
    assertThatThrownBy(() -> Device.of("opencl:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'opencl:0'")
        .hasMessageContaining("cpu")
        .hasMessageContaining("no OpenCL backend");
  }
}
