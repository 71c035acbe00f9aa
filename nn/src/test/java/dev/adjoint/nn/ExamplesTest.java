package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples run as scripts, and pages show what they hold and print. */
class ExamplesTest {
  private static final Pattern BLOCK =
      Pattern.compile("```(java|text|xml|kotlin)\\n(.*?)```", Pattern.DOTALL);

  static Stream<String> quickExamples() throws IOException {
    try (Stream<Path> files = Files.list(Scripts.EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(
              name ->
                  name.endsWith(".java")
                      && !name.startsWith("FashionMnist")
                      && !name.startsWith("From")
                      && !name.startsWith("Maml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("quickExamples")
  void runs(String script) throws IOException, InterruptedException {
    assertThat(Scripts.run(script)).isNotBlank();
  }

  @Test
  void learnsToTellClothesApart() throws IOException, InterruptedException {
    assertThat(accuracy(Scripts.run("FashionMnist.java", "3"))).isGreaterThan(0.8);
  }

  @Test
  void learnsToTellClothesApartThroughTheTrainer() throws IOException, InterruptedException {
    assertThat(accuracy(Scripts.run("FashionMnistFit.java", "3"))).isGreaterThan(0.8);
  }

  @Test
  void oneStepFromParametersThatLearnedToLearn() throws IOException, InterruptedException {
    String output = Scripts.run("Maml.java");
    double joint = Scripts.number(output, "joint mse ([0-9.]+)");
    assertThat(Scripts.number(output, "MAML  mse ([0-9.]+)")).isLessThan(0.7 * joint);
    assertThat(output).contains("one gradient for each wave [25, 40, 1]");
  }

  /** The listings of docs/from-pytorch.md. */
  @ParameterizedTest
  @ValueSource(strings = {"FromPyTorch.java", "FromKeras.java"})
  void listingsOfOthersLearn(String script) throws IOException, InterruptedException {
    assertThat(accuracy(Scripts.run(script))).isGreaterThan(0.8);
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
        new Misuse(
            "cases/OwnImage.java", List.of("no-such.png"), "OwnImage: no such file: no-such.png\n"),
        new Misuse("tools/FashionMnistSubset.java", List.of(), ""));
  }

  /** Of the examples that take any; the others are mains without parameters. */
  @ParameterizedTest
  @MethodSource("misuses")
  void tellsItsArguments(Misuse misuse) throws IOException, InterruptedException {
    Scripts.Result help = Scripts.start(misuse.script, "--help");
    assertThat(help.output()).contains("usage: ", "examples/" + misuse.script);
    assertThat(help).isEqualTo(new Scripts.Result(0, help.output(), ""));
    assertThat(Scripts.start(misuse.script, misuse.arguments.toArray(String[]::new)))
        .isEqualTo(new Scripts.Result(2, "", misuse.error + help.output()));
  }

  @Test
  void allThatTakeArgumentsTellThem() throws IOException {
    try (Stream<Path> files = Files.walk(Scripts.EXAMPLES, 2)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".java")).toList();
      for (Path script : scripts) {
        if (Files.readString(script).contains("void main(String[]")) {
          assertThat(misuses().map(misuse -> Scripts.EXAMPLES.resolve(misuse.script)))
              .contains(script);
        }
      }
    }
  }

  private static double accuracy(String output) {
    return Scripts.number(output, "test accuracy ([0-9.]+)");
  }

  /**
   * Every block of Java in a page is part of an example, and every block of output is what the example before it prints. The
   * block for Gradle names what the one for Maven does.
   */
  @ParameterizedTest
  @CsvSource({"README.md, 6", "docs/from-pytorch.md, 7"})
  void pagesShowTheExamples(String page, int least) throws IOException, InterruptedException {
    var sources = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(Scripts.EXAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    String example = "";
    String consumer = Files.readString(Scripts.EXAMPLES.resolve("consumer/pom.xml"));
    Matcher block = BLOCK.matcher(Files.readString(Scripts.ROOT.resolve(page)));
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
        default -> assertThat(Scripts.run(example)).isEqualTo(text);
      }
      blocks++;
    }
    assertThat(blocks).isGreaterThanOrEqualTo(least);
  }

  private static List<String> artifacts(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
