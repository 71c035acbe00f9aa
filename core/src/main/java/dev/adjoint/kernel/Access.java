package dev.adjoint.kernel;

import dev.adjoint.DType;

/**
 * A memory operand of a kernel: an affine walk over a buffer. Its offset and its stride along each axis, in elements, are
 * run-time arguments; the kernel knows only what it does and how it moves along the lane axis. A {@link Instr.Load} may start
 * from there and go further, by a value of its own.
 */
public record Access(Kind kind, DType dtype, Lane lane) {
  /** What is done at the address. */
  public enum Kind {
    READ,
    WRITE,
    /** No memory at all: the affine number itself, as I32. */
    INDEX
  }

  /** The stride along the lane axis. */
  public enum Lane {
    /** Stride 0. */
    BROADCAST,
    /** Stride 1. */
    CONTIGUOUS,
    /** Any other stride, known at run time. */
    STRIDED
  }
}
