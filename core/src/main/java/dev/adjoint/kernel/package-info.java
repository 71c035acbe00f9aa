/** The intermediate representation that a device compiles, and the scalar functions written in it. */
@NullMarked
package dev.adjoint.kernel;

import org.jspecify.annotations.NullMarked;
