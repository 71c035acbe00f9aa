package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** The map before or behind a scan, which runs on rectangles: some neighbouring rows, and a part of the axis of the scan. */
final class ScanMap {
  private final Kernel.Loop map;
  private final int first;
  private final int axis;
  private final TileProgram program;

  private ScanMap(Kernel.Loop map, int first, int axis) {
    this.map = map;
    this.first = first;
    this.axis = axis;
    this.program = new TileProgram(map);
  }

  /**
   * Compiles a map, if there is one.
   *
   * @param first the number of its first operand among those of the kernel
   */
  static @Nullable ScanMap of(Kernel.@Nullable Loop map, int first, int axis) {
    return map == null ? null : new ScanMap(map, first, axis);
  }

  /** The last axis of a launch that is not that of the scan, along which rows are neighbours; -1 if there is none. */
  static int neighbours(Geometry geometry, int axis) {
    int last = geometry.sizes().length - 1;
    return axis == last ? last - 1 : last;
  }

  /** The map over a geometry. */
  Placed prepare(Geometry geometry, Rows rows) {
    int other = neighbours(geometry, axis);
    int count = map.accesses().size();
    boolean lanesAcross = axis < other;
    long[] along = new long[count];
    long[] across = new long[count];
    int lanes = geometry.sizes()[lanesAcross ? other : axis];
    boolean joined = true;
    for (int a = 0; a < count; a++) {
      long[] strides = geometry.strides()[first + a];
      along[a] = strides[axis];
      across[a] = other < 0 ? 0 : strides[other];
      joined &= lanesAcross ? along[a] == across[a] * lanes : across[a] == along[a] * lanes;
    }
    TileProgram.Tiles tiles =
        lanesAcross ? program.prepare(along, across) : program.prepare(across, along);
    return new Placed(tiles, rows, along, lanesAcross, joined ? lanes : 0);
  }

  /** A map with its strides. */
  final class Placed {
    private final TileProgram.Tiles tiles;
    private final Rows rows;
    private final long[] along;
    private final boolean lanesAcross;

    /** With so many lanes a rectangle is one run in all operands; 0 if none is. */
    private final int whole;

    private Placed(
        TileProgram.Tiles tiles, Rows rows, long[] along, boolean lanesAcross, int whole) {
      this.tiles = tiles;
      this.rows = rows;
      this.along = along;
      this.lanesAcross = lanesAcross;
      this.whole = whole;
    }

    /**
     * Runs the map on {@code count} neighbouring rows from {@code row} on, at {@code length} elements of each from {@code start}
     * on.
     *
     * @param failed its one element becomes true where a checked position is out of range
     */
    void run(
        Buffer[] buffers,
        long[] starts,
        long[] scalars,
        boolean[] failed,
        long row,
        int count,
        int start,
        int length) {
      long[] origins = new long[map.accesses().size()];
      for (int a = 0; a < origins.length; a++) {
        Access access = map.accesses().get(a);
        long element = rows.at(first + a, row) + start * along[a];
        origins[a] =
            access.kind() == Access.Kind.INDEX
                ? element
                : ((CpuBuffer) buffers[first + a]).address()
                    + starts[first + a]
                    + element * access.dtype().bytes();
      }
      int outer = lanesAcross ? length : count;
      int lanes = lanesAcross ? count : length;
      if (lanes == whole) {
        tiles.run(origins, scalars, failed, 0, 1, 0, outer * lanes);
      } else {
        tiles.run(origins, scalars, failed, 0, outer, 0, lanes);
      }
    }
  }
}
