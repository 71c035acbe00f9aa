/** Data sets, their division, and the loader that makes batches of them. */
@NullMarked
package dev.adjoint.nn.data;

import org.jspecify.annotations.NullMarked;
