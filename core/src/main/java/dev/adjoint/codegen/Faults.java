package dev.adjoint.codegen;

import dev.adjoint.kernel.Kernel;

/**
 * What a kernel tells about positions that are out of range. It takes a pointer to two numbers, which are {@link #FINE} until a
 * kernel lowers them.
 */
public enum Faults {
  /** It has no positions, and does not take the pointer. */
  NONE,
  /** It lowers the first number to that of an index point; this is read right after the launch. */
  POINT,
  /** It lowers the second number to 0; as the kernel is safe to run, this may be read after other launches. */
  FLAG;

  /** What the numbers are while all is well. */
  public static final int FINE = Integer.MAX_VALUE;

  static Faults of(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Loop loop -> loop.checksPositions() ? FLAG : NONE;
      case Kernel.MatMul(var _, var _, var epilogue) -> epilogue == null ? NONE : of(epilogue);
      case Kernel.Random _, Kernel.Scan _, Kernel.ArgSort _ -> NONE;
      case Kernel.Gather _, Kernel.ScatterAdd _ -> POINT;
    };
  }
}
