package dev.adjoint.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * macOS, and Linux where files in memory may not be executed: each code has pages of its own, which are readable and writable
 * while it is put there, and then readable and executable. On macOS the pages bear the flag for machine code; it would let one
 * thread write while others execute, but a thread that writes could not return to the JVM, whose own code bears it as well.
 */
final class OwnCodePages implements CodePages {
  private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
  private static final MethodHandle MPROTECT = Pages.function("mprotect");
  private static final long NO_ACCESS = 0;
  private static final long READ_WRITE = 3;
  private static final long READ_EXECUTE = 5;
  private static final long PRIVATE_ANONYMOUS_CODE = MAC ? 0x1802 : 0x22;

  private final long page = (int) CodePages.call(Pages.function("getpagesize"), 0, 0, 0, 0, 0, 0);

  @Override
  public long map(long bytes) {
    MethodHandle mmap = Pages.function("mmap");
    long base = CodePages.call(mmap, 0, bytes, NO_ACCESS, PRIVATE_ANONYMOUS_CODE, -1, 0);
    CodePages.check(base != -1, "map memory for code");
    return base;
  }

  @Override
  public long unit() {
    return page;
  }

  @Override
  public void write(long address, byte[] code, int length) {
    CodePages.check(protect(address, length, READ_WRITE), "make memory writable");
    MemorySegment.copy(code, 0, NativeMemory.ALL, JAVA_BYTE, address, length);
    CodePages.check(protect(address, length, READ_EXECUTE), "make memory executable");
    if (MAC) {
      MacCache.invalidate(address, length);
    }
  }

  private static boolean protect(long address, int bytes, long access) {
    return (int) CodePages.call(MPROTECT, address, bytes, access, 0, 0, 0) == 0;
  }

  private static final class MacCache {
    private static final MethodHandle INVALIDATE = Pages.function("sys_icache_invalidate");

    static void invalidate(long address, int bytes) {
      CodePages.call(INVALIDATE, address, bytes, 0, 0, 0, 0);
    }
  }
}
