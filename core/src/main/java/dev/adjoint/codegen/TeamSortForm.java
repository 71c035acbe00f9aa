package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Positions in the order of elements by merging, for GPUs. A group of work-items sorts a block in local memory: each item sorts a
 * few elements in registers, then runs of twice the length are merged until one is left. In a merge each item writes a few
 * results; which elements these come from it finds by a binary search along a diagonal of the merge matrix (merge path: Green,
 * McColl, Bader: GPU Merge Path, 2012). A merge prefers the first run, so equal keys keep their order.
 *
 * <p>Rows longer than a block take one more pass for each doubling of runs, between the result and the spare memory of the kernel;
 * a group merges a block of results, whose diagonals it finds in memory. If not all positions are wanted, the first block of them
 * is collected before it is sorted.
 */
final class TeamSortForm implements Form {
  private static final int ITEMS = 256;

  private final Kernel.ArgSort kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final SortKeys keys;
  private final int each;
  private final int block;
  private final int merges;

  TeamSortForm(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows =
        IntStream.range(0, geometry.sizes().length)
            .filter(a -> a != kernel.axis())
            .boxed()
            .toList();
    this.keys = new SortKeys(kernel, target.dialect(), ITEMS);
    this.each = each(kernel);
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
    text.helper(
        """
        %s i32 slot(i32 i) {
          return i + (i >> 5);
        }
        """
            .formatted(d.function));
    var places = new Places(text, parameters, kernel.accesses());
    // Elements of neighbouring items are in different banks of local memory; a merge may look
    // behind its end.
    int slots = (block + each) / 32 * 33 + 32;
    text.line(d.local + keys.word() + " keys[" + slots + "];");
    text.line(d.local + "i32 positions[" + slots + "];");
    if (!kernel.spare()) {
      keys.declare(text);
    } else {
      text.line(d.local + "i32 cuts[2];");
    }
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line("const i32 wanted = " + parameters.size(kernel.axis()) + ";");
    text.line(keys.word() + " ownKeys[" + each + "];");
    text.line("i32 own[" + each + "];");
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
    sort(text);
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
    sort(text);
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
    text.open("if (t < 2)");
    text.line("const i32 diagonal = first - from + t * count;");
    search(text, SortKeys.at(parameters, source));
    text.line("cuts[t] = low;");
    text.close();
    text.line(target.dialect().barrier);
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
    merge(text, "t * " + each + " < end ? t * " + each + " : end");
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

  /** Sorts a block in local memory, of which {@code count} elements matter. */
  private void sort(CodeText text) {
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("ownKeys[k] = keys[slot(t * " + each + " + k)];");
    text.line("own[k] = positions[slot(t * " + each + " + k)];");
    text.close();
    // Neighbours change places if they are not in order: even pairs, then odd ones, often enough
    // for the longest way.
    text.open("for (i32 round = 0; round < " + each / 2 + "; round++)");
    for (int first = 0; first < 2; first++) {
      text.open("for (i32 k = " + first + "; k < " + (each - 1) + "; k += 2)");
      text.line("const i32 turned = ownKeys[k + 1] < ownKeys[k];");
      turn(text, keys.word(), "ownKeys");
      turn(text, "i32", "own");
      text.close();
    }
    text.close();
    put(text);
    text.open("for (i32 width = " + each + "; width < count; width *= 2)");
    text.line("const i32 from = t * " + each + " & -2 * width;");
    text.line("const i32 middle = from + width;");
    text.line("const i32 end = middle + width;");
    merge(text, "t * " + each + " - from");
    text.close();
  }

  private static void turn(CodeText text, String type, String array) {
    text.open("");
    text.line("const " + type + " x = " + array + "[k];");
    text.line(array + "[k] = turned ? " + array + "[k + 1] : x;");
    text.line(array + "[k + 1] = turned ? x : " + array + "[k + 1];");
    text.close();
  }

  /** Merges in local memory: the results of this item are those behind a diagonal of the runs up to {@code middle} and {@code end}. */
  private void merge(CodeText text, String diagonal) {
    text.line("const i32 diagonal = " + diagonal + ";");
    search(text, "keys[slot(%s)]");
    text.line("i32 a = from + low;");
    text.line("i32 b = middle + diagonal - low;");
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("const " + keys.word() + " x = keys[slot(a)];");
    text.line("const " + keys.word() + " y = keys[slot(b)];");
    text.line("const i32 left = b >= end || (a < middle && x <= y);");
    text.line("ownKeys[k] = left ? x : y;");
    text.line("own[k] = positions[slot(left ? a : b)];");
    text.line("a += left;");
    text.line("b += 1 - left;");
    text.close();
    text.line(target.dialect().barrier);
    put(text);
  }

  /** Finds how many elements before a diagonal come {@code from} the first run: {@code low}. */
  private static void search(CodeText text, String key) {
    text.line("i32 low = diagonal > end - middle ? diagonal - (end - middle) : 0;");
    text.line("i32 high = diagonal < middle - from ? diagonal : middle - from;");
    text.open("while (low < high)");
    text.line("const i32 probe = (low + high) / 2;");
    text.line(
        "const i32 behind = "
            + key.formatted("middle + diagonal - 1 - probe")
            + " < "
            + key.formatted("from + probe")
            + ";");
    text.line("high = behind ? probe : high;");
    text.line("low = behind ? low : probe + 1;");
    text.close();
  }

  /** Puts the elements of all items in local memory. */
  private void put(CodeText text) {
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("keys[slot(t * " + each + " + k)] = ownKeys[k];");
    text.line("positions[slot(t * " + each + " + k)] = own[k];");
    text.close();
    text.line(target.dialect().barrier);
  }
}
