/** The CPU device's native memory: blocks, and what kernels need while they run. */
@NullMarked
package dev.adjoint.cpu.memory;

import org.jspecify.annotations.NullMarked;
