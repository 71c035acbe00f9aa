package dev.adjoint.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The C of small computations, in both dialects, as it is kept in resources: a change of the printer shows as a change of
 * these. {@code -Dadjoint.snapshots=write} writes them anew.
 */
class SnapshotTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "adjoint", "codegen");

  private static final List<Target> TARGETS =
      List.of(
          new Target(Dialect.OPENCL, Target.Threads.FEW, 2),
          new Target(Dialect.OPENCL, Target.Threads.MANY, 64),
          new Target(Dialect.CUDA, Target.Threads.MANY, 64, true));

  /** What was launched by each computation; a second run would find its plan, and prepare nothing. */
  private static final Map<String, List<RecordingProvider.Prepared>> LAUNCHES = new HashMap<>();

  /** What a computation launches; the kernels of its operands are left out. */
  private static synchronized List<RecordingProvider.Prepared> launches(
      String name, Supplier<Tensor> computation) {
    return LAUNCHES.computeIfAbsent(name, _ -> record(computation));
  }

  private static List<RecordingProvider.Prepared> record(Supplier<Tensor> computation) {
    return Scope.on(
        Device.of("recorder"),
        () -> {
          Random.seed(1);
          Tensor result = computation.get();
          RecordingProvider.take();
          result.realize();
          return RecordingProvider.take();
        });
  }

  private static String snapshot(List<RecordingProvider.Prepared> launches) {
    var text = new StringBuilder();
    for (Target target : TARGETS) {
      for (RecordingProvider.Prepared prepared : launches) {
        CLaunch launch = CSource.print(prepared.kernel(), target, prepared.geometry());
        String source =
            launch
                .source()
                .text()
                .replace(target.dialect().preamble, "")
                .replace(target.dialect().preambleF64, "");
        text.append(
            String.format(
                "// %s, %s work-items: %s groups of %d x %d for sizes %s%n",
                target.dialect(),
                target.threads(),
                launch.parts() == 0 ? "no" : launch.groups() + " x " + launch.rowGroups(0),
                launch.items(),
                launch.rowItems(),
                Arrays.toString(prepared.geometry().sizes())));
        text.append(source.strip()).append("\n\n");
      }
    }
    return text.toString();
  }

  @TestFactory
  Stream<DynamicTest> kernelsAreAsTheyWere() {
    return SnapshotGraphs.all().entrySet().stream()
        .map(
            graph ->
                dynamicTest(
                    graph.getKey(),
                    () -> compare(graph.getKey(), launches(graph.getKey(), graph.getValue()))));
  }

  private static void compare(String name, List<RecordingProvider.Prepared> launches)
      throws IOException {
    assertThat(launches).isNotEmpty();
    String text = snapshot(launches);
    if ("write".equals(System.getProperty("adjoint.snapshots"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(name + ".txt"), text);
      return;
    }
    try (InputStream expected = SnapshotTest.class.getResourceAsStream(name + ".txt")) {
      assertThat(expected)
          .describedAs("the snapshot; -Dadjoint.snapshots=write writes it")
          .isNotNull();
      assertThat(text).isEqualTo(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Every OpenCL device of the full profile has 32 KiB of local memory, and need have no more. */
  @TestFactory
  Stream<DynamicTest> localMemoryIsWhatAnyDeviceHas() {
    var target = new Target(Dialect.OPENCL, Target.Threads.MANY, 64);
    Pattern array = Pattern.compile("__local (\\w+) \\w+((?:\\[\\d+])+)");
    return SnapshotGraphs.all().entrySet().stream()
        .map(
            graph ->
                dynamicTest(
                    graph.getKey(),
                    () -> {
                      for (RecordingProvider.Prepared prepared :
                          launches(graph.getKey(), graph.getValue())) {
                        CLaunch launch =
                            CSource.print(prepared.kernel(), target, prepared.geometry());
                        long bytes =
                            array
                                .matcher(launch.source().text())
                                .results()
                                .mapToLong(
                                    found ->
                                        Arrays.stream(found.group(2).split("\\D+"))
                                            .filter(size -> !size.isEmpty())
                                            .mapToLong(Long::parseLong)
                                            .reduce(
                                                Long.parseLong(found.group(1).substring(1)) / 8,
                                                (a, b) -> a * b))
                                .sum();
                        assertThat(bytes)
                            .describedAs(prepared.kernel().name())
                            .isLessThanOrEqualTo(32 << 10);
                      }
                    }));
  }

  /** All kernels in one file, each in a namespace of its own, because starting the compiler takes longer than compiling. */
  @Test
  void theCudaCompilerTakesAllKernels(@TempDir Path folder)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(isOnPath("nvcc"), "no nvcc on the PATH, which compiles CUDA");
    var file = new StringBuilder(Dialect.CUDA.preamble).append(Dialect.CUDA.preambleF64);
    var target = new Target(Dialect.CUDA, Target.Threads.MANY, 64, true);
    int n = 0;
    for (Map.Entry<String, Supplier<Tensor>> graph : SnapshotGraphs.all().entrySet()) {
      for (RecordingProvider.Prepared prepared : launches(graph.getKey(), graph.getValue())) {
        CSource source = CSource.print(prepared.kernel(), target, prepared.geometry()).source();
        String text =
            source.text().replace(Dialect.CUDA.preamble, "").replace(Dialect.CUDA.preambleF64, "");
        String head = " " + source.name() + "(";
        assertThat(text).contains(head);
        file.append("namespace n").append(n).append(" {\n");
        file.append(text.replace(head, " " + source.name() + "_" + n + "("));
        file.append("}\n");
        n++;
      }
    }
    Path source = Files.writeString(folder.resolve("all.cu"), file);
    var command = new ArrayList<>(List.of("nvcc", "-cubin", "-arch=sm_90"));
    command.addAll(List.of(Dialect.CUDA.options().split(" ")));
    command.addAll(List.of("-o", folder.resolve("all.cubin").toString(), source.toString()));
    Path log = folder.resolve("log");
    Process compiler =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(compiler.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(compiler.exitValue()).describedAs(Files.readString(log)).isZero();
    assertThat(n).isGreaterThan(40);
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
