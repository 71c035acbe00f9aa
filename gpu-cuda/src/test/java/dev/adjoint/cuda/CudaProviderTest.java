package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.device.DeviceProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaProviderTest {
  @TempDir Path root;

  private DeviceProvider provider(
      Supplier<@Nullable CudaDriver> driver, @Nullable NativeLibrary nvrtc) {
    var jars = new RedistJars(ClassLoader.getPlatformClassLoader(), root);
    return new CudaProvider(
        driver,
        new Toolkit(Map.of(), root, name -> name.equals("libnvrtc.so.13") ? nvrtc : null, jars));
  }

  private static void refuses(DeviceProvider provider, String why) {
    assertThat(provider.describe()).isEmpty();
    assertThat(provider.whyNot()).hasValueSatisfying(reason -> assertThat(reason).contains(why));
    assertThatThrownBy(() -> provider.open(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cuda:0: ")
        .hasMessageContaining(why);
  }

  @Test
  void withoutADriver() {
    refuses(provider(() -> null, null), "there is no NVIDIA driver: libcuda.so.1 cannot be loaded");
  }

  @Test
  void withADriverThatFindsNoDevice() {
    var driver = new FakeDriver();
    driver.failAlways("cuInit", CudaResult.NO_DEVICE.code());
    refuses(
        provider(() -> driver, null),
        "the NVIDIA driver does not answer: cuInit: CUDA_ERROR_NO_DEVICE (100): there is no device, or CUDA_VISIBLE_DEVICES");
  }

  @Test
  void withADriverThatIsTooOldForItsFunctions() {
    var old = new NativeLibrary("libcuda.so.1", _ -> Optional.empty());
    refuses(
        provider(() -> new NativeDriver(old), null),
        "the NVIDIA driver does not answer: libcuda.so.1 has no function cuCtxSetCurrent; it is too old");
    // JCuda itself would end the process.
    refuses(
        provider(() -> new JcudaDriver(old), null),
        "the NVIDIA driver does not answer: libcuda.so.1 has no function cuLaunchKernel; it is too old");
  }

  @Test
  void withoutNvrtcTheCommandIsNamed() {
    refuses(
        provider(FakeDriver::new, null),
        "there is Fake GPU, but no NVRTC, which compiles kernels, for CUDA 13 or older; install it with: "
            + "pip install nvidia-cuda-nvrtc nvidia-cublas; looked in the loader path");
    assertThat(provider(FakeDriver::new, null).whyNot().orElseThrow())
        .endsWith("OpenCL works without it");
  }

  @Test
  void withALibraryThatIsNotNvrtc() {
    refuses(
        provider(FakeDriver::new, new NativeLibrary("libnvrtc.so.13", _ -> Optional.empty())),
        "libnvrtc.so.13 has no function nvrtcVersion");
  }

  @Test
  void theCompilerMustKnowTheDevice() {
    int[] known = {75, 80, 90, 100, 120};
    assertThat(Nvrtc.target(known, 90)).isEqualTo("sm_90");
    assertThat(Nvrtc.target(known, 89)).isEqualTo("sm_80");
    assertThat(Nvrtc.target(known, 103)).isEqualTo("sm_100");
    assertThat(Nvrtc.target(known, 110)).isEqualTo("compute_100");
    assertThat(Nvrtc.target(known, 130)).isEqualTo("compute_120");
    assertThatThrownBy(() -> Nvrtc.target(known, 70))
        .isInstanceOf(CudaException.class)
        .hasMessage("NVRTC compiles for compute capability 7.5 and newer, and the device has 7.0");
  }

  @Test
  void theReportSaysWhyThereIsNoDevice() {
    Matcher line = Pattern.compile("cuda +not usable: (.*)").matcher(Devices.report());
    Assumptions.assumeFalse(Devices.report().contains("cuda:0"), "this machine has a CUDA device");
    assertThat(line.find()).isTrue();
    String why = line.group(1);
    assertThat(why).containsAnyOf("NVIDIA driver", "NVRTC");
    assertThatThrownBy(() -> Device.of("cuda:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cuda:0'")
        .hasMessageContaining("cpu")
        .hasMessageContaining(why);
  }

  @Test
  void aDeviceIsDescribedInALine() {
    assertThat(FakeDriver.info().line())
        .isEqualTo(
            "Fake GPU, 4 multiprocessors, 0.3 GiB, compute capability 9.0, driver for CUDA 13.0");
  }
}
