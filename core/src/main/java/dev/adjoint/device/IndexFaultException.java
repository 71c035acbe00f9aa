package dev.adjoint.device;

/**
 * Thrown by a launch that finds a position out of range which is known only when it runs. It says what a device knows; the engine
 * turns it into the error of the operation.
 */
public final class IndexFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long position;
  private final int launch;

  /** A fault of a launch that is not part of a sequence, or whose number is not known yet. */
  public IndexFaultException(long position) {
    this(position, -1);
  }

  private IndexFaultException(long position, int launch) {
    super("position " + position + " is out of range");
    this.position = position;
    this.launch = launch;
  }

  /** The same fault of the launch with a number in its sequence. */
  public IndexFaultException of(int number) {
    var fault = new IndexFaultException(position, number);
    fault.setStackTrace(getStackTrace());
    return fault;
  }

  /** The position that is out of range. */
  public long position() {
    return position;
  }

  /** The number of the launch in its {@link Sequence}, or -1. */
  public int launch() {
    return launch;
  }
}
