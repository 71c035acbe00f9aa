/**
 * The device that runs kernels on the processor of the JVM, as machine code that it writes, or as bytecode where none can run.
 */
@NullMarked
package dev.adjoint.cpu;

import org.jspecify.annotations.NullMarked;
