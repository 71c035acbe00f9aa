package dev.adjoint.device;

/**
 * Thrown by every use of a device after an error that its driver cannot recover from, such as a kernel that touched memory which
 * is not its own. Values on the device are lost, and only a new process can use it again.
 */
public final class DeviceLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message that names the device, and the error that made it unusable. */
  public DeviceLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
