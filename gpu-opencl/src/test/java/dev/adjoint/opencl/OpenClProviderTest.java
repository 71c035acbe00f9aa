package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OpenClProviderTest {
  @Test
  void theReportNamesEachDevice() {
    for (Device device : OpenClDevices.all()) {
      assertThat(Devices.report()).contains(device.name()).contains(device.backend().description());
    }
  }

  @Test
  void aDeviceThatLacksSomethingIsNotOffered() {
    assertThat(OpenClInfo.missing(true, true, true, true, true, 256)).isEmpty();
    assertThat(OpenClInfo.missing(false, false, false, false, false, 128)).hasSize(6);
  }

  @Test
  void aDriverThatFailsIsAReasonAndNoError() {
    var driver = new FakeDriver();
    driver.failAlways("devices", FakeDriver.CODE);
    var provider = new OpenClProvider(() -> driver);
    assertThat(provider.describe()).isEmpty();
    assertThat(provider.whyNot()).contains("OpenCL does not answer: devices: FAKE (12345)");
    assertThatThrownBy(() -> provider.open(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("opencl:0: OpenCL does not answer: devices: FAKE (12345)");
  }

  @Test
  void thereIsNoSecondFakeDevice() {
    assertThatThrownBy(() -> new OpenClProvider(FakeDriver::new).open(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("opencl:1: there are 1 devices");
  }

  /** The loader looks for drivers in a folder, which another process is told to be an empty one. */
  @Test
  void withoutADriverTheReportSaysWhatIsMissing() throws IOException, InterruptedException {
    OpenClDevices.all();
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            "dev.adjoint.tool.DevicesCommand");
    builder.environment().put("OCL_ICD_VENDORS", "/nowhere");
    builder.environment().remove("OCL_ICD_FILENAMES");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String report = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(report)
        .contains(
            "not usable: no OpenCL driver is installed, such as that of the graphics card or PoCL");
  }

  /** The class path without the devices of tests, which would take minutes to tell how fast they are. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void aPositionOutOfRangeIsNamed() {
    for (Device device : new Device[] {OpenClDevices.first(), OpenClDevices.likeGpu()}) {
      Scope.on(
          device,
          () -> {
            Tensor x = Tensors.of(1f, 2f, 3f).realize();
            Tensor wrong = Tensors.of(0, 2, 7, 1, -9);
            assertThatThrownBy(() -> x.gather(0, wrong).realize())
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageStartingWith(
                    "gather: index 7 is out of range for axis 0 of size 3 (at O");
            Tensor addend = Tensors.ones(5).realize();
            assertThatThrownBy(() -> x.scatterAdd(0, wrong, addend).realize())
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageStartingWith(
                    "scatterAdd: index 7 is out of range for axis 0 of size 3 (");
            String oneHot = "oneHot: class 7 is out of range for 3 classes";
            assertThatThrownBy(() -> wrong.oneHot(3))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage(oneHot);
            Tensor computed = wrong.add(1).sub(1);
            assertThatThrownBy(() -> computed.oneHot(3).realize())
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageMatching(oneHot + " \\(at OpenClProviderTest.java:\\d+\\)");
            // The device works on.
            assertThat(x.gather(0, Tensors.of(2, 0)).toFloats()).containsExactly(3, 1);
            return 0;
          });
    }
  }
}
