package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;

/** Prints one kind of kernel, for the sizes of one launch. Launches of equal text share a program. */
interface Form {
  /** The geometry that the text is about: axes may be dropped or merged. */
  Geometry geometry();

  /** Prints the inside of the kernel. */
  void print(CodeText text, Parameters parameters);

  /** What the compiler is told of how the kernel is launched: an attribute, or nothing. */
  default String attribute() {
    return "";
  }

  /** The groups of a launch. */
  Grid grid();
}
