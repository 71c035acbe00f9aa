package dev.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceKindsTest {
  private static final String SERVICE = "META-INF/services/dev.adjoint.device.DeviceProvider";

  @TempDir Path folder;

  /** A provider that cannot be made, as where a library that it needs is missing. */
  public static final class Unmakable implements DeviceProvider {
    private final Object driver = driver();

    private static Object driver() {
      throw new NoClassDefFoundError("org/example/Driver");
    }

    @Override
    public String kind() {
      return driver.toString();
    }

    @Override
    public List<String> describe() {
      throw new AssertionError();
    }

    @Override
    public Optional<String> whyNot() {
      throw new AssertionError();
    }

    @Override
    public Backend open(int ordinal) {
      throw new AssertionError();
    }
  }

  /** The classes of the tests, with other entries for the service, and a class of the OpenCL backend, or none. */
  private List<DeviceKind> kinds(String entries, boolean opencl) throws IOException {
    Path services = Files.writeString(folder.resolve("services"), entries);
    Path provider = Files.writeString(folder.resolve("provider"), "");
    var loader =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICE)
                ? Collections.enumeration(List.of(services.toUri().toURL()))
                : super.getResources(name);
          }

          @Override
          public URL getResource(String name) {
            try {
              return name.equals("dev/adjoint/opencl/OpenClProvider.class")
                  ? opencl ? provider.toUri().toURL() : null
                  : super.getResource(name);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    return DeviceKinds.all(loader);
  }

  private static String line(List<DeviceKind> kinds, String name) {
    DeviceKind kind = kinds.stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
    assertThat(kind.devices()).isEmpty();
    return kind.whyNot().orElseThrow();
  }

  @Test
  void aKindWhoseEntryWasLostIsNamed() throws IOException {
    List<DeviceKind> kinds = kinds("dev.adjoint.cpu.CpuProvider\n", true);
    assertThat(kinds).extracting(DeviceKind::name).containsExactly("cpu", "opencl");
    assertThat(line(kinds, "opencl"))
        .isEqualTo(
            "its classes are there, but META-INF/services/dev.adjoint.device.DeviceProvider does not name them:"
                + " merge service files when shading");
    // Another file may have won.
    assertThat(line(kinds(Unmakable.class.getName() + "\n", false), "cpu"))
        .contains("merge service files");
    assertThat(kinds("dev.adjoint.cpu.CpuProvider\n", false))
        .extracting(DeviceKind::name)
        .containsExactly("cpu");
  }

  @Test
  void aProviderThatCannotBeMadeLeavesTheOthers() throws IOException {
    List<DeviceKind> kinds =
        kinds(
            Unmakable.class.getName()
                + "\ndev.adjoint.cuda.CudaProvider\ndev.adjoint.cpu.CpuProvider\n",
            false);
    assertThat(kinds).extracting(DeviceKind::name).containsExactly("cpu", "other", "cuda");
    assertThat(kinds.getFirst().devices()).hasSize(1);
    assertThat(line(kinds, "other"))
        .isEqualTo(
            "its provider does not work: java.lang.NoClassDefFoundError: org/example/Driver");
    assertThat(line(kinds, "cuda"))
        .startsWith("its provider does not work: ")
        .contains("Provider dev.adjoint.cuda.CudaProvider not found");
  }

  @Test
  void aProviderThatFailsSaysHow() {
    var kind =
        new DeviceKind(
            new DeviceProvider() {
              @Override
              public String kind() {
                return "broken";
              }

              @Override
              public List<String> describe() {
                throw new ExceptionInInitializerError(
                    new IllegalStateException("the driver is broken"));
              }

              @Override
              public List<String> parts() {
                throw new AssertionError();
              }

              @Override
              public Optional<String> whyNot() {
                throw new AssertionError();
              }

              @Override
              public Backend open(int ordinal) {
                throw new AssertionError();
              }
            });
    assertThat(kind.devices()).isEmpty();
    assertThat(kind.parts()).isEmpty();
    assertThat(kind.whyNot())
        .contains(
            "looking for devices fails: java.lang.IllegalStateException: the driver is broken");
  }
}
