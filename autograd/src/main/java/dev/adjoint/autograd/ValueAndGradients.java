package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import java.util.List;

/**
 * The value of a scalar function and its gradients.
 *
 * @param value a scalar
 * @param gradients one for each argument, in their order
 */
public record ValueAndGradients(Tensor value, List<Tensor> gradients) {
  /** The gradient of a function of one argument, and that of the first argument of others. */
  public Tensor gradient() {
    return gradients.getFirst();
  }
}
