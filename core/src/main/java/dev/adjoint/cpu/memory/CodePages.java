package dev.adjoint.cpu.memory;

import java.lang.invoke.MethodHandle;

/**
 * A range of memory for code, by the means of one system. What a system refuses is an {@link UnsupportedOperationException}
 * that names it. No memory is ever writable and executable at the same time.
 */
sealed interface CodePages permits SharedCodePages, OwnCodePages, WindowsCodePages {
  /** Takes the range; its address. The system need not back it by memory before code is written. */
  long map(long bytes);

  /** Codes begin at multiples of this power of two, at least 64, and no two of them lie in one unit. */
  long unit();

  /** Puts code where no other code is, and makes it executable. */
  void write(long address, byte[] code, int length);

  /** Throws if a call of the system has failed. */
  static void check(boolean done, String what) {
    if (!done) {
      throw new UnsupportedOperationException("the system refuses to " + what);
    }
  }

  /** Calls a function of the system with six arguments, of which it ignores those that it does not have. */
  static long call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) function.invokeExact(a, b, c, d, e, f);
    } catch (Throwable problem) {
      throw new IllegalStateException("cpu: cannot call the system's memory functions", problem);
    }
  }
}
