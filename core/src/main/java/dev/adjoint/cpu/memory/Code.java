package dev.adjoint.cpu.memory;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/** Machine code that can be called. Its memory is used for other code when this object is unreachable. */
public final class Code {
  /** One handle for all code, of the shape of the system's functions, so that the JVM makes one stub for them all. */
  private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(Pages.SIX_LONGS);

  private final MemorySegment entry;

  Code(long address) {
    entry = MemorySegment.ofAddress(address);
  }

  /** Where the code begins: a multiple of 64. */
  public long address() {
    return entry.address();
  }

  /**
   * Calls the code with six integer arguments, of which it ignores those that it does not have. The call is an ordinary one:
   * garbage is collected while it runs.
   */
  public long call(long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(entry, a, b, c, d, e, f);
    } catch (RuntimeException | Error problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException("cpu: cannot call machine code", problem);
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
