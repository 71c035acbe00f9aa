import dev.adjoint.autograd.ReverseMode;
import dev.adjoint.graph.Differentiation;

/** Reverse-mode differentiation: the gradient of every operation, as more operations. */
module dev.adjoint.autograd {
  requires transitive dev.adjoint.core;
  requires static org.jspecify;

  exports dev.adjoint.autograd;

  provides Differentiation with
      ReverseMode;
}
