package dev.adjoint.device;

/** Thrown when a device has no room for a block, after unreachable tensors were collected. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message that names the device, what was requested, what is in use and who holds most of it. */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }

  /** An exception that also says what the block was for. */
  public OutOfDeviceMemoryException(String message, OutOfDeviceMemoryException cause) {
    super(message, cause);
  }
}
