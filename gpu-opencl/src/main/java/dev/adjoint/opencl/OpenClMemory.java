package dev.adjoint.opencl;

import dev.adjoint.device.Ranges;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jocl.cl_mem;

/** The OpenCL buffers out of which the pool cuts blocks. An address is the number of a buffer and an offset in it. */
final class OpenClMemory implements Ranges {
  /** The number of no buffer. */
  static final long NONE = -1;

  /** The number of the buffer that is no memory of tensors. */
  static final long FAULT = 0;

  private static final int OFFSET_BITS = 40;
  private static final long LARGEST_RANGE = 512L << 20;

  private final OpenClSession session;
  private final Map<Long, cl_mem> buffers = new HashMap<>();
  private long taken;

  OpenClMemory(OpenClSession session) {
    this.session = session;
  }

  @Override
  public long take(long bytes) {
    if (bytes > session.info().largestBlock()) {
      return 0;
    }
    cl_mem memory;
    try {
      memory = session.driver().createBuffer(session.context(), bytes);
    } catch (OpenClException e) {
      if (e.isMemory()) {
        return 0;
      }
      throw new OpenClException(session.name() + ": a buffer of " + bytes + " bytes", e);
    }
    taken++;
    buffers.put(taken, memory);
    return taken << OFFSET_BITS;
  }

  @Override
  public boolean giveBack(long address, long bytes) {
    session.synchronize();
    session.driver().release(Objects.requireNonNull(buffers.remove(number(address))));
    return true;
  }

  @Override
  public long largest() {
    return Math.min(LARGEST_RANGE, session.info().largestBlock());
  }

  @Override
  public String advice() {
    return "The largest buffer of this device has " + session.info().largestBlock() + " bytes.";
  }

  /** The OpenCL buffer of an address. */
  cl_mem memory(long address) {
    return Objects.requireNonNull(buffers.get(number(address)));
  }

  /** The number of the OpenCL buffer of an address, which is never used for another one. */
  static long number(long address) {
    return address >> OFFSET_BITS;
  }

  /** The offset of an address in its OpenCL buffer. */
  static long offset(long address) {
    return address & ((1L << OFFSET_BITS) - 1);
  }
}
