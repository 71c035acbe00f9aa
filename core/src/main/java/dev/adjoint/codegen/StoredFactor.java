package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Widening;
import org.jspecify.annotations.Nullable;

/**
 * A factor of a matrix product whose elements are in memory, with one stride along its rows and one along k: as they are, or in a
 * type of 16 bits which a computed factor widens, and no more.
 *
 * @param access the operand of the kernel that is read
 * @param rows the axis of the launch along rows
 * @param depth the axis of the launch along k
 * @param batch the number of batch axes
 * @param dtype the type of the elements in memory
 */
record StoredFactor(int access, int rows, int depth, int batch, DType dtype) {
  /** The elements that one instruction copies at most. */
  private static final int VECTOR = 16;

  /** The factor, 0 or 1; null if its elements are not all there. */
  static @Nullable StoredFactor of(Kernel.MatMul kernel, int operand, int launchRank) {
    Kernel.Factor factor = kernel.factor(operand);
    int batch = kernel.batchRank(launchRank);
    if (factor == null) {
      return new StoredFactor(operand, batch + operand, batch + 2, batch, kernel.dtype());
    }
    int load = Widening.operand(factor);
    if (load < 0 || factor.rank() != 2) {
      return null;
    }
    int first = kernel.firstAxis(operand, launchRank);
    return new StoredFactor(
        kernel.firstOfFactor(operand) + load,
        factor.firstRow(first),
        factor.firstDepth(first),
        batch,
        factor.map().accesses().get(load).dtype());
  }

  /** Whether neighbours along k are neighbours in memory. */
  boolean deep(Geometry geometry) {
    return geometry.strides()[access][depth] == 1;
  }

  /**
   * Whether 16 bytes of neighbours along k, or else along rows, are at a multiple of 16 bytes, as every value begins at one of
   * 64.
   */
  boolean isAligned(Geometry geometry) {
    long[] strides = geometry.strides()[access];
    int inner = deep(geometry) ? depth : rows;
    int outer = inner == depth ? rows : depth;
    long together = geometry.offsets()[access] | strides[outer];
    for (int axis = 0; axis < batch; axis++) {
      together |= geometry.sizes()[axis] == 1 ? 0 : strides[axis];
    }
    return strides[inner] == 1 && together * dtype.bytes() % VECTOR == 0;
  }

  /** Whether all of a factor of f32 is vectors of some neighbours, each in 16 bytes that are aligned. */
  boolean hasVectors(Geometry geometry, int vector) {
    int size = geometry.sizes()[deep(geometry) ? depth : rows];
    return dtype == DType.F32 && size % vector == 0 && isAligned(geometry);
  }
}
