package dev.adjoint.cpu.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * All of native memory as one segment, in which an address is an offset. A JVM that forbids native access gives out no such
 * segment; there it is one block of an arena, which is as good but cannot grow, and addresses are positions in the block.
 */
public final class NativeMemory {
  /** The segment, of global scope. */
  public static final MemorySegment ALL = all();

  /** Whether the segment is all of memory, and not a block. */
  public static final boolean WHOLE = ALL.address() == 0;

  /** Addresses have no higher bits. With this mask the JVM's compiler knows that they are inside of all memory. */
  public static final long ADDRESS_MASK = (1L << 56) - 1;

  /** Strides that are not negative have no higher bits; a few of them, added to a masked address, stay inside. */
  public static final long STRIDE_MASK = (1L << 50) - 1;

  private static final long ALIGNMENT = 64;

  /** Where the rest of a block begins. Address 0 is that of no memory. */
  private static long rest = ALIGNMENT;

  private NativeMemory() {}

  private static MemorySegment all() {
    try {
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    } catch (IllegalCallerException e) {
      long bytes = MemoryLimit.block();
      Module module = NativeMemory.class.getModule();
      System.getLogger("dev.adjoint")
          .log(
              System.Logger.Level.WARNING,
              "cpu: native access is forbidden, so all tensors must fit into one block of "
                  + (bytes >> 20)
                  + " MiB: start java with --enable-native-access="
                  + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                  + ", or set the size of the block by -Dadjoint.cpu.memory=<bytes>");
      // Products need a part for packed operands.
      return Arena.global().allocate(bytes + bytes / 2, ALIGNMENT);
    }
  }

  /** How many bytes all tensors may take. */
  public static long limit() {
    return WHOLE ? MemoryLimit.bytes() : MemoryLimit.block();
  }

  /** The address of zeros that are never given back. */
  public static long zeros(long bytes) {
    long address = WHOLE ? Arena.global().allocate(bytes, ALIGNMENT).address() : take(bytes);
    if (address == 0) {
      throw new OutOfMemoryError(
          "cpu: the block is too small; -Dadjoint.cpu.memory=<bytes> sets its size");
    }
    return address;
  }

  /** Takes a part of the block, which holds zeros; its address, or 0 if there is no room. */
  static synchronized long take(long bytes) {
    long address = rest;
    if (bytes > ALL.byteSize() - address) {
      return 0;
    }
    rest += (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    return address;
  }
}
