package dev.adjoint.device;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's handlers of the signals by which it finds null references and stops its threads. A native library may replace them,
 * as LLVM does, which compiles kernels in PoCL: its handler steps aside when it is first called, but if the JVM stops two threads
 * at once, the second signal ends the process without a word. So the JVM's handlers are put back after calls of such a library.
 * On Linux only, and where native access is allowed.
 */
public final class SignalHandlers {
  /** SIGILL, SIGTRAP, SIGBUS, SIGFPE and SIGSEGV. */
  private static final int[] SIGNALS = {4, 5, 7, 8, 11};

  private static final int SEGV = 11;

  /** More than a {@code struct sigaction} has; the handler is its first field. */
  private static final long BYTES = 256;

  private static final @Nullable SignalHandlers OF_JVM = remembered();

  private final MethodHandle sigaction;
  private final MemorySegment handlers;
  private final MemorySegment current;

  private SignalHandlers() {
    Linker linker = Linker.nativeLinker();
    sigaction =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("sigaction"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    handlers = Arena.global().allocate(SIGNALS.length * BYTES, Long.BYTES);
    current = Arena.global().allocate(BYTES, Long.BYTES);
    for (int i = 0; i < SIGNALS.length; i++) {
      call(SIGNALS[i], MemorySegment.NULL, handler(i));
    }
  }

  private static @Nullable SignalHandlers remembered() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
      return null;
    }
    try {
      return new SignalHandlers();
    } catch (IllegalCallerException e) {
      return null;
    }
  }

  /** Remembers the handlers that there are; called before a library that may replace them is loaded. */
  public static void remember() {}

  /** Puts the JVM's handlers back if they were replaced; whether they were. */
  public static boolean restore() {
    return OF_JVM != null && OF_JVM.putBack();
  }

  private synchronized boolean putBack() {
    call(SEGV, MemorySegment.NULL, current);
    long own = handler(SIGNALS.length - 1).get(ValueLayout.JAVA_LONG, 0);
    if (current.get(ValueLayout.JAVA_LONG, 0) == own) {
      return false;
    }
    for (int i = 0; i < SIGNALS.length; i++) {
      call(SIGNALS[i], handler(i), MemorySegment.NULL);
    }
    return true;
  }

  private MemorySegment handler(int i) {
    return handlers.asSlice(i * BYTES, BYTES);
  }

  private void call(int signal, MemorySegment wanted, MemorySegment found) {
    try {
      int ignored = (int) sigaction.invokeExact(signal, wanted, found);
    } catch (Throwable e) {
      throw new IllegalStateException("sigaction cannot be called", e);
    }
  }
}
