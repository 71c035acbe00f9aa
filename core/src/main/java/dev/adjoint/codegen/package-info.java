/** Kernels as C: one printer for OpenCL C and CUDA C. */
@NullMarked
package dev.adjoint.codegen;

import org.jspecify.annotations.NullMarked;
