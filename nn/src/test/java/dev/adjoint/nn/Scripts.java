package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs scripts of the folder {@code examples} in a JVM of their own, and reads what they print. */
final class Scripts {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path EXAMPLES = ROOT.resolve("examples");
  private static final int MINUTES = 30;

  private Scripts() {}

  record Result(int status, String output, String errors) {}

  /** The output of a script that ends well. */
  static String run(String script, String... arguments) throws IOException, InterruptedException {
    Result result = start(script, arguments);
    assertThat(result.status).as(script + "\n" + result.output + result.errors).isZero();
    return result.output;
  }

  static Result start(String script, String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")
                    + File.pathSeparator
                    + ROOT.resolve("data-fashion-mnist/src/main/resources"),
                EXAMPLES.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("adjoint", ".txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    var result = new Result(process.exitValue(), output, Files.readString(errors));
    Files.delete(errors);
    return result;
  }

  /** The number that the first group of a pattern finds. */
  static double number(String output, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(output);
    assertThat(found.find()).as(pattern + " in\n" + output).isTrue();
    return Double.parseDouble(found.group(1));
  }
}
