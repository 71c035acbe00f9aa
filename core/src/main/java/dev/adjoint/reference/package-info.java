/** The definition of every op, in float64 and by plain loops: what all devices are tested against. */
@NullMarked
package dev.adjoint.reference;

import org.jspecify.annotations.NullMarked;
