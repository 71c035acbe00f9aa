package dev.adjoint.device;

/** Thrown when a device has no room for a block, after unreachable tensors were collected. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message that names the device and the requested, live and reserved bytes. */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
