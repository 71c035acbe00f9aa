package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples run as scripts, and the README shows what they hold and print. */
class ExamplesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path EXAMPLES = ROOT.resolve("examples");
  private static final Pattern BLOCK =
      Pattern.compile("```(java|text|xml|kotlin)\\n(.*?)```", Pattern.DOTALL);

  static Stream<String> quickExamples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java") && !name.startsWith("FashionMnist"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("quickExamples")
  void runs(String script) throws IOException, InterruptedException {
    assertThat(run(script)).isNotBlank();
  }

  @Test
  void learnsToTellClothesApart() throws IOException, InterruptedException {
    assertThat(accuracy(run("FashionMnist.java", "3"))).isGreaterThan(0.8);
  }

  @Test
  void learnsToTellClothesApartThroughTheTrainer() throws IOException, InterruptedException {
    assertThat(accuracy(run("FashionMnistFit.java", "3"))).isGreaterThan(0.8);
  }

  private record Misuse(String script, List<String> arguments, String error) {}

  static Stream<Misuse> misuses() {
    return Stream.of(
        new Misuse(
            "FashionMnist.java",
            List.of("--epochs", "3"),
            "FashionMnist: not a number of epochs: --epochs 3\n"),
        new Misuse(
            "FashionMnistFit.java",
            List.of("3", "--save"),
            "FashionMnistFit: not a number of epochs and a file: 3 --save\n"),
        new Misuse("tools/FashionMnistSubset.java", List.of(), ""));
  }

  /** Of the examples that take any; the others are mains without parameters. */
  @ParameterizedTest
  @MethodSource("misuses")
  void tellsItsArguments(Misuse misuse) throws IOException, InterruptedException {
    Result help = start(misuse.script, "--help");
    assertThat(help.output).contains("usage: ", "examples/" + misuse.script);
    assertThat(help).isEqualTo(new Result(0, help.output, ""));
    assertThat(start(misuse.script, misuse.arguments.toArray(String[]::new)))
        .isEqualTo(new Result(2, "", misuse.error + help.output));
  }

  @Test
  void allThatTakeArgumentsTellThem() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES, 2)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".java")).toList();
      for (Path script : scripts) {
        if (Files.readString(script).contains("void main(String[]")) {
          assertThat(misuses().map(misuse -> EXAMPLES.resolve(misuse.script))).contains(script);
        }
      }
    }
  }

  private static double accuracy(String output) {
    Matcher accuracy = Pattern.compile("test accuracy ([0-9.]+)").matcher(output);
    assertThat(accuracy.find()).as(output).isTrue();
    return Double.parseDouble(accuracy.group(1));
  }

  /**
   * Every block of code in the README is part of an example, and every block of output is what the example before it prints. The
   * block for Gradle names what the one for Maven does.
   */
  @Test
  void theReadmeShowsTheExamples() throws IOException, InterruptedException {
    var sources = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    String example = "";
    String consumer = Files.readString(EXAMPLES.resolve("consumer/pom.xml"));
    Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
    int blocks = 0;
    while (block.find()) {
      String text = block.group(2);
      switch (block.group(1)) {
        case "java" -> {
          List<String> holders =
              sources.keySet().stream().filter(f -> sources.get(f).contains(text)).toList();
          assertThat(holders).as("examples that hold:\n" + text).isNotEmpty();
          example = holders.getFirst();
        }
        case "xml" -> assertThat(consumer).contains(text);
        case "kotlin" -> {
          assertThat(artifacts("dev.adjoint:(adjoint-[a-z]+)", text))
              .isEqualTo(artifacts("<artifactId>(adjoint-[a-z]+)", consumer));
          assertThat(consumer).contains(artifacts("adjoint-bom:([^\"]+)", text));
        }
        default -> assertThat(run(example)).isEqualTo(text);
      }
      blocks++;
    }
    assertThat(blocks).isGreaterThanOrEqualTo(6);
  }

  private static List<String> artifacts(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private record Result(int status, String output, String errors) {}

  private static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    Result result = start(script, arguments);
    assertThat(result.status).as(script + "\n" + result.output + result.errors).isZero();
    return result.output;
  }

  private static Result start(String script, String... arguments)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")
                    + File.pathSeparator
                    + EXAMPLES.resolve("data"),
                EXAMPLES.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("adjoint", ".txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    var result = new Result(process.exitValue(), output, Files.readString(errors));
    Files.delete(errors);
    return result;
  }
}
