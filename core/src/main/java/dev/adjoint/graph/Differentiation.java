package dev.adjoint.graph;

import dev.adjoint.Gradients;
import dev.adjoint.Tensor;

/** The service that supplies gradients; the autograd module provides it. */
public interface Differentiation {
  /**
   * The gradients of an output with respect to all tracked leaves below it.
   *
   * @param output a tracked tensor
   * @param seed the gradient of the output itself, of equal shape and type
   */
  Gradients backward(Tensor output, Tensor seed);
}
