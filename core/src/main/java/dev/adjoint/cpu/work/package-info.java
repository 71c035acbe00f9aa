/** The team of threads that runs the tasks of kernels. */
@NullMarked
package dev.adjoint.cpu.work;

import org.jspecify.annotations.NullMarked;
