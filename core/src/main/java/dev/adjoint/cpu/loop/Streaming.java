package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Whether the results of a launch go past the caches. A store that does so need not read first what it overwrites; but who reads
 * the result soon finds it in no cache. So it pays where nothing useful would stay there, as the results are larger than the last
 * cache, and where the memory has not been used for so long that no cache has it. A load of elements that lie apart makes the
 * processor write half a line at once, so a kernel that has one, between its stores, never does.
 */
final class Streaming {
  /** The bytes of a cache line, a multiple of those of each vector: where the rows of results must begin. */
  static final int ALIGNMENT = 64;

  /** Smaller results fit a core's own cache, and are likely to be read from there. */
  private static final long LEAST = 1 << 20;

  private final Kernel.Loop kernel;

  /** The bytes of the last cache; 0 if there is none, or no instruction that goes past it. */
  private final long cache;

  /** The bytes of the results; 0 if they cannot go past the caches. */
  private final long bytes;

  private Streaming(Kernel.Loop kernel, long cache, long bytes) {
    this.kernel = kernel;
    this.cache = cache;
    this.bytes = bytes;
  }

  /** What is true for a launch. */
  static Streaming of(Kernel.Loop kernel, LoopGrid grid, Geometry geometry) {
    return of(kernel, grid, geometry, CpuFeatures.HERE.l3());
  }

  /** The same for a last cache of some bytes. */
  static Streaming of(Kernel.Loop kernel, LoopGrid grid, Geometry geometry, long cache) {
    long bytes = 0;
    boolean fits = cache > 0 && storesLanes(kernel) && !new LoopShape(kernel).gathers();
    for (int a = 0; fits && a < grid.memory.length; a++) {
      Access access = kernel.accesses().get(a);
      if (access.kind() == Access.Kind.WRITE) {
        bytes += geometry.points() * access.dtype().bytes();
        fits = access.lane() == Access.Lane.CONTIGUOUS && rowsAreAligned(grid, a);
      }
    }
    return new Streaming(kernel, cache, fits ? bytes : 0);
  }

  /** Whether a kernel's lanes are all elements of a row: those of other folds are few, and read again what they keep. */
  private static boolean storesLanes(Kernel.Loop kernel) {
    return kernel.reduceRank() == 0 || (kernel.reduceRank() == 1 && kernel.laneReduces());
  }

  private static boolean rowsAreAligned(LoopGrid grid, int access) {
    int perAccess = grid.strides.length / grid.memory.length;
    long all = grid.strides[access * perAccess + LoopCode.ROW];
    for (long[] axis : grid.outerStrides) {
      all |= axis[access];
    }
    return all % ALIGNMENT == 0;
  }

  /** Whether elements of a type are stored by instructions that can go past the caches. */
  static boolean suits(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  /** Whether the results are larger than the last cache. */
  boolean isLarge() {
    return bytes > cache;
  }

  /** Whether no cache has the memory of any result. It is about to be written, so the answer is true only once. */
  boolean isCold(Buffer[] buffers) {
    boolean cold = bytes >= LEAST;
    for (int a = 0; cold && a < buffers.length; a++) {
      cold =
          kernel.accesses().get(a).kind() != Access.Kind.WRITE
              || ((CpuBuffer) buffers[a]).takeIdleBytes() > cache;
    }
    return cold;
  }

  /** Whether results begin at lines, and none takes the place of an operand, whose lines the caches have by then. */
  boolean fits(long[] addresses) {
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
