package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * A loop kernel whose folds several work-items share: those of a row consist of teams, which have a block each and an item for
 * each partial result of it. A group has several rows if these are short. Where lanes do not reduce, rows are columns of memory:
 * neighbouring items have neighbouring rows, else neighbouring elements. Or one work-item has the partial results of a row in an
 * array. All fold in the order of {@link Kernel.Loop}.
 */
final class TeamForm implements Form {
  private static final int GROUP = 64;
  private static final long WORK_PER_GROUP = 1 << 16;
  private static final int GROUPS_PER_UNIT = 16;
  private static final int PARTIALS = Kernel.Loop.PARTIALS;
  private static final int BLOCK = Kernel.Loop.BLOCK;
  private static final int MOST_ITEMS = 256;

  /** The items of a group of short rows. */
  private static final int FULL_GROUP = 128;

  /** Neighbouring columns in a group: of f32 they are a sector of memory. */
  private static final int COLUMNS = 8;

  /** From this number of columns for each unit on, an item for each is enough. */
  private static final int COLUMNS_PER_UNIT = 2048;

  /** Columns of fewer elements are folded by an item each. */
  private static final int MIN_COLUMN = 2 * Kernel.Loop.PARTIALS;

  private final Kernel.Loop kernel;
  private final Target target;
  private final Geometry geometry;
  private final int lane;
  private final boolean team;
  private final int items;
  private final int share;
  private final List<Integer> parallel;
  private final List<Integer> outer;
  private final List<Integer> reduced;

  TeamForm(Kernel.Loop kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.lane = kernel.rank() - 1;
    this.parallel = IntStream.range(0, kernel.parallelRank()).boxed().toList();
    this.outer = IntStream.range(kernel.parallelRank(), lane).boxed().toList();
    this.reduced = IntStream.rangeClosed(kernel.parallelRank(), lane).boxed().toList();
    long n = FoldText.elements(reduced, geometry);
    boolean ofBlocks =
        kernel.stages().stream()
            .anyMatch(s -> s instanceof Stage.Reduce reduce && reduce.ofBlocks());
    this.team = !target.few() && n >= PARTIALS;
    int most = kernel.laneReduces() ? MOST_ITEMS : MOST_ITEMS / COLUMNS;
    int each = Grid.power(ofBlocks ? n : Grid.ceil(n, BLOCK) * PARTIALS, PARTIALS, most);
    this.share = team ? share(each) : 1;
    this.items = team ? each * share : GROUP;
  }

  /** The rows of a group, a power of two, if each has a number of items. */
  private int share(int each) {
    if (!kernel.laneReduces()) {
      return Grid.power(rows(), 1, COLUMNS);
    }
    boolean many = rows() >= (long) target.units() * GROUPS_PER_UNIT;
    return many && each < FULL_GROUP ? FULL_GROUP / each : 1;
  }

  private long rows() {
    return FoldText.elements(parallel, geometry);
  }

  /** Whether this form suits a loop over lanes that do not reduce. */
  static boolean suitsColumns(Kernel.Loop kernel, Target target, Geometry geometry) {
    List<Integer> parallel = IntStream.range(0, kernel.parallelRank()).boxed().toList();
    List<Integer> reduced = IntStream.range(kernel.parallelRank(), kernel.rank()).boxed().toList();
    return !target.few()
        && FoldText.elements(reduced, geometry) >= MIN_COLUMN
        && FoldText.elements(parallel, geometry) < (long) target.units() * COLUMNS_PER_UNIT;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    long rows = rows();
    if (rows == 0) {
      return Grid.EMPTY;
    }
    if (rows > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          rows + " rows, which is more than " + Integer.MAX_VALUE);
    }
    if (!target.few()) {
      return new Grid(Grid.ceil(rows, team ? share : GROUP), 1, items, 1, Map.of("rows", rows));
    }
    long work =
        geometry.points() * (1 + kernel.stages().stream().mapToLong(s -> s.body().size()).sum());
    long groups =
        Math.clamp(
            work / WORK_PER_GROUP, 1, Math.min(rows, (long) target.units() * GROUPS_PER_UNIT));
    long share = Grid.ceil(rows, groups);
    return new Grid(Grid.ceil(rows, share), 1, 1, 1, Map.of("rows", rows, "share", share));
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    new Printer(text, parameters).print();
  }

  /** Prints one kernel. */
  private final class Printer {
    private final CodeText text;
    private final Parameters parameters;
    private final Dialect dialect = target.dialect();
    private final Places places;
    private final BodyWriter writer;
    private final FoldText folds;

    Printer(CodeText text, Parameters parameters) {
      this.text = text;
      this.parameters = parameters;
      this.places = new Places(text, parameters, kernel.accesses());
      this.writer = new BodyWriter(text, dialect, parameters, kernel.accesses(), 0);
      this.folds = FoldText.of(text, dialect, parameters, reduced, geometry, "", "");
    }

    void print() {
      if (team) {
        shared();
        row();
      } else if (target.few()) {
        String share = parameters.count("share");
        text.line("const i32 row0 = " + dialect.group(0) + " * " + share + ";");
        text.line(
            "const i32 rows = "
                + parameters.count("rows")
                + " - row0 < "
                + share
                + " ? p.rows - row0 : "
                + share
                + ";");
        text.open("for (i32 row = row0; row < row0 + rows; row++)");
      } else {
        text.line(
            "const i32 row = "
                + dialect.group(0)
                + " * "
                + dialect.items(0)
                + " + "
                + dialect.item(0)
                + ";");
        text.open("if (row >= " + parameters.count("rows") + ")");
        text.line("return;");
        text.close();
      }
      places.unravel(parallel, "row");
      places.bases(parallel);
      int slots = 0;
      for (int s = 0; s < kernel.stages().size(); s++) {
        Stage stage = kernel.stages().get(s);
        if (s > 0 && team) {
          // Another work-item may have read or stored what the next stage touches.
          text.line(dialect.barrier);
        }
        switch (stage) {
          case Stage.Reduce reduce -> {
            reduce(reduce, slots);
            slots += reduce.folds().size();
          }
          case Stage.Map map -> map(map);
          case Stage.Finish(var body, var stores) -> {
            text.open(team ? "if (t == 0" + (share == 1 ? ")" : " && given == row)") : "");
            writer.body(body, a -> "b" + a, Printer::slot);
            writer.stores(stores, a -> "b" + a);
            text.close();
          }
        }
      }
      if (target.few()) {
        text.close();
      }
    }

    /** Memory in which a group folds its partial results: one array per reduction, at the top as OpenCL wants it. */
    private void shared() {
      int slots = 0;
      for (Stage stage : kernel.stages()) {
        if (stage instanceof Stage.Reduce reduce) {
          FoldText.each(
              reduce,
              slots,
              (fold, slot) ->
                  text.line(
                      dialect.local
                          + CTypes.register(fold.type())
                          + " m"
                          + slot
                          + "["
                          + items
                          + "];"));
          slots += reduce.folds().size();
        }
      }
    }

    /**
     * Prints the row of a work-item, its number {@code t} among those of the row, and the place of the first of these in shared
     * memory. The items of a last group that have no row work on the last one, and store nothing.
     */
    private void row() {
      if (share == 1) {
        text.line("const i32 t = " + dialect.item(0) + ";");
        text.line("const i32 row = " + dialect.group(0) + ";");
        return;
      }
      String rows = parameters.count("rows");
      String item = dialect.item(0);
      boolean columns = !kernel.laneReduces();
      String inGroup = item + (columns ? " % " + share : " / " + items / share);
      text.line("const i32 t = " + item + (columns ? " / " + share : " % " + items / share) + ";");
      text.line("const i32 given = " + dialect.group(0) + " * " + share + " + " + inGroup + ";");
      text.line("const i32 row = given < " + rows + " ? given : " + rows + " - 1;");
      text.line("const i32 at = " + item + ";");
      text.line("const i32 head = at - t" + times(step()) + ";");
    }

    /** How far apart the items of a row are. */
    private int step() {
      return kernel.laneReduces() ? 1 : share;
    }

    private String at() {
      return share == 1 ? "t" : "at";
    }

    private String head() {
      return share == 1 ? "0" : "head";
    }

    private static String slot(int number) {
      return "r" + number;
    }

    private void vectors() {
      if (target.few()) {
        text.directive(LaneNest.VECTORS);
      }
    }

    private void map(Stage.Map map) {
      if (team) {
        text.open("");
        folds.size();
        String end = share == 1 ? "" : "given == row && ";
        text.open(
            "for (" + folds.index() + " e = t; " + end + "e < n; e += " + items / share + ")");
        IntFunction<String> element = element("e");
        writer.body(map.body(), element, Printer::slot);
        writer.stores(map.stores(), element);
        text.close();
        text.close();
        return;
      }
      for (int axis : outer) {
        loop(axis);
      }
      String name = outer.isEmpty() ? "b" : "c";
      if (!outer.isEmpty()) {
        for (int a : BodyWriter.used(map)) {
          text.line("const i64 c" + a + " = " + places.along("b" + a, a, outer) + ";");
        }
      }
      IntFunction<String> element = a -> places.lane(name + a, a, lane);
      vectors();
      loop(lane);
      writer.body(map.body(), element, Printer::slot);
      writer.stores(map.stores(), element);
      for (int axis = kernel.parallelRank(); axis <= lane; axis++) {
        text.close();
      }
    }

    private void loop(int axis) {
      String i = "i" + axis;
      text.open("for (i32 " + i + " = 0; " + i + " < " + parameters.size(axis) + "; " + i + "++)");
    }

    /** Prints the indices of an element of the reduction axes; returns where accesses have it. */
    private IntFunction<String> element(String number) {
      places.unravel(reduced, number, folds.index());
      return this::place;
    }

    /** Where an access has the element at the index variables of the reduction axes. */
    private String place(int access) {
      return kernel.laneReduces()
          ? places.lane(places.along("b" + access, access, outer), access, lane)
          : places.along("b" + access, access, reduced);
    }

    private void reduce(Stage.Reduce reduce, int first) {
      each(
          reduce,
          first,
          (fold, slot) -> text.line(CTypes.register(fold.type()) + " r" + slot + ";"));
      var few = ShortFold.of(text, writer, folds, reduced, geometry);
      if (few.suits(reduce)) {
        few.print(reduce, first, this::place, Printer::slot);
        return;
      }
      text.open("");
      folds.size();
      if (team && folds.isShort() && !reduce.ofBlocks()) {
        folds.identities(reduce, first, "r");
        blocks(reduce, first);
        each(reduce, first, (_, slot) -> text.line("r" + slot + " = q" + slot + ";"));
        text.close();
        text.close();
        return;
      }
      folds.stacks(reduce, first);
      if (team) {
        blocks(reduce, first);
      } else if (reduce.ofBlocks()) {
        text.open("for (" + folds.index() + " e = 0; e < n; e++)");
        declare(reduce, first);
        take(reduce, first, "e", "q", "");
      } else {
        block(reduce, first);
      }
      folds.push(reduce, first, Runnable::run);
      text.close();
      folds.finish(reduce, first, Runnable::run);
      text.close();
    }

    private void declare(Stage.Reduce reduce, int first) {
      each(
          reduce,
          first,
          (fold, slot) ->
              text.line(
                  CTypes.register(fold.type())
                      + " q"
                      + slot
                      + " = "
                      + CTypes.identity(dialect, fold)
                      + ";"));
    }

    /** Prints a loop that is left open, in which a work-item folds a block. */
    private void block(Stage.Reduce reduce, int first) {
      String index = folds.index();
      text.open("for (" + index + " block = 0; block < n; block += " + BLOCK + ")");
      text.line(end());
      each(
          reduce,
          first,
          (fold, slot) ->
              text.line(CTypes.register(fold.type()) + " m" + slot + "[" + PARTIALS + "];"));
      text.open("for (i32 k = 0; k < " + PARTIALS + "; k++)");
      each(
          reduce,
          first,
          (fold, slot) -> text.line("m" + slot + "[k] = " + CTypes.identity(dialect, fold) + ";"));
      text.close();
      text.line(index + " e = block;");
      if (outer.isEmpty() || !target.few()) {
        line(reduce, first);
      } else {
        lines(reduce, first);
      }
      text.open("for (i32 step = " + PARTIALS / 2 + "; step > 0; step /= 2)");
      text.open("for (i32 k = 0; k < step; k++)");
      each(reduce, first, (fold, slot) -> shared(fold, slot, "k", "step"));
      text.close();
      text.close();
      each(
          reduce,
          first,
          (fold, slot) ->
              text.line(CTypes.register(fold.type()) + " q" + slot + " = m" + slot + "[0];"));
    }

    /** Prints the loops over the elements of a block along the only axis. */
    private void line(Stage.Reduce reduce, int first) {
      String index = folds.index();
      text.open("for (; e <= end - " + PARTIALS + "; e += " + PARTIALS + ")");
      vectors();
      text.open("for (i32 k = 0; k < " + PARTIALS + "; k++)");
      text.line("const " + index + " x = e + k;");
      take(reduce, first, "x", "m", "[k]");
      text.close();
      text.close();
      text.open("for (; e < end; e++)");
      text.line("const i32 k = e & " + (PARTIALS - 1) + ";");
      take(reduce, first, "e", "m", "[k]");
      text.close();
    }

    /** Prints the loops over the elements of a block, line by line, as taking the number of each apart would take long. */
    private void lines(Stage.Reduce reduce, int first) {
      String index = folds.index();
      String size = parameters.size(lane);
      text.open("while (e < end)");
      text.line("const " + index + " line = e / " + size + ";");
      text.line("const " + index + " past = (line + 1) * " + size + ";");
      text.line("const " + index + " until = past < end ? past : end;");
      places.unravel(outer, "line", index);
      text.open("while (e < until)");
      text.line("const i32 from = (i32) e & " + (PARTIALS - 1) + ";");
      text.line(
          "const i32 to = until - e < %1$d - from ? from + (i32) (until - e) : %1$d;"
              .formatted(PARTIALS));
      text.line("const i32 start = (i32) (e - line * " + size + ") - from;");
      vectors();
      text.open("for (i32 k = from; k < to; k++)");
      text.line("const i32 i" + lane + " = start + k;");
      writer.body(reduce.body(), this::place, Printer::slot);
      each(
          reduce,
          first,
          (fold, slot) -> {
            String value = "m" + slot + "[k]";
            folds.fold(fold, value, value, "v" + fold.value());
          });
      text.close();
      text.line("e += to - from;");
      text.close();
      text.close();
    }

    private String end() {
      return "const "
          + folds.index()
          + " end = n - block < "
          + BLOCK
          + " ? n : block + "
          + BLOCK
          + ";";
    }

    /** Prints a loop that is left open, in which the teams of a group fold a block each, and then these. */
    private void blocks(Stage.Reduce reduce, int first) {
      String index = folds.index();
      int team = reduce.ofBlocks() ? 1 : PARTIALS;
      int teams = items / share / team;
      String number = team > 1 ? "t / " + team : "t";
      text.open(
          "for (" + index + " round = 0; round < n; round += " + teams * reduce.block() + ")");
      declare(reduce, first);
      text.line("const " + index + " block = round + " + number + times(reduce.block()) + ";");
      if (reduce.ofBlocks()) {
        text.open("if (block < n)");
        take(reduce, first, "block", "q", "");
        text.close();
      } else {
        text.line(end());
        text.open(
            "for (" + index + " e = block + t % " + team + "; e < end; e += " + PARTIALS + ")");
        take(reduce, first, "e", "q", "");
        text.close();
      }
      each(reduce, first, (_, slot) -> text.line("m" + slot + "[" + at() + "] = q" + slot + ";"));
      text.line(dialect.barrier);
      if (team > 1) {
        text.open("for (i32 step = " + team / 2 + "; step > 0; step /= 2)");
        halve(reduce, first, "t % " + team + " < step", "step" + times(step()));
      }
      if (teams > 1) {
        text.open("for (i32 step = 1; step < " + teams + "; step *= 2)");
        halve(
            reduce,
            first,
            "t % (" + 2 * team + " * step) == 0 && block + step" + times(reduce.block()) + " < n",
            "step" + times(team * step()));
      }
      each(reduce, first, (_, slot) -> text.line("q" + slot + " = m" + slot + "[" + head() + "];"));
      text.line(dialect.barrier);
    }

    private static String times(int factor) {
      return factor > 1 ? " * " + factor : "";
    }

    /** Prints the inside of a loop in which some work-items fold their result with one further on, and its end. */
    private void halve(Stage.Reduce reduce, int first, String condition, String further) {
      text.open("if (" + condition + ")");
      each(reduce, first, (fold, slot) -> shared(fold, slot, at(), further));
      text.close();
      text.line(dialect.barrier);
      text.close();
    }

    /** Prints that a partial result is folded with one that is some places further on. */
    private void shared(Stage.Fold fold, int slot, String at, String further) {
      String low = "m" + slot + "[" + at + "]";
      folds.fold(fold, low, low, "m" + slot + "[" + at + " + " + further + "]");
    }

    /** Prints that an element is folded into a value. */
    private void take(Stage.Reduce reduce, int first, String number, String into, String at) {
      writer.body(reduce.body(), element(number), Printer::slot);
      each(
          reduce,
          first,
          (fold, slot) -> {
            String value = into + slot + at;
            folds.fold(fold, value, value, "v" + fold.value());
          });
    }

    private static void each(Stage.Reduce reduce, int first, ObjIntConsumer<Stage.Fold> action) {
      FoldText.each(reduce, first, action);
    }
  }
}
