package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A scan in which a group of work-items has one row, and walks along it in chunks: each item has a run of the chunk. The totals
 * of the runs are scanned in local memory, then each item writes the results of its run. A chunk is a part in the order of
 * {@link Kernel.Scan}.
 */
final class TeamScanForm implements Form {
  private static final int ITEMS = 256;

  /** The level of a chunk above runs. */
  private static final int CHUNK_LEVEL = 2;

  private final Kernel.Scan kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;

  TeamScanForm(Kernel.Scan kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows =
        IntStream.range(0, geometry.sizes().length)
            .filter(a -> a != kernel.axis())
            .boxed()
            .toList();
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return teams(geometry, rows, ITEMS);
  }

  /** A grid with a group for each row. */
  static Grid teams(Geometry geometry, List<Integer> rows, int items) {
    long count = 1;
    for (int axis : rows) {
      count *= geometry.sizes()[axis];
    }
    if (geometry.points() == 0) {
      return Grid.EMPTY;
    }
    if (count > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          count + " rows, which is more than " + Integer.MAX_VALUE);
    }
    return new Grid(count, 1, items, 1, Map.of());
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    ScanFold.define(text, d, kernel);
    String type = CTypes.register(kernel.dtype());
    int axis = kernel.axis();
    String i = "i" + axis;
    String size = parameters.size(axis);
    var places = new Places(text, parameters, kernel.accesses());
    var maps = new ScanMaps(kernel, text, d, parameters, places, List.of(axis));
    text.line(d.local + type + " runs[" + ITEMS + "];");
    text.line(d.local + type + " groups[16];");
    text.line(d.local + type + " before[1];");
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line(type + " carried[" + ScanFold.LEVELS + "];");
    text.line("const i32 chunks = " + size + " / 4096 + (" + size + " % 4096 != 0);");
    text.open("for (i32 chunk = 0; chunk < chunks; chunk++)");
    text.line("const i32 left = " + size + " - chunk * 4096;");
    text.line("const i32 n = left - t * 16 < 16 ? left - t * 16 : 16;");
    text.line(type + " total = 0;");
    each(
        text,
        i,
        () -> {
          maps.source(true);
          text.line("total = k == 0 ? x : fold(total, x);");
        });
    text.line("runs[t] = total;");
    text.line(d.barrier);
    text.open("if (t < 16 && t * 256 < left)");
    text.line("total = runs[t * 16];");
    text.open("for (i32 k = 1; k < 16 && (t * 16 + k) * 16 < left; k++)");
    text.line("total = fold(total, runs[t * 16 + k]);");
    text.line("runs[t * 16 + k] = total;");
    text.close();
    text.line("groups[t] = total;");
    text.close();
    text.line(d.barrier);
    text.open("if (t == 0)");
    text.open("for (i32 k = 1; k < 16 && k * 256 < left; k++)");
    text.line("groups[k] = fold(groups[k - 1], groups[k]);");
    text.close();
    text.close();
    text.line(d.barrier);
    text.line("const " + type + " earlier = chunk == 0 ? 0 : before[0];");
    text.line("i32 none = chunk == 0;");
    text.line(type + " sum = earlier;");
    preceding(text, "t >= 16", "groups[t / 16 - 1]");
    preceding(text, "t % 16 != 0", "runs[t - 1]");
    text.line(type + " inside = 0;");
    each(
        text,
        i,
        () -> {
          // The prologue has written its values where the result will be.
          String x = maps.at(1);
          text.line("inside = k == 0 ? " + x + " : fold(inside, " + x + ");");
          text.line(maps.at(0) + " = none ? inside : fold(sum, inside);");
          maps.result();
        });
    text.line(d.barrier);
    text.open("if (t == 0 && chunk < chunks - 1)");
    text.line("before[0] = carry(carried, " + CHUNK_LEVEL + ", chunk, groups[15]);");
    text.close();
    text.line(d.barrier);
    text.close();
  }

  /** The elements of this item's run. */
  private static void each(CodeText text, String index, Runnable body) {
    text.open("for (i32 k = 0; k < n; k++)");
    text.line("const i32 " + index + " = chunk * 4096 + t * 16 + k;");
    body.run();
    text.close();
  }

  private static void preceding(CodeText text, String condition, String value) {
    text.open("if (n > 0 && " + condition + ")");
    text.line("sum = none ? " + value + " : fold(sum, " + value + ");");
    text.line("none = 0;");
    text.close();
  }
}
