import dev.adjoint.autograd.ReverseMode;
import dev.adjoint.graph.Differentiation;

/** Reverse-mode differentiation: the gradient of every operation, as more operations. And distributions, which need both. */
module dev.adjoint.autograd {
  requires transitive dev.adjoint.core;
  requires static org.jspecify;

  exports dev.adjoint.autograd;
  exports dev.adjoint.distributions;

  provides Differentiation with
      ReverseMode;
}
