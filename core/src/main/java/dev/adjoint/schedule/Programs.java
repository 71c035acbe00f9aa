package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The programs compiled so far: one per device and kernel. */
final class Programs {
  private static final ConcurrentHashMap<Key, Program> COMPILED = new ConcurrentHashMap<>();
  static final LongAdder COMPILATIONS = new LongAdder();

  private record Key(Device device, Kernel kernel) {}

  private Programs() {}

  /** The program of a kernel, compiled at its first use. */
  static Program get(Device device, Kernel kernel) {
    return COMPILED.computeIfAbsent(
        new Key(device, kernel),
        key -> {
          COMPILATIONS.increment();
          Debug.compiled(key.device(), key.kernel());
          return key.device().backend().compile(key.kernel());
        });
  }
}
