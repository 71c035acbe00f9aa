package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Devices;
import dev.adjoint.Tensor;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the backend starts in a JVM of its own. */
class StartTest {
  /** Computes on the CPU, and then looks for devices. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println("sum " + Tensors.of(1f, 2f, 3f).sum().item());
      Tensor ones = Tensors.ones(200, 200);
      System.out.println("product " + ones.matmul(ones).sum().item());
      System.out.print(Devices.report());
      System.out.println("uniqueLibraryNames " + System.getProperty("uniqueLibraryNames"));
    }
  }

  private static String run(String classPath, String... flags)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath, Program.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("sum 6.0", "product 8000000.0");
    return output;
  }

  /** The name of the file is that of JOCL's resource; what lies there is no library, so loading it would fail. */
  @Test
  void aFileUnderTheNameOfTheNativeLibraryIsNotLoaded(@TempDir Path folder)
      throws IOException, InterruptedException {
    OpenClDevices.all();
    for (String system :
        List.of("linux-x86_64.so", "linux-arm64.so", "apple-x86_64.dylib", "apple-arm64.dylib")) {
      String file = "libJOCL_2_0_6-" + system;
      assertThat(StartTest.class.getResource("/lib/" + file)).as(file).isNotNull();
      Files.writeString(folder.resolve(file), "planted");
    }
    String output =
        run(
            System.getProperty("java.class.path"),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + folder);
    assertThat(output)
        .contains("opencl:0")
        .doesNotContain("cannot be loaded")
        .contains("uniqueLibraryNames null");
    try (var files = Files.list(folder)) {
      assertThat(files)
          .as("what is left at the end")
          .hasSize(4)
          .allSatisfy(f -> assertThat(f).hasContent("planted"));
    }
  }

  /** The class path of the tests without what has a name in it. */
  private static String without(String name) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(part -> !Path.of(part).getFileName().toString().contains(name))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void withoutJoclThereIsTheCpu() throws IOException, InterruptedException {
    assertThat(run(without("jocl"), "--enable-native-access=ALL-UNNAMED"))
        .contains(
            "opencl     not usable: OpenCL cannot be loaded: JOCL is not on the class path; add org.jocl:jocl");
  }

  @Test
  void withoutNativeAccessThereIsTheCpu() throws IOException, InterruptedException {
    String output = run(System.getProperty("java.class.path"), "--illegal-native-access=deny");
    assertThat(output)
        .contains(
            "opencl     not usable: OpenCL cannot be loaded: native code is forbidden;"
                + " start java with --enable-native-access=ALL-UNNAMED");
    assertThat(
            output.split(
                "cpu: native access is forbidden, so all tensors must fit into one block of"))
        .hasSize(2);
  }
}
