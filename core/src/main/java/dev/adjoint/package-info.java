/** What a user sees: tensors, shapes, types, devices, variables, gradients. */
@NullMarked
package dev.adjoint;

import org.jspecify.annotations.NullMarked;
