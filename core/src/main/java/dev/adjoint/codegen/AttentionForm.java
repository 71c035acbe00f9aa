package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An attention, in the order that {@link Kernel.Attention} defines. A group of work-items takes some queries through all of their
 * keys, tile by tile. Of gradients, other groups take some keys through all queries that have them; both compute the scores of
 * their pairs. So no two groups write to the same place. Sums are in the result from tile to tile: of each row of a tile they are
 * read and written once, so the group's own memory does not depend on the sizes of heads.
 */
final class AttentionForm implements Form {
  private final Kernel.Attention kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;

  AttentionForm(Kernel.Attention kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.rank() - 4;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    if (geometry.points() == 0) {
      return Grid.EMPTY;
    }
    AttentionTiles tiles = tiles(scratch());
    return new Grid(
        blocks(tiles.rows()),
        matrices(),
        tiles.items(),
        1,
        Map.of("blocks", Grid.ceil(geometry.sizes()[batch], tiles.rows())));
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  private long matrices() {
    return IntStream.range(0, batch).mapToLong(a -> geometry.sizes()[a]).reduce(1, (a, b) -> a * b);
  }

  /** The groups of a matrix, if they have a number of rows: some for queries and, for gradients, some for keys. */
  private long blocks(int rows) {
    long ofQueries = Grid.ceil(geometry.sizes()[batch], rows);
    return gradients() ? ofQueries + Grid.ceil(geometry.sizes()[batch + 1], rows) : ofQueries;
  }

  /** The number of rows, halved from the most on as long as that keeps more of the device busy. */
  private int rows(int most, int least, int perUnit) {
    int[] sizes = geometry.sizes();
    int longest = Math.max(sizes[batch], gradients() ? sizes[batch + 1] : 0);
    int rows = most;
    while (rows > least
        && (rows / 2 >= longest || matrices() * blocks(rows) < (long) perUnit * target.units())) {
      rows /= 2;
    }
    return rows;
  }

  private AttentionText scratch() {
    return new AttentionText(
        new CodeText(), new Parameters(target.dialect(), false), target.dialect(), kernel);
  }

  private AttentionTiles tiles(AttentionText text) {
    boolean wide = kernel.dtype() == DType.F64;
    if (target.few()) {
      int most = wide || kernel.causal() ? Kernel.Attention.ROWS : 2 * Kernel.Attention.ROWS;
      return new PanelAttention(text, kernel, rows(most, most / 4, PanelAttention.GROUPS_PER_UNIT));
    }
    if (WarpAttention.suits(kernel, target, geometry)) {
      int most = WarpAttention.mostRows(kernel, geometry);
      return new WarpAttention(text, kernel, geometry, rows(most, WarpAttention.ROWS, 1));
    }
    int most = TeamAttention.LINES * (wide ? 2 : 4);
    int[] sizes = geometry.sizes();
    int head = Math.max(sizes[batch + 3], gradients() ? sizes[batch + 2] : 0);
    return new TeamAttention(text, kernel, rows(most, TeamAttention.LINES, 1), head);
  }

  /** Two groups to a unit would leave too few registers: NVIDIA's compiler then stores some of the tile in memory. */
  @Override
  public String attribute() {
    return target.dialect() == Dialect.CUDA
        ? "__launch_bounds__(" + tiles(scratch()).items() + ", 1) "
        : "";
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    var numbers = new AttentionText(text, parameters, d, kernel);
    AttentionTiles tiles = tiles(numbers);
    tiles.declare();
    if (batch > 0) {
      text.line("const i32 row = " + parameters.count("row0") + " + " + d.group(1) + ";");
    }
    var places = new Places(text, parameters, kernel.accesses());
    var axes = IntStream.range(0, batch).boxed().toList();
    places.unravel(axes, "row");
    places.bases(axes);
    for (char axis : "lsev".toCharArray()) {
      text.line("const i32 " + axis + " = " + parameters.size(numbers.axis(axis)) + ";");
    }
    rows(numbers, tiles.rows());
    numbers.numbers();
    numbers.matrix("mx", 1, "le", 2, "se");
    numbers.matrix("my", 2, "se", 1, "le");
    if (gradients()) {
      numbers.matrix("mu", 4, "lv", 3, "sv");
      numbers.matrix("mw", 3, "sv", 4, "lv");
    } else {
      numbers.matrix("mw", 3, "sv", 3, "sv");
      tiles.begin();
    }
    int columns = tiles.columns();
    text.open("for (i32 first = start; first == start || first < end; first += " + columns + ")");
    text.line("const i32 left = end - first;");
    text.line("const i32 seen = left < 0 ? 0 : left < %1$d ? left : %1$d;".formatted(columns));
    text.line("const i32 begin = first == start;");
    text.line("const i32 last = left <= " + columns + ";");
    tiles.products();
    if (gradients()) {
      tiles.derivatives();
    } else {
      tiles.exponentials();
    }
    tiles.sums();
    text.close();
    tiles.end();
    if (kernel.part() == AttentionPart.OUTPUT_AND_LOG_SUMS) {
      tiles.logSums("b0 + (i64) l * v");
    }
  }

  /** Prints which rows a group has, and which columns these have. Groups with more of them start first. */
  private void rows(AttentionText numbers, int most) {
    CodeText text = numbers.text;
    String blocks = numbers.parameters.count("blocks");
    int same = Kernel.Attention.ROWS;
    text.line("const i32 block = " + target.dialect().group(0) + ";");
    if (gradients()) {
      text.line("const i32 ofQueries = block < " + blocks + ";");
    }
    String number = numbers.either(blocks + " - 1 - block", "block - " + blocks);
    text.line("const i32 row0 = (" + number + ") * " + most + ";");
    text.line("const i32 under = (" + numbers.either("l", "s") + ") - row0;");
    text.line("const i32 rows = under < %1$d ? under : %1$d;".formatted(most));
    if (!kernel.causal()) {
      text.line("const i32 start = 0;");
      text.line("const i32 end = " + numbers.either("s", "l") + ";");
      return;
    }
    text.line("const i32 past = (row0 / %1$d + 1) * %1$d;".formatted(same));
    text.line("const i32 start = " + numbers.either("0", "past - " + same) + ";");
    text.line("const i32 end = " + numbers.either("(s < past ? s : past)", "l") + ";");
  }
}
