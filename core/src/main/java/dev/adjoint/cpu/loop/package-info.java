/** Loop kernels: their shape, how their index space is cut into tasks, and what runs these, whatever the code is. */
@NullMarked
package dev.adjoint.cpu.loop;

import org.jspecify.annotations.NullMarked;
