package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.function.LongUnaryOperator;

/** The error about a position that is out of range, for devices whose kernels leave only the number of its index point. */
public final class Positions {
  private Positions() {}

  /**
   * The error of a launch.
   *
   * @param point what the kernel left in {@code fault}
   * @param size the size of the axis, which is scalar 1 of the launch
   * @param index the value of an element of the index, which is read again from operand 1
   */
  public static IndexOutOfBoundsException outOfRange(
      Kernel kernel, Geometry geometry, int point, long size, LongUnaryOperator index) {
    String op;
    int axis;
    switch (kernel) {
      case Kernel.Gather gather -> {
        op = "gather";
        axis = gather.axis();
      }
      case Kernel.ScatterAdd scatter -> {
        op = "scatterAdd";
        axis = scatter.axis();
      }
      case Kernel.Loop _, Kernel.MatMul _, Kernel.Random _ ->
          throw new IllegalStateException(kernel.name() + " has no positions");
    }
    long element = geometry.offsets()[1];
    int rest = point;
    for (int a = geometry.sizes().length - 1; a >= 0; a--) {
      element += rest % geometry.sizes()[a] * geometry.strides()[1][a];
      rest /= geometry.sizes()[a];
    }
    return new IndexOutOfBoundsException(
        op + ": index " + index.applyAsLong(element) + " is out of range for axis " + axis + " of size " + size);
  }
}
