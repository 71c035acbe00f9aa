package dev.adjoint.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Windows: each code has pages of its own, readable and writable while it is put there, then readable and executable. */
final class WindowsCodePages implements CodePages {
  private static final MethodHandle ALLOCATE = function("VirtualAlloc");
  private static final MethodHandle PROTECT = function("VirtualProtect");
  private static final MethodHandle FLUSH = function("FlushInstructionCache");
  private static final long COMMIT = 0x1000;
  private static final long RESERVE = 0x2000;
  private static final long NO_ACCESS = 0x01;
  private static final long READ_WRITE = 0x04;
  private static final long READ_EXECUTE = 0x20;
  private static final long THIS_PROCESS = -1;

  /** Where the system tells the protection that was, which it insists on. */
  private final long before = Arena.global().allocate(8).address();

  private static MethodHandle function(String name) {
    var library = SymbolLookup.libraryLookup("kernel32", Arena.global());
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), Pages.SIX_LONGS);
  }

  @Override
  public long map(long bytes) {
    return allocate(0, bytes, RESERVE, NO_ACCESS);
  }

  @Override
  public long unit() {
    return 4096;
  }

  @Override
  public void write(long address, byte[] code, int length) {
    allocate(address, length, COMMIT, READ_WRITE);
    // Memory that other code had is there already, and still executable.
    CodePages.check(protect(address, length, READ_WRITE), "make memory writable");
    MemorySegment.copy(code, 0, NativeMemory.ALL, JAVA_BYTE, address, length);
    CodePages.check(protect(address, length, READ_EXECUTE), "make memory executable");
    CodePages.call(FLUSH, THIS_PROCESS, address, length, 0, 0, 0);
  }

  private static long allocate(long address, long bytes, long kind, long access) {
    long at = CodePages.call(ALLOCATE, address, bytes, kind, access, 0, 0);
    CodePages.check(at != 0, "give memory for code");
    return at;
  }

  private boolean protect(long address, int bytes, long access) {
    return (int) CodePages.call(PROTECT, address, bytes, access, before, 0, 0) != 0;
  }
}
