/** The training loop, with validation, callbacks and checks. */
@NullMarked
package dev.adjoint.nn.train;

import org.jspecify.annotations.NullMarked;
