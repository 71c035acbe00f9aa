package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;

/** An observer of a module's calls, for pictures of activations, statistics and debugging. */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Called after each call of a module, inside its path. A hook that wants to read an output after the training step
   * calls {@link Tensor#keep} on it.
   *
   * @param inputs the tensors that the module was called with
   * @param outputs the tensors in what it returned: one for most modules
   */
  void after(Module module, List<Tensor> inputs, List<Tensor> outputs);
}
