package dev.adjoint.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Linux: a file in memory that is mapped for reading and execution only, and written through its descriptor. No mapping of it
 * is writable, and code is put beside code that runs by one call of the system.
 */
final class SharedCodePages implements CodePages {
  private static final MethodHandle PWRITE = Pages.function("pwrite");
  private static final long READ_EXECUTE = 5;
  private static final long SHARED = 1;
  private static final long CLOSE_ON_EXEC = 1;
  private static final long NOT_A_PROGRAM = 8;
  private static final int STAGE = 1 << 16;

  private final long stage = Arena.global().allocate(STAGE).address();
  private long file;
  private long base;

  @Override
  public long map(long bytes) {
    MethodHandle create = Pages.function("memfd_create");
    long name = Arena.global().allocateFrom("adjoint-code").address();
    // Linux before 6.3 refuses the flag; later ones may be set up to refuse files without it.
    file = (int) CodePages.call(create, name, CLOSE_ON_EXEC | NOT_A_PROGRAM, 0, 0, 0, 0);
    if (file < 0) {
      file = (int) CodePages.call(create, name, CLOSE_ON_EXEC, 0, 0, 0, 0);
    }
    CodePages.check(file >= 0, "make a file in memory");
    int resized = (int) CodePages.call(Pages.function("ftruncate"), file, bytes, 0, 0, 0, 0);
    CodePages.check(resized == 0, "make a file in memory of " + bytes + " bytes");
    base = CodePages.call(Pages.function("mmap"), 0, bytes, READ_EXECUTE, SHARED, file, 0);
    CodePages.check(base != -1, "map a file in memory for execution");
    return base;
  }

  @Override
  public long unit() {
    return 64;
  }

  @Override
  public void write(long address, byte[] code, int length) {
    for (int done = 0; done < length; ) {
      int bytes = Math.min(STAGE, length - done);
      MemorySegment.copy(code, done, NativeMemory.ALL, JAVA_BYTE, stage, bytes);
      long written = CodePages.call(PWRITE, file, stage, bytes, address - base + done, 0, 0);
      CodePages.check(written > 0, "write into a file in memory");
      done += (int) written;
    }
  }
}
