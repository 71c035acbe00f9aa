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
  private final AttentionTiles.Matrix queries;
  private final AttentionTiles.Matrix keys;
  private final AttentionTiles.Matrix values;
  private final AttentionTiles.Matrix outputs;

  AttentionForm(Kernel.Attention kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.rank() - 4;
    queries = new AttentionTiles.Matrix(1, batch, batch + 2);
    keys = new AttentionTiles.Matrix(2, batch + 1, batch + 2);
    values = new AttentionTiles.Matrix(3, batch + 1, batch + 3);
    outputs = new AttentionTiles.Matrix(4, batch, batch + 3);
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
    int rows = tiles(scratch()).rows();
    long ofQueries = Grid.ceil(geometry.sizes()[batch], rows);
    long ofKeys = gradients() ? Grid.ceil(geometry.sizes()[batch + 1], rows) : 0;
    return new Grid(
        ofQueries + ofKeys, matrices(), tiles(scratch()).items(), 1, Map.of("blocks", ofQueries));
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  private long matrices() {
    return IntStream.range(0, batch).mapToLong(a -> geometry.sizes()[a]).reduce(1, (a, b) -> a * b);
  }

  /** How many groups there are at least, if they have a number of rows. */
  private long groups(int rows) {
    long ofQueries = Grid.ceil(geometry.sizes()[batch], rows);
    return matrices()
        * (ofQueries + (gradients() ? Grid.ceil(geometry.sizes()[batch + 1], rows) : 0));
  }

  /** The number of rows, halved from the most on as long as that keeps more of the device busy. */
  private int rows(int most, int least, int perUnit) {
    int[] sizes = geometry.sizes();
    int longest = Math.max(sizes[batch], gradients() ? sizes[batch + 1] : 0);
    int rows = most;
    while (rows > least
        && (rows / 2 >= longest || groups(rows) < (long) perUnit * target.units())) {
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
    int most = TeamAttention.LINES * (wide ? 4 : 8);
    int[] sizes = geometry.sizes();
    int head = Math.max(sizes[batch + 3], gradients() ? sizes[batch + 2] : 0);
    return new TeamAttention(text, kernel, rows(most, TeamAttention.LINES, 1), head);
  }

  @Override
  public String attribute() {
    return target.dialect() == Dialect.CUDA
        ? "__launch_bounds__(" + TeamAttention.ITEMS + ", 2) "
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
    text.line("const " + numbers.type + " scale = " + parameters.scalar(0, kernel.dtype()) + ";");
    text.line("const i32 block = " + d.group(0) + ";");
    String blocks = parameters.count("blocks");
    if (!gradients()) {
      new Side(text, parameters, tiles, true).print(blocks);
      return;
    }
    text.open("if (block < " + blocks + ")");
    new Side(text, parameters, tiles, true).print(blocks);
    text.close();
    text.open("else");
    new Side(text, parameters, tiles, false).print(blocks);
    text.close();
  }

  /** Prints what a group does whose rows are queries, or keys. */
  private final class Side {
    private final CodeText text;
    private final Parameters parameters;
    private final AttentionTiles tiles;
    private final boolean ofQueries;

    Side(CodeText text, Parameters parameters, AttentionTiles tiles, boolean ofQueries) {
      this.text = text;
      this.parameters = parameters;
      this.tiles = tiles;
      this.ofQueries = ofQueries;
    }

    /** Groups with more keys start first. */
    void print(String blocks) {
      String number = ofQueries ? blocks + " - 1 - block" : "block - " + blocks;
      String l = parameters.size(ofQueries ? batch : batch + 1);
      String s = parameters.size(ofQueries ? batch + 1 : batch);
      int rows = tiles.rows();
      int same = Kernel.Attention.ROWS;
      text.line("const i32 row0 = (" + number + ") * " + rows + ";");
      text.line(
          "const i32 rows = " + l + " - row0 < " + rows + " ? " + l + " - row0 : " + rows + ";");
      String past = "(row0 / " + same + " + 1) * " + same;
      boolean ends = kernel.causal() && ofQueries;
      text.line(
          "const i32 end = " + (ends ? s + " < " + past + " ? " + s + " : " + past : s) + ";");
      String start = kernel.causal() && !ofQueries ? "row0 / " + same + " * " + same : "0";
      text.line("const i32 start = " + start + ";");
      if (!gradients()) {
        tiles.begin();
      }
      int columns = tiles.columns();
      text.open("for (i32 first = start; first == start || first < end; first += " + columns + ")");
      text.line("const i32 left = end - first;");
      text.line("const i32 seen = left < 0 ? 0 : left < %1$d ? left : %1$d;".formatted(columns));
      text.line("const i32 begin = first == start;");
      text.line("const i32 last = left <= " + columns + ";");
      tile();
      text.close();
      if (kernel.part() == AttentionPart.OUTPUT_AND_LOG_SUMS) {
        tiles.logSums("b0 + (i64) " + l + " * " + parameters.size(batch + 3));
      }
    }

    private void tile() {
      tiles.product("c", ofQueries ? queries : keys, ofQueries ? keys : queries);
      if (!gradients()) {
        tiles.exponentials();
        tiles.accumulate("c", values, "b0", AttentionTiles.Finish.MEAN);
        return;
      }
      tiles.product("t", ofQueries ? outputs : values, ofQueries ? values : outputs);
      tiles.gradients(ofQueries);
      if (ofQueries) {
        tiles.accumulate("t", keys, "b0", AttentionTiles.Finish.SCALED);
        return;
      }
      String e = parameters.size(batch + 2);
      String ofKeys = "b0 + (i64) " + parameters.size(batch) + " * " + e;
      String ofValues = ofKeys + " + (i64) " + parameters.size(batch + 1) + " * " + e;
      tiles.accumulate("c", outputs, ofValues, AttentionTiles.Finish.SUM);
      tiles.accumulate("t", queries, ofKeys, AttentionTiles.Finish.SCALED);
    }
  }
}
