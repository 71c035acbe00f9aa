/** The OpenCL device. */
@NullMarked
package dev.adjoint.opencl;

import org.jspecify.annotations.NullMarked;
