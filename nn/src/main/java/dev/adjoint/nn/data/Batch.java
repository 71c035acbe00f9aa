package dev.adjoint.nn.data;

import dev.adjoint.Device;
import dev.adjoint.Tensor;

/**
 * Some samples, one along axis 0.
 *
 * @param x the inputs of a model
 * @param y the targets
 */
public record Batch(Tensor x, Tensor y) {
  /**
   * A batch.
   *
   * @throws IllegalArgumentException if inputs and targets are not equally many
   */
  public Batch {
    if (x.rank() == 0 || y.rank() == 0 || x.dim(0) != y.dim(0)) {
      throw new IllegalArgumentException(
          "batch: axis 0 of inputs and targets must be equal: " + x.shape() + " and " + y.shape());
    }
  }

  /** The number of samples. */
  public int size() {
    return x.dim(0);
  }

  /** The same samples on a device. */
  public Batch to(Device device) {
    return new Batch(x.to(device), y.to(device));
  }
}
