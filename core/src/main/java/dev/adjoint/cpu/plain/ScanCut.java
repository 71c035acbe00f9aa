package dev.adjoint.cpu.plain;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** How the work of a scan is cut: into bundles of neighbouring rows, and these into pieces along the axis of the scan. */
final class ScanCut {
  /** So many rows that are neighbours in memory are walked together, so that each cache line is used whole. */
  private static final int BUNDLE = 16;

  /** So many rows are walked together with maps before or behind them, if the rows are short. */
  private static final int MOST_ROWS = 256;

  /** About how many elements the maps before and behind a scan take at once. */
  private static final int PIECE = 2048;

  /** The number of elements of a row. */
  final int n;

  final Rows rows;

  /** From an element of the result to the next, in bytes. */
  final long toStep;

  /** From an element of the source to the next, in bytes. */
  final long fromStep;

  /** The number of rows in a bundle, except for the last one among its neighbours. */
  final int bundle;

  final long bundles;

  /** The number of elements of a row in a piece, except for the last one. */
  final int piece;

  final ScanMap.@Nullable Placed before;
  final ScanMap.@Nullable Placed behind;
  private final int neighbours;
  private final long bundlesOfNeighbours;

  ScanCut(
      Kernel.Scan kernel,
      Geometry geometry,
      @Nullable ScanMap prologue,
      @Nullable ScanMap epilogue) {
    int axis = kernel.axis();
    int bytes = kernel.dtype().bytes();
    n = geometry.sizes()[axis];
    rows = Rows.of(geometry, axis);
    toStep = geometry.strides()[0][axis] * bytes;
    fromStep = geometry.strides()[1][axis] * bytes;
    before = prologue == null ? null : prologue.prepare(geometry, rows);
    behind = epilogue == null ? null : epilogue.prepare(geometry, rows);
    int other = ScanMap.neighbours(geometry, axis);
    neighbours = other < 0 ? 1 : geometry.sizes()[other];
    boolean maps = before != null || behind != null;
    int near = axis < other ? BUNDLE : 1;
    int most = maps ? Math.clamp(PIECE / Math.max(1, n), near, MOST_ROWS) : near;
    bundle = Math.clamp(neighbours, 1, most);
    bundlesOfNeighbours = Math.ceilDiv(neighbours, bundle);
    bundles = n == 0 || rows.count() == 0 ? 0 : rows.count() / neighbours * bundlesOfNeighbours;
    piece = maps ? Math.max(Kernel.Scan.RUN, PIECE / bundle & -Kernel.Scan.RUN) : Math.max(1, n);
  }

  /** The first row of a bundle. */
  long firstRow(long number) {
    return number / bundlesOfNeighbours * neighbours + number % bundlesOfNeighbours * bundle;
  }

  /** The number of rows of a bundle. */
  int rowsOf(long number) {
    return (int) Math.min(bundle, neighbours - number % bundlesOfNeighbours * bundle);
  }
}
