package dev.adjoint.opencl;

import java.nio.ByteBuffer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of launches that are more bytes than the device takes as arguments, on their way to it. Nothing waits for a copy:
 * it is read from a room of its own on the host, until the rooms are used up. On the device there is one room, as all goes
 * through one queue in order: the launch before has read its own.
 */
final class OpenClNumbers {
  /** The bytes of all rooms on the host, unless a launch has more. */
  static final int BYTES = 64 << 10;

  private final OpenClDriver driver;
  private final cl_context context;
  private final cl_command_queue queue;
  private ByteBuffer host = ByteBuffer.allocateDirect(0);
  private int used;
  private @Nullable cl_mem room;
  private int roomBytes;

  OpenClNumbers(OpenClDriver driver, cl_context context, cl_command_queue queue) {
    this.driver = driver;
    this.context = context;
    this.queue = queue;
  }

  /** Copies the numbers of a launch, which is the next in the queue; returns where they are on the device. */
  cl_mem copied(ByteBuffer numbers) {
    int bytes = numbers.capacity();
    cl_mem to = room(bytes);
    if (used + bytes > host.capacity()) {
      driver.finish(queue);
      used = 0;
      if (bytes > host.capacity()) {
        host = ByteBuffer.allocateDirect(Math.max(bytes, BYTES));
      }
    }
    ByteBuffer from = host.slice(used, bytes).put(0, numbers, 0, bytes);
    used += bytes;
    driver.enqueueWrite(queue, to, from);
    return to;
  }

  private cl_mem room(int bytes) {
    cl_mem old = room;
    if (old != null && roomBytes >= bytes) {
      return old;
    }
    cl_mem larger = driver.createBuffer(context, bytes);
    if (old != null) {
      driver.release(old);
    }
    room = larger;
    roomBytes = bytes;
    return larger;
  }
}
