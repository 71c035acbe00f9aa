package dev.adjoint.tool;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.schedule.Engine;
import java.util.List;

/**
 * What a device does in two seconds: how fast it reads and writes memory, and how fast it multiplies matrices. The best of
 * several runs, as the first ones compile.
 *
 * @param bytesPerSecond the bytes read and written by {@code x = -x} over 16M floats
 * @param flops the multiplications and additions per second of a product of two 1024 x 1024 matrices of f32
 */
record SelfTest(double bytesPerSecond, double flops) {
  private static final int LENGTH = 16 << 20;
  private static final int SIDE = 1024;
  private static final long SECOND = 1_000_000_000;

  /**
   * Tests a device.
   *
   * @throws RuntimeException whatever keeps the device from computing
   */
  static SelfTest of(Device device) {
    return Scope.on(
        device,
        () -> {
          // In place: memory that was never touched would be slow.
          var vector = new Variable("vector", Tensors.full(Shape.of(LENGTH), 1f));
          Tensor matrix = Tensors.full(Shape.of(SIDE, SIDE), 1f).realize();
          double moved = 2.0 * Float.BYTES * LENGTH;
          double operations = 2.0 * SIDE * SIDE * SIDE;
          return new SelfTest(
              rate(
                  device,
                  moved,
                  () -> {
                    vector.set(vector.value().neg());
                    Engine.step(List.of());
                  }),
              rate(device, operations, () -> matrix.matmul(matrix).realize()));
        });
  }

  private static double rate(Device device, double work, Runnable body) {
    long end = System.nanoTime() + SECOND;
    long best = Long.MAX_VALUE;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      body.run();
      device.backend().synchronize();
      best = Math.min(best, System.nanoTime() - start);
    }
    return work / best * SECOND;
  }

  @Override
  public String toString() {
    return String.format("copy %.1f GB/s, matmul %.1f GFLOP/s", bytesPerSecond / 1e9, flops / 1e9);
  }
}
