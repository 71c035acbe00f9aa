package dev.adjoint.device;

/** A position that a kernel checks is out of range. A device knows only that, and in which kernel; the engine finds the rest. */
public final class PositionException extends IndexOutOfBoundsException {
  private static final long serialVersionUID = 1L;

  /** An error with a message that names the kernel. */
  public PositionException(String message) {
    super(message);
  }
}
