/** How the operations of tensors are composed: what the interfaces of {@link dev.adjoint.Tensor} share, which no user sees. */
@NullMarked
package dev.adjoint.ops;

import org.jspecify.annotations.NullMarked;
