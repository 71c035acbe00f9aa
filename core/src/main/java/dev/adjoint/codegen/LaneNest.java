package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import java.util.List;
import java.util.Map;

/**
 * The loops around index points that are independent of each other: rows, and lanes along one axis. On a GPU a work-item has
 * one point. On a processor it has a rectangle of them and walks along the lanes in loops that become vectors.
 */
final class LaneNest {
  /** Lanes of a rectangle where partial results are kept per lane, or where strides make rows share cache lines. */
  private static final int NARROW = 64;

  /** The same where there are many: each row of a rectangle may be a page of memory of its own. */
  private static final int LESS_NARROW = 128;

  private static final int LEAST_GROUPS_PER_UNIT = 4;

  private static final int GROUP = 256;
  private static final long WORK_PER_GROUP = 1 << 16;
  private static final int GROUPS_PER_UNIT = 16;

  private final CodeText text;
  private final Parameters parameters;
  private final Target target;
  private final List<Integer> rows;
  private final int lane;

  LaneNest(CodeText text, Parameters parameters, Target target, List<Integer> rows, int lane) {
    this.text = text;
    this.parameters = parameters;
    this.target = target;
    this.rows = rows;
    this.lane = lane;
  }

  /** Prints the head, after which the index variables of the rows are known. */
  void open(Places places) {
    Dialect d = target.dialect();
    String size = parameters.size(lane);
    if (target.few()) {
      text.line("const i32 first = " + d.group(0) + " * " + parameters.count("chunk") + ";");
      text.line(
          "const i32 lanes = " + size + " - first < p.chunk ? " + size + " - first : p.chunk;");
      if (!rows.isEmpty()) {
        String share = parameters.count("share");
        text.line("const i32 row0 = " + d.group(1) + " * " + share + ";");
        text.line(
            "const i32 rows = "
                + parameters.count("rows")
                + " - row0 < "
                + share
                + " ? p.rows - row0 : "
                + share
                + ";");
        text.open("for (i32 row = row0; row < row0 + rows; row++)");
      }
    } else {
      text.line(
          "const i32 i" + lane + " = " + d.group(0) + " * " + d.items(0) + " + " + d.item(0) + ";");
      String outside = "i" + lane + " >= " + size;
      if (!rows.isEmpty()) {
        text.line(
            "const i32 row = "
                + parameters.count("row0")
                + " + "
                + d.group(1)
                + " * "
                + d.items(1)
                + " + "
                + d.item(1)
                + ";");
        outside += " || row >= " + parameters.count("rows");
      }
      text.open("if (" + outside + ")");
      text.line("return;");
      text.close();
    }
    places.unravel(rows, "row");
  }

  /** Prints the end. */
  void close() {
    if (target.few() && !rows.isEmpty()) {
      text.close();
    }
  }

  /**
   * Prints code for each lane of this work-item.
   *
   * @param vectors whether lanes do not touch each other's memory
   */
  void each(boolean vectors, Runnable body) {
    if (target.few()) {
      if (vectors) {
        text.directive(VECTORS);
      }
      text.open("for (i32 k = 0; k < lanes; k++)");
      text.line("const i32 i" + lane + " = first + k;");
    } else {
      text.open("");
    }
    body.run();
    text.close();
  }

  /** Tells a compiler that the rounds of the next loop may run at once, as buffers may be the same at another element. */
  static final String VECTORS = "#pragma clang loop vectorize(assume_safety)";

  /** What follows the name of a value that each lane has for itself. */
  String own() {
    return target.few() ? "[k]" : "";
  }

  /** What follows the name of such a value where it is declared. */
  String array() {
    return target.few() ? "[" + LESS_NARROW + "]" : "";
  }

  /**
   * The grid of a launch.
   *
   * @param narrow whether rectangles are narrow
   * @param work instructions per lane and row
   */
  Grid grid(Geometry geometry, boolean narrow, long work) {
    int size = geometry.sizes()[lane];
    long allRows = 1;
    for (int axis : rows) {
      allRows *= geometry.sizes()[axis];
    }
    if (size == 0 || allRows == 0) {
      return Grid.EMPTY;
    }
    if (allRows > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          allRows + " rows, which is more than " + Integer.MAX_VALUE);
    }
    if (!target.few()) {
      int items = Grid.power(size, 1, narrow && allRows > 1 ? 32 : GROUP);
      int rowItems = Grid.power(allRows, 1, GROUP / items);
      return new Grid(
          Grid.ceil(size, items),
          Grid.ceil(allRows, rowItems),
          items,
          rowItems,
          Map.of("rows", allRows));
    }
    long groups =
        Math.clamp(
            size * allRows * work / WORK_PER_GROUP, 1, (long) target.units() * GROUPS_PER_UNIT);
    long many = Grid.ceil(size, LESS_NARROW) * allRows;
    boolean less = many >= (long) target.units() * LEAST_GROUPS_PER_UNIT;
    long chunk = Math.min(size, less ? LESS_NARROW : NARROW);
    long columns = Grid.ceil(size, chunk);
    long share = Math.max(1, allRows * columns / groups);
    if (!narrow) {
      long rowGroups = Math.min(groups, allRows);
      share = Grid.ceil(allRows, rowGroups);
      columns = Math.clamp(groups / rowGroups, 1, Grid.ceil(size, NARROW));
      chunk = Grid.ceil(Grid.ceil(size, columns), NARROW) * NARROW;
    }
    share = Math.min(share, allRows);
    return new Grid(
        Grid.ceil(size, chunk),
        Grid.ceil(allRows, share),
        1,
        1,
        Map.of("rows", allRows, "chunk", chunk, "share", share));
  }
}
