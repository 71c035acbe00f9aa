/** Eigenvalues, singular values and what follows from them, computed on the host by ojAlgo. */
module dev.adjoint.linalg {
  requires transitive dev.adjoint.core;
  requires ojalgo;
  requires static org.jspecify;

  exports dev.adjoint.linalg;
}
