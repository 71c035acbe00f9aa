package dev.adjoint.catalog;

import dev.adjoint.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The contracts of devices, run without JUnit's launcher. It lies in the package of the contracts, which hide their tests. */
public final class ContractRun extends DeviceContract {
  private static final int MESSAGE = 300;

  private final Device device;
  private final List<String> failures = new ArrayList<>();
  private int passed;

  /** A run on a device. */
  public ContractRun(Device device) {
    this.device = device;
  }

  @Override
  protected Device device() {
    return device;
  }

  /** Runs everything. */
  public void run() {
    var gradients = new GradientContract() {
      @Override
      protected Device device() {
        return device;
      }
    };
    Stream.of(
            agreesWithTheReference(), scalarFunctionsHaveTheSameBitsEverywhere(), rejectsWrongCalls(),
            gradients.gradientsAgreeWithTheReference())
        .flatMap(tests -> tests)
        .forEach(this::run);
  }

  private void run(DynamicTest test) {
    try {
      test.getExecutable().execute();
      passed++;
    } catch (Throwable e) {
      String text = String.valueOf(e);
      failures.add(test.getDisplayName() + ": " + text.substring(0, Math.min(MESSAGE, text.length())));
    }
  }

  /** How many tests passed. */
  public int passed() {
    return passed;
  }

  /** What failed, with the reason. */
  public List<String> failures() {
    return failures;
  }
}
