/** Discrete Fourier transforms and spectrograms. */
@NullMarked
package dev.adjoint.fft;

import org.jspecify.annotations.NullMarked;
