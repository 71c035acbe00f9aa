package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;

/**
 * A map over two axes (m, n) that runs on rectangles of its index space: what a matrix product does to finished tiles.
 */
public final class TileProgram {
  private static final int[] NO_SIZES = {};

  private final Kernel.Loop map;
  private final LoopCode code;

  /** Compiles the map. */
  public TileProgram(Kernel.Loop map) {
    if (map.parallelRank() != 2 || map.reduceRank() != 0) {
      throw new IllegalArgumentException("tile: a map over two axes is needed, not " + map.name());
    }
    this.map = map;
    this.code = LoopCompiler.compile(map).code();
  }

  /**
   * Fixes the strides.
   *
   * @param rowStrides the stride of each access along m, in elements
   * @param colStrides the stride of each access along n, in elements
   */
  public Tiles prepare(long[] rowStrides, long[] colStrides) {
    int n = map.accesses().size();
    long[] strides = new long[2 * n];
    for (int a = 0; a < n; a++) {
      Access access = map.accesses().get(a);
      int unit = LoopShape.unit(access);
      strides[2 * a + LoopCode.ROW] = rowStrides[a] * unit;
      strides[2 * a + LoopCode.LANE] = colStrides[a] * unit;
    }
    return new Tiles(code, strides);
  }

  /** The map with its strides. Any thread may run it, on rectangles that do not overlap. */
  public static final class Tiles {
    private final LoopCode code;
    private final long[] strides;

    private Tiles(LoopCode code, long[] strides) {
      this.code = code;
      this.strides = strides;
    }

    /**
     * Runs the map on a rectangle.
     *
     * @param origins for each access the address of (0, 0), with the launch's start, the access' offset and the batch in it; for
     *     index accesses the number at (0, 0)
     * @param scalars the raw bits of the scalars
     * @param failed its one element becomes true where a checked position is out of range
     */
    public void run(
        long[] origins, long[] scalars, boolean[] failed, int row0, int rows, int col0, int cols) {
      var arguments = new LoopArguments(origins, strides, scalars, NO_SIZES, failed);
      code.run(arguments, row0, rows, col0, cols);
    }
  }
}
