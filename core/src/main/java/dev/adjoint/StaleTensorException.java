package dev.adjoint;

/**
 * Thrown when a tensor is computed that was recorded before an update of a variable and needs the value from before it,
 * which is gone.
 */
public final class StaleTensorException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception for a value of the named variable. */
  public StaleTensorException(String variable) {
    super(
        "this tensor needs the value that '"
            + variable
            + "' had before it was updated, and that value is gone: call"
            + " realize() or keep() on the tensor before the update, or compute it again");
  }
}
