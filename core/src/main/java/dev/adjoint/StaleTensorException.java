package dev.adjoint;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;

/**
 * Thrown when a tensor is computed that needs a value which is gone: that of a variable from before an update, one that
 * {@link Scope#temporaries} has freed, or keeps for another thread, or an argument of a function that is only recorded.
 */
public final class StaleTensorException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception for a tensor.
   *
   * @param tensor what should be computed
   * @param why why it cannot be computed, as {@link dev.adjoint.graph.Storage#refusal} says
   */
  public StaleTensorException(Node tensor, String why) {
    super(NodeError.describe(tensor) + ": " + why + NodeError.advice(tensor));
  }
}
