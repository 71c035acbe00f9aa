package dev.adjoint.benchmarks;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.Supplier;

/** Adjoint's side: where it computes, and how a benchmark waits for it. */
final class Adjoint {
  private static final Device DEVICE = Device.of(Settings.device());

  private Adjoint() {}

  /** Creates something on the device under test. */
  static <T> T onDevice(Supplier<T> body) {
    return Scope.on(DEVICE, body);
  }

  /** A tensor of uniform numbers on the device under test. */
  static Tensor uniform(long seed, int... shape) {
    return onDevice(() -> Tensors.of(Inputs.uniform(seed, Inputs.size(shape)), shape));
  }

  /** Computes values and waits until they are in the memory of the device. */
  static void compute(Tensor... results) {
    Tensor.realize(List.of(results));
    DEVICE.backend().synchronize();
  }
}
