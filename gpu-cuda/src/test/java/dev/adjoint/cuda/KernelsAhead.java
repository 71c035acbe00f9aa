package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Compiles the kernels of a contract before it begins. On an emulated device most of the time of a contract is that of g++, which
 * takes longer to start than to compile most kernels: so what is computed is recorded where kernels do nothing, and many kernels
 * are compiled at once. What this misses the contract compiles itself.
 */
final class KernelsAhead {
  private KernelsAhead() {}

  /** Compiles what computations take; nothing where the device of the tests is not emulated. */
  static void compile(Runnable computations) {
    if (!CudaDevices.areEmulated()) {
      return;
    }
    FakeDriver driver = FakeProvider.driver(FakeProvider.RECORDING);
    driver.texts.clear();
    Scope.on(
        Device.of(FakeProvider.KIND + ":" + FakeProvider.RECORDING),
        () -> {
          computations.run();
          return true;
        });
    Emulator.needed().compile(List.copyOf(driver.texts));
  }

  /** Does what a contract does with the samples that it tries; nothing with rows that choose by what was computed. */
  static void ofSamples(
      List<OpSpec> rows, Predicate<Sample> isTried, Consumer<Sample> computation) {
    for (OpSpec row : rows) {
      if (!row.readsValues()) {
        row.dtypes().stream()
            .flatMap(dtype -> row.samples(dtype).stream())
            .filter(sample -> Sampling.isFull() || isTried.test(sample))
            .forEach(computation);
      }
    }
  }
}
