package dev.adjoint.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.autograd.GradCheck;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever follows the guide of CONTRIBUTING.md has an operation that the contracts try: its two blocks are compiled and run. */
class GuideTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern STEP =
      Pattern.compile("in `([\\w/.]+)`.*?```java\\n(.*?)```", Pattern.DOTALL);

  @Test
  void aComposedOpIsTwoFiles(@TempDir Path folder) throws Throwable {
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    Matcher step = STEP.matcher(page.substring(page.indexOf("## A new operation")));
    var files = new ArrayList<String>();
    while (files.size() < 2 && step.find()) {
      files.add(changed(step.group(1), step.group(2), folder).toString());
    }
    assertThat(files).hasSize(2);
    compile(files, folder);
    assertThat(inside(folder)).as("tests of the new row").isEqualTo(12);
  }

  /** A copy of a file with the block of a step: at the end of an interface, or as the first row of a list. */
  private static Path changed(String file, String block, Path folder) throws IOException {
    String text = Files.readString(ROOT.resolve(file));
    String list = "return List.of(\n";
    int at = text.contains(list) ? text.indexOf(list) + list.length() : text.lastIndexOf('}');
    Path copy = folder.resolve(Path.of(file).getFileName());
    return Files.writeString(copy, text.substring(0, at) + block + text.substring(at));
  }

  private static void compile(List<String> files, Path folder) {
    var options = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
    options.addAll(List.of("-cp", System.getProperty("java.class.path")));
    options.addAll(files);
    int status =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    assertThat(status).as("javac " + files).isZero();
  }

  /** Runs the trial on an engine of its own, which has the new classes. */
  private static int inside(Path folder) throws Exception {
    var urls = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> trial = Class.forName(Trial.class.getName(), true, loader);
      return (int) trial.getMethod("run", String.class).invoke(null, "softCap");
    }
  }

  /** What the contracts of the CPU have for an operation. */
  public static final class Trial {
    private Trial() {}

    /** Runs it, and returns how many tests there were. */
    public static int run(String operation) throws Throwable {
      new CatalogCompletenessTest().everyOperationHasARow();
      int tests = 0;
      for (DynamicTest test : contracts().toList()) {
        if (test.getDisplayName().startsWith(operation)) {
          test.getExecutable().execute();
          tests++;
        }
      }
      var check = new GradCheck(1e-6, 1e-5, 1e-6, 12, 0);
      for (OpSpec row : OpCatalog.differentiable()) {
        for (Sample sample : row.gradientSamples()) {
          if (row.covers().startsWith(operation)) {
            check.checkSecond(row.label(), row::apply, sample.operands());
            tests++;
          }
        }
      }
      return tests;
    }

    private static Stream<DynamicTest> contracts() {
      var device =
          new DeviceContract() {
            @Override
            protected Device device() {
              return Device.cpu();
            }
          };
      var gradients =
          new GradientContract() {
            @Override
            protected Device device() {
              return Device.cpu();
            }
          };
      return Stream.of(
              device.agreesWithTheReference(),
              device.rejectsWrongCalls(),
              gradients.gradientsAgreeWithTheReference())
          .flatMap(tests -> tests);
    }
  }
}
