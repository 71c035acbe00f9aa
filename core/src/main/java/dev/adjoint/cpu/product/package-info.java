/** Matrix products: packing, micro-kernels and the loops around them. */
@NullMarked
package dev.adjoint.cpu.product;

import org.jspecify.annotations.NullMarked;
