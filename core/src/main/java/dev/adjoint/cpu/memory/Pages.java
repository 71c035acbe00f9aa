package dev.adjoint.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Memory from the operating system, aligned to and advised to use huge pages where the system has them; where the JVM forbids
 * calls of the system, parts of the block in {@link NativeMemory}.
 */
public final class Pages {
  /** The size of a huge page; ranges are multiples of it. */
  static final long HUGE = 2L << 20;

  private static final long READ_WRITE = 3;
  private static final long ADVICE_HUGE_PAGE = 14;
  private static final boolean LINUX = os().contains("linux");
  private static final boolean MAC = os().contains("mac");
  private static final long PRIVATE_ANONYMOUS = MAC ? 0x1002 : 0x22;

  /** What every function is called with: see {@link #function}. */
  public static final FunctionDescriptor SIX_LONGS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private Pages() {}

  private static String os() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  /** Takes a range of {@code bytes}, a multiple of {@link #HUGE}; its address, or 0 if the system has no room. */
  static long map(long bytes) {
    if (!NativeMemory.WHOLE) {
      return NativeMemory.take(bytes);
    }
    try {
      return LINUX || MAC ? Posix.map(bytes) : Heap.map(bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("cpu: cannot call the system's memory functions", e);
    }
  }

  /** Gives a range back; false if this system or this JVM cannot. */
  static boolean unmap(long address, long bytes) {
    if (!NativeMemory.WHOLE || (!LINUX && !MAC)) {
      return false;
    }
    try {
      return Posix.unmap(address, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("cpu: cannot call the system's memory functions", e);
    }
  }

  /**
   * A function of the C library. All are called with six long arguments, of which they ignore those that they do not have:
   * so one stub, which takes the JVM tens of milliseconds to make, serves all. The calling conventions of the systems with
   * mmap pass these in registers.
   */
  public static MethodHandle function(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SIX_LONGS);
  }

  private static final class Posix {
    private static final MethodHandle MMAP = function("mmap");
    private static final MethodHandle MUNMAP = function("munmap");
    private static final MethodHandle MADVISE = function("madvise");

    static long map(long bytes) throws Throwable {
      long wide = bytes + HUGE;
      long raw = (long) MMAP.invokeExact(0L, wide, READ_WRITE, PRIVATE_ANONYMOUS, -1L, 0L);
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
        // Advice: a kernel without huge pages answers with an error, and the memory is as good as
        // before.
        long ignored = (long) MADVISE.invokeExact(address, bytes, ADVICE_HUGE_PAGE, 0L, 0L, 0L);
      }
      return address;
    }

    static boolean unmap(long address, long bytes) throws Throwable {
      return (int) (long) MUNMAP.invokeExact(address, bytes, 0L, 0L, 0L, 0L) == 0;
    }
  }

  /** For systems without mmap. Ranges are few and kept, so none is ever given back. */
  private static final class Heap {
    private static final MethodHandle MALLOC = function("malloc");

    static long map(long bytes) throws Throwable {
      long raw = (long) MALLOC.invokeExact(bytes + 64, 0L, 0L, 0L, 0L, 0L);
      return raw == 0 ? 0 : (raw + 63) & -64L;
    }
  }
}
