package dev.adjoint.cuda;

import java.util.Locale;

/**
 * What the driver says about a device.
 *
 * @param name the device
 * @param capability the compute capability as one number, such as 90 for 9.0
 * @param units multiprocessors
 * @param memory bytes of its memory
 * @param driver the newest CUDA that the driver knows, such as 13000 for 13.0
 */
record CudaInfo(String name, int capability, int units, long memory, int driver) {
  /** The compute capability from which on tensor cores take tf32 and bf16. */
  private static final int TENSOR_CORES = 80;

  /** Whether it has units for products of f32 whose factors may be rounded to tf32 or bf16. */
  boolean tensorCores() {
    return capability >= TENSOR_CORES;
  }

  /** The major version of the newest CUDA that the driver knows. */
  int driverMajor() {
    return driver / 1000;
  }

  /** One line for the table of devices. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s, %d multiprocessors, %.1f GiB, compute capability %d.%d, driver for CUDA %d.%d",
        name,
        units,
        memory / (double) (1L << 30),
        capability / 10,
        capability % 10,
        driverMajor(),
        driver % 1000 / 10);
  }
}
