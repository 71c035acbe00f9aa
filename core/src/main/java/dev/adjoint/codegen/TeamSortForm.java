package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Positions in the order of elements by merging, for GPUs: a group of work-items sorts a block as {@link BlockSort} says.
 *
 * <p>Rows longer than a block take a pass more for each doubling of runs, between the result and the spare memory of the kernel.
 * A group merges a block of results, whose diagonals it looks for in memory with all items at once. If not all positions are
 * wanted, the first block of them is collected before it is sorted.
 */
final class TeamSortForm implements Form {
  private static final int ITEMS = 256;
  private static final int HALF = ITEMS / 2;

  private final Kernel.ArgSort kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final SortKeys keys;
  private final BlockSort sort;
  private final int each;
  private final int block;
  private final int merges;

  TeamSortForm(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows = Grid.axesBut(kernel.axis(), geometry);
    this.keys = new SortKeys(kernel, target.dialect(), ITEMS);
    this.each = each(kernel);
    this.sort = new BlockSort(target.dialect(), keys.word(), ITEMS, each);
    this.block = ITEMS * each;
    int runs = (int) Grid.ceil(geometry.sizes()[kernel.axis()], block);
    this.merges = runs < 2 ? 0 : 32 - Integer.numberOfLeadingZeros(runs - 1);
  }

  /** The elements of an item: local memory holds them twice as often if keys have half the bits. */
  private static int each(Kernel.ArgSort kernel) {
    return SortKeys.isWide(kernel) ? 4 : 8;
  }

  /** Whether a group can sort all that is wanted. */
  static boolean isBlock(Kernel.ArgSort kernel, Geometry geometry) {
    return geometry.sizes()[kernel.axis()] <= ITEMS * each(kernel);
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    Grid teams = TeamScanForm.teams(geometry, rows, ITEMS);
    long blocks = Grid.ceil(geometry.sizes()[kernel.axis()], block);
    List<Long> passes = IntStream.rangeClosed(0, merges).mapToObj(_ -> blocks).toList();
    return new Grid(teams.groups(), passes, ITEMS, 1, Map.of("merges", (long) merges));
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    keys.define(text);
    var places = new Places(text, parameters, kernel.accesses());
    sort.declare(text);
    if (!kernel.spare()) {
      keys.declare(text);
    } else {
      text.line(d.local + "i32 cuts[2];");
      text.line(d.local + "i32 limits[2];");
      text.line(d.local + "i32 taken[" + ITEMS + "];");
    }
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line("const i32 wanted = " + parameters.size(kernel.axis()) + ";");
    if (!kernel.spare()) {
      oneBlock(text, parameters);
    } else {
      passes(text, parameters);
    }
  }

  private String result(Parameters parameters, int access, String rank) {
    return "a%1$d[b%1$d + (i64) (%2$s) * %3$s]"
        .formatted(access, rank, parameters.stride(access, kernel.axis()));
  }

  private void oneBlock(CodeText text, Parameters parameters) {
    String result = result(parameters, 0, "%s");
    text.line("const i32 n = (i32) " + parameters.scalar(1, DType.I64) + ";");
    text.line("const i32 chosen = n > " + block + ";");
    text.line("const i32 count = chosen ? wanted : n;");
    text.open("if (chosen)");
    keys.first(text, SortKeys.at(parameters, "%s"), result);
    text.close();
    load(text, parameters, "(chosen ? " + result.formatted("k") + " : k)");
    sort.sort(text);
    store(text, "wanted", () -> text.line(result.formatted("k") + " = positions[slot(k)];"));
  }

  private void passes(CodeText text, Parameters parameters) {
    String pass = parameters.count("pass");
    text.line(
        "const i32 first = ("
            + parameters.count("row0")
            + " + "
            + target.dialect().group(1)
            + ") * "
            + block
            + ";");
    text.line("const i32 spare = (" + parameters.count("merges") + " - " + pass + ") & 1;");
    text.line("i32 count = wanted - first < " + block + " ? wanted - first : " + block + ";");
    text.open("if (" + pass + " == 0)");
    load(text, parameters, "first + k");
    sort.sort(text);
    text.close();
    text.open("else");
    cut(text, parameters);
    text.close();
    store(
        text,
        "count",
        () -> {
          text.open("if (spare)");
          text.line(result(parameters, 2, "first + k") + " = positions[slot(k)];");
          text.close();
          text.open("else");
          text.line(result(parameters, 0, "first + k") + " = positions[slot(k)];");
          text.close();
        });
  }

  /** Merges a block of results out of two runs in memory. */
  private void cut(CodeText text, Parameters parameters) {
    String source =
        "(spare ? " + result(parameters, 0, "%1$s") + " : " + result(parameters, 2, "%1$s") + ")";
    text.line("const i64 width = (i64) " + block + " << (p.pass - 1);");
    text.line("const i32 from = (i32) (first & -2 * width);");
    text.line("const i32 middle = (i32) (wanted - from < width ? wanted : from + width);");
    text.line("const i32 end = (i32) (wanted - middle < width ? wanted : middle + width);");
    diagonals(text, SortKeys.at(parameters, source));
    text.line("const i32 ofFirst = cuts[1] - cuts[0];");
    text.line("const i32 second = middle + first - from - cuts[1];");
    text.open("for (i32 k = t; k < count; k += " + ITEMS + ")");
    text.line("const i32 rank = k < ofFirst ? from + cuts[0] + k : second + k;");
    text.line("const i32 i = " + source.formatted("rank") + ";");
    text.line("positions[slot(k)] = i;");
    text.line("keys[slot(k)] = " + SortKeys.at(parameters, "i") + ";");
    text.close();
    text.line(target.dialect().barrier);
    text.open("");
    text.line("const i32 from = 0;");
    text.line("const i32 middle = ofFirst;");
    text.line("const i32 end = count;");
    sort.merge(text, "t * " + each + " < end ? t * " + each + " : end");
    text.close();
  }

  /** Finds how many results before the block, and before its end, come from the first run, by half of the items each. */
  private void diagonals(CodeText text, String key) {
    String barrier = target.dialect().barrier;
    text.line("const i32 side = t / " + HALF + ";");
    text.line("const i32 number = t % " + HALF + ";");
    text.line("const i32 diagonal = first - from + side * count;");
    text.open("if (number == 0)");
    BlockSort.bounds(text);
    text.line("cuts[side] = low;");
    text.line("limits[side] = high;");
    text.close();
    text.line(barrier);
    text.open("while (cuts[0] < limits[0] || cuts[1] < limits[1])");
    text.line("const i32 low = cuts[side];");
    text.line("const i32 high = limits[side];");
    String probe = "low + (i32) ((i64) (high - low) * %s / " + HALF + ")";
    text.line("const i32 probe = " + probe.formatted("number") + ";");
    text.line("taken[t] = low < high && !(" + BlockSort.behind(key) + ");");
    text.line(barrier);
    text.open("if (taken[t] && (number == " + (HALF - 1) + " || !taken[t + 1]))");
    text.line("cuts[side] = probe + 1;");
    text.line("limits[side] = " + probe.formatted("(number + 1)") + ";");
    text.close();
    text.open("if (number == 0 && !taken[t])");
    text.line("limits[side] = low;");
    text.close();
    text.line(barrier);
    text.close();
  }

  /** Writes what is in local memory, neighbours at the same time. */
  private void store(CodeText text, String count, Runnable element) {
    text.open("for (i32 k = t; k < " + count + "; k += " + ITEMS + ")");
    element.run();
    text.close();
  }

  /** Reads {@code count} positions and their keys; places behind them get keys that stay behind. */
  private void load(CodeText text, Parameters parameters, String position) {
    text.open("for (i32 k = t; k < " + block + "; k += " + ITEMS + ")");
    text.line("const i32 i = k < count ? " + position + " : 0;");
    text.line("positions[slot(k)] = i;");
    text.line(
        "keys[slot(k)] = k < count ? "
            + SortKeys.at(parameters, "i")
            + " : ~("
            + keys.word()
            + ") 0;");
    text.close();
    text.line(target.dialect().barrier);
  }
}
