package dev.adjoint.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of the C library that Java has no word for. */
final class Posix {
  private static final long HUGE_PAGE = 2L << 20;
  private static final int ADVICE_HUGE_PAGE = 14;

  private Posix() {}

  /** Sets a variable of this process's environment for native libraries that are loaded later, unless it is set. */
  static void setDefault(String variable, String value) {
    int status;
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle setenv =
          function(
              "setenv",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      status = (int) setenv.invokeExact(arena.allocateFrom(variable), arena.allocateFrom(value), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv: cannot call it", e);
    }
    if (status != 0) {
      throw new IllegalStateException("setenv: cannot set " + variable);
    }
  }

  /** Memory that is never freed, in huge pages where the system has them. Not zeroed, for pages are chosen at first touch. */
  static MemorySegment pages(long bytes) {
    long size = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    MemorySegment memory;
    try {
      MethodHandle allocate =
          function(
              "aligned_alloc",
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
      memory = (MemorySegment) allocate.invokeExact(HUGE_PAGE, size);
      if (memory.address() != 0 && System.getProperty("os.name", "").startsWith("Linux")) {
        MethodHandle advise =
            function(
                "madvise",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
        // Advice: a system without huge pages answers with an error, and the memory is as good as
        // before.
        int _ = (int) advise.invokeExact(memory, size, ADVICE_HUGE_PAGE);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("aligned_alloc: cannot call it", e);
    }
    if (memory.address() == 0) {
      throw new IllegalStateException("aligned_alloc: no room for " + size + " bytes");
    }
    return memory.reinterpret(bytes);
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
