/** Benchmarks of the engine beside libtorch and beside the limits of the machine. */
@NullMarked
package dev.adjoint.benchmarks;

import org.jspecify.annotations.NullMarked;
