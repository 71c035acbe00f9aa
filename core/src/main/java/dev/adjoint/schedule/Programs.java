package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import java.util.concurrent.atomic.LongAdder;

/** The programs compiled so far: one per device and kernel; those not asked for longest are dropped. */
final class Programs {
  static final LongAdder COMPILATIONS = new LongAdder();

  /** About what a program takes in memory, and for each instruction of its kernel. */
  private static final long BYTES = 16 << 10;

  private static final long BYTES_PER_INSTRUCTION = 256;

  private static final BoundedCache<Key, Compiled> COMPILED =
      new BoundedCache<>(512L << 20, Compiled::bytes);

  /** Threads that need the same program at once wait for one of them to compile it. */
  private static final Object[] LOCKS = new Object[16];

  static {
    for (int i = 0; i < LOCKS.length; i++) {
      LOCKS[i] = new Object();
    }
  }

  private record Key(Device device, Kernel kernel) {}

  private record Compiled(Program program, long bytes) {}

  private Programs() {}

  /** The program of a kernel, compiled at its first use. */
  static Program get(Device device, Kernel kernel) {
    var key = new Key(device, kernel);
    synchronized (LOCKS[(key.hashCode() >>> 8) % LOCKS.length]) {
      Compiled compiled = COMPILED.get(key);
      if (compiled == null) {
        COMPILATIONS.increment();
        Debug.compiled(device, kernel);
        Program program = device.backend().compile(kernel);
        long bytes = BYTES + BYTES_PER_INSTRUCTION * kernel.instructions();
        compiled = new Compiled(program, bytes);
        COMPILED.put(key, compiled);
      }
      return compiled.program;
    }
  }
}
