package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.codegen.Dialect;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kernel that the op catalog and its gradients need is CUDA C that NVIDIA's compiler takes. */
class CatalogTextsTest {
  private static final Pattern NAME =
      Pattern.compile("__global__ void (?:__launch_bounds__\\(\\d+, \\d+\\) )?(\\w+)\\(");

  /** The texts of all kernels, which are recorded on a device where kernels do nothing. */
  private static List<String> texts() {
    Device device = Device.of(FakeProvider.KIND + ":" + FakeProvider.SILENT);
    Scope.on(
        device,
        () -> {
          for (OpSpec row : OpCatalog.all()) {
            if (row.readsValues()) {
              // There are no values here; its kernels are those of a sort and of lookups.
              continue;
            }
            for (DType dtype : row.dtypes()) {
              // Special values change no text, and shapes and layouts change the text of every type
              // in the same way.
              row.samples(dtype).stream()
                  .filter(sample -> !sample.special())
                  .limit(dtype == DType.F32 ? Integer.MAX_VALUE : 1)
                  .forEach(sample -> sample.result().realize());
            }
          }
          for (OpSpec row : OpCatalog.differentiable()) {
            if (row.readsValues()) {
              continue;
            }
            row.samples(DType.F32).getFirst().gradients().values().forEach(Tensor::realize);
          }
          return true;
        });
    return FakeProvider.driver(FakeProvider.SILENT).texts;
  }

  /** Few files, because starting the compiler takes longer than compiling; more than one, because it has one thread. */
  @Test
  void theCompilerTakesAllKernels(@TempDir Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(isOnPath("nvcc"), "no nvcc on the PATH, which compiles CUDA");
    List<StringBuilder> files = List.of(new StringBuilder(), new StringBuilder());
    int n = 0;
    for (String text : texts()) {
      Matcher name = NAME.matcher(text);
      assertThat(name.find()).isTrue();
      String renamed = text.substring(0, name.end(1)) + "_" + n + text.substring(name.end(1));
      files.get(n % files.size()).append("namespace n" + n + " {\n" + renamed + "}\n");
      n++;
    }
    assertThat(n).isGreaterThan(2000);
    var compilers = new ArrayList<Process>();
    for (int i = 0; i < files.size(); i++) {
      compilers.add(compile(Files.writeString(folder.resolve(i + ".cu"), files.get(i))));
    }
    for (int i = 0; i < files.size(); i++) {
      assertThat(compilers.get(i).waitFor(10, TimeUnit.MINUTES)).isTrue();
      String log = Files.readString(folder.resolve(i + ".cu.log"));
      assertThat(compilers.get(i).exitValue()).describedAs(log).isZero();
    }
  }

  /** Starts the compiler, which writes what it says to a log beside the source. */
  private static Process compile(Path source) throws IOException {
    var command = new ArrayList<>(List.of("nvcc", "-cubin", "-arch=sm_90", "-Xptxas", "-O0"));
    command.addAll(List.of(Dialect.CUDA.options().split(" ")));
    command.addAll(List.of("-o", source + ".cubin", source.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Path.of(source + ".log").toFile())
        .start();
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
