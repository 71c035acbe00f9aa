/** Gradients of tensors: reverse mode, forward mode, higher derivatives, checkpoints, custom functions, and their check. */
@NullMarked
package dev.adjoint.autograd;

import org.jspecify.annotations.NullMarked;
