/** Layers, their composition, first values and losses. */
@NullMarked
package dev.adjoint.nn;

import org.jspecify.annotations.NullMarked;
