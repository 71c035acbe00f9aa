package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Whether the results of a launch go past the caches. Of a result that is larger than the last cache nothing useful would stay
 * there, and a store that goes past it need not read first what it overwrites.
 */
final class Streaming {
  /** The bytes of a cache line, a multiple of those of each vector: where the rows of results must begin. */
  static final int ALIGNMENT = 64;

  private Streaming() {}

  /** Whether elements of a type are stored by instructions that can go past the caches. */
  static boolean suits(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  /** Whether results are large enough for it, and rows begin at lines if the first does. Folds read again what they keep. */
  static boolean suits(Kernel.Loop kernel, LoopGrid grid, Geometry geometry) {
    return suits(kernel, grid, geometry, CpuFeatures.HERE.l3());
  }

  /** The same for a last cache of some bytes; 0 if there is none, or no instruction that goes past it. */
  static boolean suits(Kernel.Loop kernel, LoopGrid grid, Geometry geometry, long cache) {
    if (cache == 0 || kernel.reduceRank() > 0) {
      return false;
    }
    long bytes = 0;
    for (int a = 0; a < grid.memory.length; a++) {
      Access access = kernel.accesses().get(a);
      if (access.kind() == Access.Kind.WRITE) {
        bytes += geometry.points() * access.dtype().bytes();
        if (access.lane() != Access.Lane.CONTIGUOUS || !rowsAreAligned(grid, a)) {
          return false;
        }
      }
    }
    return bytes > cache;
  }

  private static boolean rowsAreAligned(LoopGrid grid, int access) {
    int perAccess = grid.strides.length / grid.memory.length;
    long all = grid.strides[access * perAccess + LoopCode.ROW];
    for (long[] axis : grid.outerStrides) {
      all |= axis[access];
    }
    return all % ALIGNMENT == 0;
  }

  /** Whether results begin at lines, and none takes the place of an operand, whose lines the caches have by then. */
  static boolean suits(Kernel.Loop kernel, long[] addresses) {
    for (int a = 0; a < addresses.length; a++) {
      if (kernel.accesses().get(a).kind() != Access.Kind.WRITE) {
        continue;
      }
      if (addresses[a] % ALIGNMENT != 0) {
        return false;
      }
      for (int b = 0; b < addresses.length; b++) {
        if (b != a && addresses[b] == addresses[a]) {
          return false;
        }
      }
    }
    return true;
  }
}
