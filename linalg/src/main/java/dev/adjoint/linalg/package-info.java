/** Eigenvalues, singular values and what follows from them, computed on the host. */
@NullMarked
package dev.adjoint.linalg;

import org.jspecify.annotations.NullMarked;
