package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.catalog.Sampling;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kernel that the op catalog and its gradients need is CUDA C that NVIDIA's compiler takes, with registers
 * enough for each. That needs NVRTC, but no device. A sample is compiled, and all with {@code -Dadjoint.contract=full}.
 */
class CatalogTextsTest {
  private static final Pattern NAME =
      Pattern.compile("__global__ void [^{]*?(\\w+)\\([^)]*\\) \\{");

  /** One of so many texts is compiled by default. */
  private static final int SAMPLE = 64;

  /** A text that was compiled. */
  private record Compiled(String name, Resources resources, long nanos) {
    String line() {
      return String.format(
          "%s: %d registers, %d bytes of stack, %d spilled, %d of shared memory, %d ms",
          name,
          resources.registers(),
          resources.stack(),
          resources.spills(),
          resources.shared(),
          nanos / 1_000_000);
    }
  }

  /** The texts of all kernels, which are recorded on a device where kernels do nothing. */
  private static synchronized List<String> texts() {
    FakeDriver driver = FakeProvider.driver(FakeProvider.SILENT);
    if (driver.texts.isEmpty()) {
      Scope.on(Device.of(FakeProvider.KIND + ":" + FakeProvider.SILENT), () -> recordAll());
    }
    return List.copyOf(driver.texts);
  }

  private static boolean recordAll() {
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
  }

  private static Compiled compile(Nvrtc nvrtc, int capability, String text) {
    Matcher name = NAME.matcher(text);
    assertThat(name.find()).describedAs(text).isTrue();
    long begin = System.nanoTime();
    var resources = Resources.of(nvrtc.resources(text, capability));
    return new Compiled(name.group(1), resources, System.nanoTime() - begin);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 90})
  void nvrtcTakesAllKernels(int capability) {
    Nvrtc nvrtc = Resources.compiler();
    List<String> all = texts();
    assertThat(all).hasSizeGreaterThan(2000);
    var sampling = new Sampling(nvrtc + " for compute capability " + capability / 10.0);
    List<String> chosen =
        all.stream().filter(text -> sampling.tries(Sampling.isChosen(text, SAMPLE))).toList();
    long begin = System.nanoTime();
    List<Compiled> compiled =
        chosen.parallelStream().map(text -> compile(nvrtc, capability, text)).toList();
    report(sampling, compiled, System.nanoTime() - begin);
    assertThat(compiled.stream().filter(c -> c.resources.spills() > 0))
        .extracting(Compiled::line)
        .describedAs("kernels for which there are too few registers")
        .isEmpty();
  }

  private static void report(Sampling sampling, List<Compiled> compiled, long nanos) {
    sampling.report();
    System.out.printf(
        "%d threads took %.1f s, a text %.0f ms on average; %d texts have arrays of a thread in local memory; the worst:%n",
        Runtime.getRuntime().availableProcessors(),
        nanos * 1e-9,
        compiled.stream().mapToLong(Compiled::nanos).average().orElse(0) * 1e-6,
        compiled.stream().filter(c -> c.resources.stack() > 0).count());
    worst(compiled, c -> c.resources.registers());
    worst(compiled, c -> c.resources.stack());
    worst(compiled, c -> c.resources.spills());
    worst(compiled, c -> c.resources.shared());
    worst(compiled, Compiled::nanos);
  }

  private static void worst(List<Compiled> compiled, ToLongFunction<Compiled> measure) {
    compiled.stream()
        .max(Comparator.comparingLong(measure))
        .ifPresent(c -> System.out.println("  " + c.line()));
  }
}
