package dev.adjoint.device;

import java.util.List;

/** A position that a kernel checks is out of range. A device knows only that, and in which kernels; the engine finds the rest. */
public final class PositionException extends IndexOutOfBoundsException {
  private static final long serialVersionUID = 1L;

  /**
   * An error on a device.
   *
   * @param kernels the kernels of which one has seen the position
   */
  public PositionException(String device, List<String> kernels) {
    super(
        device
            + ": a position is out of range in "
            + (kernels.size() == 1 ? "" : "one of ")
            + String.join(", ", kernels));
  }
}
