package dev.adjoint.benchmarks;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
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
  static Tensor uniform(long seed, int rows, int columns) {
    return onDevice(() -> Tensors.of(Inputs.uniform(seed, rows * columns), rows, columns));
  }

  /** A vector of uniform numbers on the device under test. */
  static Tensor uniform(long seed, int size) {
    return onDevice(() -> Tensors.of(Inputs.uniform(seed, size)));
  }

  /** Computes a value and waits until it is in the memory of the device. */
  static void compute(Tensor result) {
    result.realize();
    DEVICE.backend().synchronize();
  }
}
