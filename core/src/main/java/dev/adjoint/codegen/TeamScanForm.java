package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;

/**
 * A scan in which a group of work-items has a chunk of a row in local memory: each item has a run of the chunk. The totals of the
 * runs are scanned, then each item finds the results of its run. A chunk is a part in the order of {@link Kernel.Scan}.
 *
 * <p>Where there are many rows, or short ones, a group walks along its row from chunk to chunk. Few long rows take three passes
 * (reduce, then scan, as in Sengupta, Harris, Zhang, Owens: Scan Primitives for GPU Computing, 2007): every chunk leaves its
 * total where its first result will be; one group per row replaces these by the folds of all chunks before, as the order defines
 * them; then every chunk is scanned by itself.
 */
final class TeamScanForm implements Form {
  private static final int ITEMS = 256;
  private static final int CHUNK = 4096;

  /** The level above runs of a chunk, and of a chunk of totals. */
  private static final int CHUNK_LEVEL = 2;

  private static final int TOTALS_LEVEL = 5;

  /** With so many rows there is enough to do side by side. */
  private static final int MANY_ROWS = 256;

  /** Rows of fewer chunks take one pass, as each costs a launch. */
  private static final int MANY_CHUNKS = 4;

  private final Kernel.Scan kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final long chunks;
  private final boolean split;

  TeamScanForm(Kernel.Scan kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows = Grid.axesBut(kernel.axis(), geometry);
    this.chunks = Grid.ceil(geometry.sizes()[kernel.axis()], CHUNK);
    this.split = chunks >= MANY_CHUNKS && teams(geometry, rows, ITEMS).groups() < MANY_ROWS;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    Grid teams = teams(geometry, rows, ITEMS);
    return split
        ? new Grid(teams.groups(), List.of(chunks, 1L, chunks), ITEMS, 1, Map.of())
        : teams;
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
    String size = parameters.size(kernel.axis());
    var places = new Places(text, parameters, kernel.accesses());
    var maps = new ScanMaps(kernel, text, d, parameters, places, List.of(kernel.axis()));
    // Elements 16 apart are in different banks of local memory.
    text.line(d.local + type + " chunk[" + CHUNK / 16 * 17 + "];");
    text.line(d.local + type + " runs[" + ITEMS + "];");
    text.line(d.local + type + " groups[16];");
    text.line(d.local + type + " before[1];");
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    if (!split) {
      walk(text, maps, size, false);
      return;
    }
    String pass = parameters.count("pass");
    text.open("if (" + pass + " == 1)");
    text.line("const i32 chunks = " + ceil(size) + ";");
    walk(text, maps, "chunks", true);
    text.close();
    text.open("else");
    text.line("const i32 number = " + parameters.count("row0") + " + " + d.group(1) + ";");
    begin(text, maps, size, false);
    text.line("const i32 i" + kernel.axis() + " = first;");
    text.open("if (" + pass + " == 0)");
    text.open("if (t == 0)");
    text.line(maps.at(0) + " = groups[left < 4096 ? (left - 1) / 256 : 15];");
    text.close();
    text.close();
    text.open("else");
    text.line("const " + type + " earlier = " + maps.at(0) + ";");
    end(text, maps, false);
    text.close();
    text.close();
  }

  /** Scans a row, or the totals of its chunks, from chunk to chunk. */
  private void walk(CodeText text, ScanMaps maps, String size, boolean totals) {
    String type = CTypes.register(kernel.dtype());
    int level = totals ? TOTALS_LEVEL : CHUNK_LEVEL;
    text.line(type + " carried[" + ScanFold.LEVELS + "];");
    text.line("const i32 parts = " + ceil(size) + ";");
    text.open("for (i32 number = 0; number < parts; number++)");
    begin(text, maps, size, totals);
    text.line("const " + type + " earlier = number == 0 ? 0 : before[0];");
    end(text, maps, totals);
    text.open("if (t == 0 && number < parts - 1)");
    text.line("before[0] = carry(carried, " + level + ", number, groups[15]);");
    text.close();
    text.line(target.dialect().barrier);
    text.close();
  }

  private static String ceil(String size) {
    return size + " / 4096 + (" + size + " % 4096 != 0)";
  }

  /** Reads chunk {@code number}, and scans the totals of its runs and of groups of these. */
  private void begin(CodeText text, ScanMaps maps, String size, boolean totals) {
    Dialect d = target.dialect();
    text.line("const i32 first = number * 4096;");
    text.line("const i32 left = " + size + " - first;");
    each(
        text,
        totals,
        () -> {
          if (totals) {
            text.line("chunk[k + k / 16] = " + maps.at(0) + ";");
          } else {
            maps.source();
            text.line("chunk[k + k / 16] = x;");
          }
        });
    text.line(d.barrier);
    text.line("const i32 n = left - t * 16 < 16 ? left - t * 16 : 16;");
    text.line(CTypes.register(kernel.dtype()) + " total = chunk[17 * t];");
    text.open("for (i32 k = 1; k < n; k++)");
    text.line("total = fold(total, chunk[17 * t + k]);");
    text.close();
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
  }

  /** Finds the results of the chunk behind {@code earlier} and writes them; those of totals are folds of what precedes them. */
  private void end(CodeText text, ScanMaps maps, boolean totals) {
    String type = CTypes.register(kernel.dtype());
    text.line("i32 none = number == 0;");
    text.line(type + " sum = earlier;");
    preceding(text, "t >= 16", "groups[t / 16 - 1]");
    preceding(text, "t % 16 != 0", "runs[t - 1]");
    text.line(type + " inside = sum;");
    text.open("for (i32 k = 0; k < n; k++)");
    text.line("const " + type + " x = chunk[17 * t + k];");
    if (totals) {
      text.line("chunk[17 * t + k] = k == 0 || none ? inside : fold(sum, inside);");
      text.line("inside = k == 0 ? x : fold(inside, x);");
    } else {
      text.line("inside = k == 0 ? x : fold(inside, x);");
      text.line("chunk[17 * t + k] = none ? inside : fold(sum, inside);");
    }
    text.close();
    text.line(target.dialect().barrier);
    each(
        text,
        totals,
        () -> {
          text.line(maps.at(0) + " = chunk[k + k / 16];");
          if (!totals) {
            maps.result();
          }
        });
  }

  /** The elements of the chunk, neighbours at the same time; totals are where the results of their chunks begin. */
  private void each(CodeText text, boolean totals, Runnable body) {
    text.open("for (i32 k = t; k < 4096 && k < left; k += " + ITEMS + ")");
    text.line(
        "const i32 i" + kernel.axis() + " = " + (totals ? "(first + k) * 4096;" : "first + k;"));
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
