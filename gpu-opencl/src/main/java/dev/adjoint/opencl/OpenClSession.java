package dev.adjoint.opencl;

import dev.adjoint.codegen.CSource;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * A context with its queue. All work of a device, copies included, goes through one queue in order: so a block of memory may be
 * handed out again while launches that use it are waiting.
 */
final class OpenClSession {
  /** The most bytes that are copied at once. */
  static final long PIECE = 16L << 20;

  private static final int WORD = 4;

  private final OpenClDriver driver;
  private final OpenClInfo info;
  private final String name;
  private final cl_context context;
  private final cl_command_queue queue;
  private final cl_mem fault;
  private final ByteBuffer word = ByteBuffer.allocateDirect(WORD).order(ByteOrder.nativeOrder());
  private ByteBuffer staging = ByteBuffer.allocateDirect(0);
  private final OpenClNumbers numbers;
  private @Nullable cl_command_queue timed;
  private final List<cl_event> events = new ArrayList<>();
  private boolean timing;

  /** Whether a run began that checks positions, and did not end well: the flag may still be what it has left. */
  private boolean unread;

  /** Opens a device; if a call fails, what was made before is released. */
  OpenClSession(OpenClDriver driver, OpenClInfo info, String name) {
    this.driver = driver;
    this.info = info;
    this.name = name;
    try (var undo = new Undo()) {
      context = driver.createContext(info);
      undo.add(() -> driver.release(context));
      queue = driver.createQueue(context, info, false);
      undo.add(() -> driver.release(queue));
      numbers = new OpenClNumbers(driver, context, queue);
      fault = driver.createBuffer(context, WORD);
      undo.add(() -> driver.release(fault));
      resetFault();
      undo.keep();
    } catch (OpenClException e) {
      throw new OpenClException(name + ": cannot be opened", e);
    }
  }

  OpenClDriver driver() {
    return driver;
  }

  OpenClInfo info() {
    return info;
  }

  /** The name of the device, such as {@code opencl:0}. */
  String name() {
    return name;
  }

  cl_context context() {
    return context;
  }

  /** The {@code fault} of a {@link CSource}, one for all kernels. */
  cl_mem fault() {
    return fault;
  }

  /** A copy on the device of the numbers of the next launch. The caller holds this session's lock. */
  cl_mem numbers(ByteBuffer from) {
    return numbers.copied(from);
  }

  /** Enqueues a kernel whose arguments are set; the caller holds this session's lock. */
  void launch(cl_kernel kernel, long[] items, long[] group) {
    cl_command_queue profiled = timed;
    if (!timing || profiled == null) {
      driver.launch(queue, kernel, items, group, null);
      return;
    }
    driver.finish(queue);
    var event = new cl_event();
    driver.launch(profiled, kernel, items, group, event);
    events.add(event);
    driver.finish(profiled);
  }

  private void resetFault() {
    driver.write(queue, fault, 0, word.putInt(0, CSource.FINE));
  }

  /**
   * Runs launches that check positions, between which and at whose end the action looks by {@link #mustHaveSeenNoFault}. Nothing
   * of other threads runs meanwhile, as there is one flag for all.
   */
  synchronized void checking(Runnable launches) {
    if (unread) {
      named("checking positions", this::resetFault);
    }
    unread = true;
    launches.run();
    unread = false;
  }

  /** Waits for kernels that check positions, and throws if one was out of range; the caller is in {@link #checking}. */
  void mustHaveSeenNoFault(List<String> kernels) {
    named(
        "checking positions",
        () -> {
          driver.read(queue, fault, 0, word);
          if (word.getInt(0) != CSource.FINE) {
            throw new PositionException(name, kernels);
          }
        });
  }

  /** Copies at most {@link #PIECE} bytes to the device. */
  synchronized void write(cl_mem to, long start, MemorySegment from) {
    if (from.isNative()) {
      driver.write(queue, to, start, from.asByteBuffer());
    } else {
      ByteBuffer host = staging(from.byteSize());
      MemorySegment.ofBuffer(host).copyFrom(from);
      driver.write(queue, to, start, host);
    }
  }

  /** Copies at most {@link #PIECE} bytes from the device. */
  synchronized void read(cl_mem from, long start, MemorySegment to) {
    if (to.isNative()) {
      driver.read(queue, from, start, to.asByteBuffer());
    } else {
      ByteBuffer host = staging(to.byteSize());
      driver.read(queue, from, start, host);
      to.copyFrom(MemorySegment.ofBuffer(host));
    }
  }

  /** Room for a copy of an array, which a driver cannot reach. */
  private ByteBuffer staging(long bytes) {
    if (staging.capacity() < bytes) {
      staging = ByteBuffer.allocateDirect((int) bytes);
    }
    return staging.slice(0, (int) bytes);
  }

  /** Waits for all work. */
  synchronized void synchronize() {
    named("waiting", () -> driver.finish(queue));
  }

  private void named(String what, Runnable call) {
    try {
      call.run();
    } catch (OpenClException e) {
      throw new OpenClException(name + ": " + what, e);
    }
  }

  /** The nanoseconds that the device works on the launches of an action. */
  synchronized long time(Runnable action) {
    synchronize();
    named(
        "timing",
        () -> {
          if (timed == null) {
            timed = driver.createQueue(context, info, true);
          }
        });
    timing = true;
    try {
      action.run();
      long[] total = new long[1];
      named("timing", () -> events.forEach(event -> total[0] += driver.nanoseconds(event)));
      return total[0];
    } finally {
      timing = false;
      events.forEach(driver::release);
      events.clear();
    }
  }
}
