package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Tensors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the backend starts in a JVM of its own, which takes the emulated driver for a real one. */
class StartTest {
  private static final String PLANTED = "libJCudaDriver-12.6.0-linux-x86_64.so";

  @TempDir Path temporary;
  @TempDir Path cache;
  private final Emulator emulator = Emulator.needed();

  /** Looks for devices, and computes on the first. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.print(Devices.report());
      System.out.println("temporary " + System.getProperty("java.io.tmpdir"));
      if (Devices.list().toString().contains("cuda:0")) {
        Device device = Device.of("cuda:0");
        System.out.println("sum " + Tensors.of(1f, 2f, 3f).to(device).mul(2).sum().item());
      }
    }
  }

  @BeforeEach
  void jcudaIsTheDefault() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "JCuda has no library for this processor");
  }

  /** The output of the program, with a part of the class path left out. */
  private String runWithout(String name, String... flags) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of(flags));
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(part -> !Path.of(part).getFileName().toString().startsWith(name))
            .collect(Collectors.joining(File.pathSeparator));
    command.addAll(List.of("-cp", classPath, Program.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", emulator.libraries().toString());
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder.environment().remove("ADJOINT_CUDA_BINDING");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("temporary " + temporary);
    return output;
  }

  /** What lies there is no library, so loading it would fail. */
  @Test
  void aFileUnderTheNameOfTheNativeLibraryIsNotLoaded() throws IOException, InterruptedException {
    Files.writeString(temporary.resolve(PLANTED), "planted");
    assertThat(runWithout("nothing")).contains("cuda:0     Emulated GPU 0", "sum 12.0");
    try (var files = Files.list(temporary)) {
      assertThat(files)
          .as("what is left at the end")
          .singleElement()
          .satisfies(f -> assertThat(f).hasFileName(PLANTED).hasContent("planted"));
    }
  }

  @Test
  void withoutTheNativeLibraryThereIsNoDevice() throws IOException, InterruptedException {
    assertThat(runWithout("jcuda-natives"))
        .contains(
            "cuda       not usable: JCuda, which calls the NVIDIA driver, cannot be loaded: "
                + PLANTED
                + " is not on the class path; add org.jcuda:jcuda-natives");
  }

  @Test
  void withoutJcudaThereIsNoDevice() throws IOException, InterruptedException {
    assertThat(runWithout("jcuda"))
        .contains(
            "cuda       not usable: JCuda, which calls the NVIDIA driver, cannot be loaded: "
                + "JCuda is not on the class path; add org.jcuda:jcuda");
  }

  @Test
  void theOtherBindingNeedsNoJcuda() throws IOException, InterruptedException {
    assertThat(runWithout("jcuda", "-Dadjoint.cuda.binding=foreign"))
        .contains("cuda:0     Emulated GPU 0", "sum 12.0");
  }
}
