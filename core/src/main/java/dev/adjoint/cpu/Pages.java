package dev.adjoint.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** Memory from the operating system, aligned to and advised to use huge pages where the system has them. */
final class Pages {
  /** The size of a huge page; ranges are multiples of it. */
  static final long HUGE = 2L << 20;

  private static final int READ_WRITE = 3;
  private static final int ADVICE_HUGE_PAGE = 14;
  private static final boolean LINUX = os().contains("linux");
  private static final boolean MAC = os().contains("mac");
  private static final int PRIVATE_ANONYMOUS = MAC ? 0x1002 : 0x22;

  private Pages() {}

  private static String os() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  /** Takes a range of {@code bytes}, a multiple of {@link #HUGE}; its address, or 0 if the system has no room. */
  static long map(long bytes) {
    try {
      return LINUX || MAC ? Posix.map(bytes) : Heap.map(bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("cpu: cannot call the system's memory functions", e);
    }
  }

  /** Gives a range back; false if this system cannot. */
  static boolean unmap(long address, long bytes) {
    if (!LINUX && !MAC) {
      return false;
    }
    try {
      return Posix.unmap(address, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("cpu: cannot call the system's memory functions", e);
    }
  }

  private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private static final class Posix {
    private static final MethodHandle MMAP =
        function(
            "mmap",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);
    private static final MethodHandle MUNMAP =
        function("munmap", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MethodHandle MADVISE =
        function(
            "madvise", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

    static long map(long bytes) throws Throwable {
      long wide = bytes + HUGE;
      long raw = (long) MMAP.invokeExact(0L, wide, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (raw == -1) {
        return 0;
      }
      long address = (raw + HUGE - 1) & -HUGE;
      if (address > raw) {
        unmap(raw, address - raw);
      }
      if (raw + wide > address + bytes) {
        unmap(address + bytes, raw + wide - address - bytes);
      }
      if (LINUX) {
        // Advice: a kernel without huge pages answers with an error, and the memory is as good as before.
        int ignored = (int) MADVISE.invokeExact(address, bytes, ADVICE_HUGE_PAGE);
      }
      return address;
    }

    static boolean unmap(long address, long bytes) throws Throwable {
      return (int) MUNMAP.invokeExact(address, bytes) == 0;
    }
  }

  /** For systems without mmap. Ranges are few and kept, so none is ever given back. */
  private static final class Heap {
    private static final MethodHandle MALLOC = function("malloc", ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    static long map(long bytes) throws Throwable {
      long raw = (long) MALLOC.invokeExact(bytes + 64);
      return raw == 0 ? 0 : (raw + 63) & -64L;
    }
  }
}
