/** Checks and measures the devices of a machine. */
@NullMarked
package dev.adjoint.check;

import org.jspecify.annotations.NullMarked;
