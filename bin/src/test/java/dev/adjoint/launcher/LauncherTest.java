package dev.adjoint.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code bin/adjoint}, in a folder of its own that links to what Maven has built: it builds nothing here. */
class LauncherTest {
  private static final Path REAL = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path root;
  private final List<Path> links = new ArrayList<>();

  private record Result(int status, String out, String err) {}

  @BeforeAll
  static void shell() {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "a script for Unix");
  }

  @BeforeEach
  void copy() throws IOException {
    Files.createDirectories(root.resolve("bin/target"));
    for (String file : new String[] {"bin/adjoint", "bin/jvm.options", "pom.xml"}) {
      Files.copy(REAL.resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /** Before JUnit, which warns of each. */
  @AfterEach
  void deleteLinks() throws IOException {
    for (Path link : links) {
      Files.delete(link);
    }
  }

  /** Makes the copy look as after a build. */
  private void build() throws IOException {
    for (String output :
        new String[] {
          "core/target",
          "autograd/target",
          "gpu-opencl/target",
          "gpu-cuda/target",
          "nn/target",
          "bin/target/lib"
        }) {
      Path link = root.resolve(output);
      Files.createDirectories(link.getParent());
      links.add(Files.createSymbolicLink(link, REAL.resolve(output)));
    }
    Files.createFile(root.resolve("bin/target/built"));
  }

  private String script(String name, String body) throws IOException {
    return Files.writeString(
            root.resolve(name), "void main(String[] arguments) {\n" + body + "\n}\n")
        .toString();
  }

  private Result run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(root.resolve("bin/adjoint").toString()));
    command.addAll(List.of(arguments));
    Path err = root.resolve("err");
    var builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("ADJOINT_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("ADJOINT_DEVICE");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Result(process.exitValue(), out, Files.readString(err));
  }

  private static void assertMisused(Result result, String text) {
    assertThat(result.err()).isEqualTo("adjoint: " + text + " See bin/adjoint --help.\n");
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void misuseIsOneLine() throws IOException, InterruptedException {
    assertMisused(run(), "needs a script or a command.");
    assertMisused(run("--frobnicate"), "unknown option --frobnicate.");
    assertMisused(
        run("frobnicate"),
        "frobnicate is neither a command nor a script, whose name ends in .java.");
    assertMisused(run("Nothing.java"), "there is no script Nothing.java.");
    assertMisused(run("devices", "all"), "devices takes no arguments, but got all.");
    assertMisused(run("--class-path"), "--class-path needs jars and folders.");
    assertMisused(
        run("--device"), "--device needs the name of a device; bin/adjoint devices lists them.");
  }

  @Test
  void usageIsPrintedWhenAskedFor() throws IOException, InterruptedException {
    for (String option : new String[] {"-h", "--help"}) {
      Result result = run(option);
      assertThat(result.status()).isZero();
      assertThat(result.out())
          .startsWith("usage: bin/adjoint ")
          .contains("--device NAME", "--class-path PATH", "--version");
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void theVersionIsThatOfThePom() throws IOException, InterruptedException {
    Result result = run("--version");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines().toList())
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(Files.readString(REAL.resolve("bin/pom.xml")))
                  .contains("<version>" + lines.get(0).substring(8) + "</version>");
              assertThat(lines.get(0)).startsWith("adjoint ");
              assertThat(lines.get(1)).startsWith("java " + System.getProperty("java.version"));
            });
  }

  /** The options are told twice, here and by picocli, as they are asked for before anything is built. */
  @Test
  void theOptionsOfBenchNeedNoBuild() throws IOException, InterruptedException {
    String bench =
        Files.readString(
            REAL.resolve("benchmarks/src/main/java/dev/adjoint/benchmarks/Bench.java"));
    List<String> texts =
        Pattern.compile("\"(-?-[a-z]+)\"|description = \"([^\"]+)\"")
            .matcher(bench)
            .results()
            .flatMap(m -> Stream.of(m.group(1) == null ? m.group(2) : m.group(1)))
            .toList();
    assertThat(texts).hasSizeGreaterThan(10);
    Result result = run("bench", "--help");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("usage: bin/adjoint bench ").contains(texts);
  }

  @Test
  void aScriptRunsWithItsArguments() throws IOException, InterruptedException {
    build();
    String script =
        script(
            "Sum.java",
            "IO.println(dev.adjoint.Tensors.of(1f, 2f).sum().item() + String.join(\",\", arguments));");
    assertThat(run(script, "a", "--version", "--device", "cpu", "--", "--device"))
        .isEqualTo(new Result(0, "3.0a,--version,--device\n", ""));
  }

  @Test
  void theClassPathGrows() throws IOException, InterruptedException {
    build();
    Path folder = Files.createDirectories(root.resolve("more"));
    Files.writeString(folder.resolve("word.txt"), "found");
    String script =
        script(
            "Find.java",
            "try (var in = ClassLoader.getSystemResourceAsStream(\"word.txt\")) {\n"
                + "  IO.println(in == null ? \"nothing\" : new String(in.readAllBytes()));\n"
                + "} catch (java.io.IOException e) {\n"
                + "  IO.println(e);\n"
                + "}");
    assertThat(run(script).out()).isEqualTo("nothing\n");
    assertThat(run("--class-path", folder.toString(), script).out()).isEqualTo("found\n");
    assertThat(run("--class-path=" + folder, script).out()).isEqualTo("found\n");
  }

  @Test
  void anUnknownDeviceIsOneLine() throws IOException, InterruptedException {
    build();
    String script = script("Sum.java", "IO.println(dev.adjoint.Tensors.of(1f).sum().item());");
    Result result = run("--device", "nonsense", script);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().toList())
        .singleElement()
        .asString()
        .startsWith("adjoint: device: no device 'nonsense' can be used; there are [cpu");
  }
}
