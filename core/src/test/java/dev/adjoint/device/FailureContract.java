package dev.adjoint.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What a device must do when a call of its driver fails, whichever it is: the error says what was being done, and nothing is
 * lost. A device's tests extend this.
 *
 * @param <D> its driver without hardware
 */
public abstract class FailureContract<D extends FailingDriver> {
  protected static final Kernel SCATTER =
      new Kernel.Scatter(ScatterOp.ADD, 1, 0, DType.F32, DType.I32);
  protected static final Geometry SIX =
      new Geometry(new int[] {6}, new long[3], new long[][] {{0}, {1}, {1}});

  private final String name;
  private final Supplier<D> drivers;

  /**
   * Tests of a device.
   *
   * @param name its name, which begins each error
   * @param drivers makes drivers that nobody has called yet
   */
  protected FailureContract(String name, Supplier<D> drivers) {
    this.name = name;
    this.drivers = drivers;
  }

  /** Opens the device on a driver. */
  protected abstract Backend open(D driver);

  /** Everything that a device does: opening, memory, copies, a compilation, launches, timing. */
  private void everything(D driver) {
    work(open(driver));
  }

  private static void work(Backend device) {
    PositionCase checking = PositionKernels.checkAlone(i -> 0);
    Buffer buffer = device.allocate(1000);
    try {
      // Positions among others, which must be in range.
      device.write(buffer, 0, MemorySegment.ofArray(new byte[1000]));
      Program.Launch launch = device.compile(SCATTER).prepare(SIX);
      launch.run(new Buffer[] {buffer, buffer, buffer}, new long[3], new long[] {1, 6});
      device.time(
          () ->
              launch.run(
                  new Buffer[] {buffer, buffer, buffer}, new long[] {64, 0, 0}, new long[] {1, 6}));
      Program.Launch check = device.compile(checking.kernel()).prepare(checking.geometry());
      check.run(new Buffer[] {buffer, buffer, buffer}, new long[3], new long[0]);
      device
          .sequence(List.of(check), 1)
          .run(new Buffer[][] {{buffer, buffer, buffer}}, new long[1][3], new long[1][0]);
      device.read(buffer, 4, MemorySegment.ofArray(new float[3]));
      device.synchronize();
    } finally {
      device.free(buffer);
    }
  }

  @Test
  void theKthCallMayFail() {
    D healthy = drivers.get();
    everything(healthy);
    int calls = healthy.calls.size();
    assertThat(calls).isGreaterThan(20);
    for (int k = 0; k < calls; k++) {
      D driver = drivers.get();
      driver.failCall(k, FailingDriver.CODE);
      RuntimeException error = driver.error(healthy.calls.get(k), FailingDriver.CODE);
      assertThatThrownBy(() -> everything(driver))
          .describedAs("call %d, %s", k, healthy.calls.get(k))
          .isInstanceOf(error.getClass())
          .hasMessageStartingWith(name + ": ")
          .hasMessageContaining(error.getMessage());
    }
  }

  @Test
  void nothingIsLeftOfAFailedOpening() {
    D healthy = drivers.get();
    open(healthy);
    int calls = healthy.calls.size();
    assertThat(calls).isGreaterThan(3);
    for (int k = 0; k < calls; k++) {
      D driver = drivers.get();
      driver.failCall(k, FailingDriver.CODE);
      assertThatThrownBy(() -> open(driver))
          .isInstanceOf(driver.error("", FailingDriver.CODE).getClass())
          .hasMessageContaining("cannot be opened");
      assertThat(driver.alive()).describedAs("after call %d failed", k).isZero();
    }
  }

  @Test
  void workAfterAFailureTakesNothingMore() {
    D driver = drivers.get();
    Backend device = open(driver);
    work(device);
    int objects = driver.alive();
    int before = driver.calls.size();
    work(device);
    int again = driver.calls.size() - before;
    assertThat(driver.alive()).isEqualTo(objects);
    for (int k = 0; k < again; k++) {
      driver.failCall(k, FailingDriver.CODE);
      assertThatThrownBy(() -> work(device))
          .isInstanceOf(driver.error("", FailingDriver.CODE).getClass());
      work(device);
      assertThat(driver.alive()).isEqualTo(objects);
      assertThat(device.memory().live()).isZero();
    }
  }
}
