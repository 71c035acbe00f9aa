package dev.adjoint.cuda;

import dev.adjoint.device.DeviceLostException;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Undo;
import dev.adjoint.device.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A device with its stream. All work that touches memory of the pool, copies included, goes through one stream in order: so a
 * block may be handed out again while launches that use it are waiting.
 *
 * <p>After an error that the driver cannot recover from, every use of the session fails at once.
 */
final class CudaSession {
  private final CudaDriver driver;
  private final CudaInfo info;
  private final String name;
  private final long context;
  private final long stream;
  private final Faults faults;
  private final long start;
  private final long end;
  private final Transfers transfers;
  private final GraphKeeper graphs;
  private final long memory;
  private volatile @Nullable CudaException lost;

  /** Opens a device; if a call fails, what was taken before is given back. */
  CudaSession(CudaDriver driver, int ordinal, CudaInfo info, String name) {
    this.driver = driver;
    this.info = info;
    this.name = name;
    try (var undo = new Undo()) {
      context = driver.retainContext(ordinal);
      undo.add(() -> driver.releaseContext(ordinal));
      driver.use(context);
      stream = driver.createStream();
      undo.add(() -> driver.destroyStream(stream));
      faults = new Faults(driver, stream, undo);
      start = driver.createEvent(true);
      undo.add(() -> driver.destroyEvent(start));
      end = driver.createEvent(true);
      undo.add(() -> driver.destroyEvent(end));
      transfers = new Transfers(this, undo);
      driver.waitForStream(stream);
      memory = driver.freeMemory();
      graphs = new GraphKeeper(driver.graphs());
      undo.keep();
    } catch (CudaException e) {
      throw new CudaException(name + ": cannot be opened", e);
    }
  }

  CudaDriver driver() {
    return driver;
  }

  CudaInfo info() {
    return info;
  }

  /** The name of the device, such as {@code cuda:0}. */
  String name() {
    return name;
  }

  long stream() {
    return stream;
  }

  /** The {@code fault} of a {@link CSource}, one for all kernels. */
  long fault() {
    return faults.address();
  }

  /** The bytes that nobody had taken when this was opened. */
  long memory() {
    return memory;
  }

  /** The graphs of this device. */
  GraphKeeper graphs() {
    return graphs;
  }

  /** Throws if the device is lost. */
  void mustBeThere() {
    CudaException before = lost;
    if (before != null) {
      throw new DeviceLostException(
          name
              + ": the device was lost and cannot be used until the program is started again; what happened: "
              + before.getMessage(),
          before);
    }
  }

  /** Calls the driver with this device's context, one thread at a time; {@code what} is in front of an error. */
  synchronized <T extends @Nullable Object> T calling(Supplier<String> what, Supplier<T> calls) {
    return inContext(what, calls);
  }

  private <T extends @Nullable Object> T inContext(Supplier<String> what, Supplier<T> calls) {
    mustBeThere();
    try {
      driver.use(context);
      return calls.get();
    } catch (CudaException e) {
      if (e.losesDevice()) {
        lost = e;
        throw new DeviceLostException(
            name
                + ": "
                + what.get()
                + ": the device is lost, perhaps through work that was started earlier: "
                + e.getMessage(),
            e);
      }
      throw new CudaException(name + ": " + what.get(), e);
    }
  }

  /** Waits for the device, during which other threads may call the driver. */
  void waiting(Supplier<String> what, Runnable wait) {
    this.<@Nullable Object>inContext(
        what,
        () -> {
          wait.run();
          return null;
        });
  }

  /** The same as {@link #calling} for calls without a result. */
  void run(Supplier<String> what, Runnable calls) {
    this.<@Nullable Object>calling(
        what,
        () -> {
          calls.run();
          return null;
        });
  }

  /**
   * Runs launches that check positions; what is returned tells what the kernels have seen. Nothing of other threads runs
   * meanwhile, as there is one word for all.
   */
  synchronized Verdict checking(Runnable launches, List<String> kernels) {
    run(CudaSession::checkingPositions, faults::reset);
    launches.run();
    Faults.Copy copy = calling(CudaSession::checkingPositions, faults::copy);
    return () -> await(copy, kernels);
  }

  private void await(Faults.Copy copy, List<String> kernels) {
    boolean tells;
    try {
      waiting(CudaSession::checkingPositions, () -> driver.waitForEvent(copy.event()));
      tells = copy.tells();
    } finally {
      giveBack(copy);
    }
    if (tells) {
      throw new PositionException(name, kernels);
    }
  }

  private synchronized void giveBack(Faults.Copy copy) {
    faults.giveBack(copy);
  }

  private static String checkingPositions() {
    return "checking positions";
  }

  /** Copies to the device; the host memory may change as soon as this returns. */
  void write(long to, MemorySegment from) {
    transfers.write(to, from);
  }

  /** Copies from the device, after all work before it. */
  void read(long from, MemorySegment to) {
    transfers.read(from, to);
  }

  /** Waits for all work. */
  void synchronize() {
    run(() -> "waiting for the device", () -> driver.waitForStream(stream));
  }

  /** The nanoseconds that the device works on the launches of an action. */
  synchronized long time(Runnable launches) {
    run(() -> "timing", () -> driver.record(start, stream));
    launches.run();
    return calling(
        () -> "timing",
        () -> {
          driver.record(end, stream);
          driver.waitForEvent(end);
          return Math.round(driver.milliseconds(start, end) * 1e6);
        });
  }
}
