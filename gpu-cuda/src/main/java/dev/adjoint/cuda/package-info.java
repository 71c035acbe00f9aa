/** The CUDA device. */
@NullMarked
package dev.adjoint.cuda;

import org.jspecify.annotations.NullMarked;
