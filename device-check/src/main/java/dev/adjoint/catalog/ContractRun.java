package dev.adjoint.catalog;

import dev.adjoint.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The contracts of devices, run without JUnit's launcher. It lies in the package of the contracts, which hide their tests. */
public final class ContractRun extends DeviceContract {
  private static final int MESSAGE = 300;
  private static final int VIEWS = 200;

  private final Device device;
  private final int shard;
  private final int shards;
  private final List<String> failures = new ArrayList<>();
  private int seen;
  private int passed;

  /**
   * A run on a device.
   *
   * @param shard which of the shards, from 1
   * @param shards how many processes share the tests
   */
  public ContractRun(Device device, int shard, int shards) {
    this.device = device;
    this.shard = shard;
    this.shards = shards;
  }

  @Override
  protected Device device() {
    return device;
  }

  /** Runs every test of the shard; failures are also printed as they come, so that a run that is stopped has told them. */
  public void run() {
    var gradients =
        new GradientContract() {
          @Override
          protected Device device() {
            return device;
          }
        };
    var shapes =
        new HugeShapesContract() {
          @Override
          protected Device device() {
            return device;
          }

          @Override
          protected int views() {
            return VIEWS;
          }
        };
    var factors =
        new ComputedFactorContract() {
          @Override
          protected Device device() {
            return device;
          }

          @Override
          protected boolean hasSameBits() {
            return false;
          }
        };
    Stream.of(
            agreesWithTheReference(),
            scalarFunctionsHaveTheSameBitsEverywhere(),
            conversionsOfNarrowFloatsHaveTheSameBitsEverywhere(),
            rejectsWrongCalls(),
            gradients.gradientsAgreeWithTheReference(),
            shapes.all(),
            factors.productsOfComputedFactors())
        .flatMap(tests -> tests)
        .forEach(this::run);
  }

  private void run(DynamicTest test) {
    if (seen++ % shards != shard - 1) {
      return;
    }
    try {
      test.getExecutable().execute();
      passed++;
    } catch (Throwable e) {
      String text = String.valueOf(e);
      String failure =
          test.getDisplayName() + ": " + text.substring(0, Math.min(MESSAGE, text.length()));
      failures.add(failure);
      System.err.println("  " + device + ": " + failure);
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
