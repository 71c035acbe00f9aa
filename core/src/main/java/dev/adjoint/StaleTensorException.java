package dev.adjoint;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;

/**
 * Thrown when a tensor is computed that was recorded before an update of a variable and needs the value from before it,
 * which is gone.
 */
public final class StaleTensorException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception for a tensor.
   *
   * @param tensor what should be computed
   * @param variable the name of the variable whose old value it needs
   */
  public StaleTensorException(Node tensor, String variable) {
    super(
        NodeError.describe(tensor)
            + ": needs the value that '"
            + variable
            + "' had before it was updated, and that value is gone: before the step, call keep() on the tensor, or realize()"
            + " if the loss does not depend on it"
            + NodeError.advice(tensor));
  }
}
