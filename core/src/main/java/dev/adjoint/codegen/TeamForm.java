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
 * A loop kernel whose lanes reduce: a team of work-items has one parallel index. The team is a group with a work-item for each
 * of the 4L partial results, or one work-item with all of them in an array. Both fold in the order of {@link Kernel.Loop}.
 */
final class TeamForm implements Form {
  private static final int GROUP = 64;
  private static final long WORK_PER_GROUP = 1 << 16;
  private static final int GROUPS_PER_UNIT = 16;

  private final Kernel.Loop kernel;
  private final Target target;
  private final Geometry geometry;
  private final int lane;
  private final int lanes;
  private final boolean team;
  private final List<Integer> parallel;
  private final List<Integer> outer;

  TeamForm(Kernel.Loop kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.lane = kernel.laneAxis();
    this.lanes = kernel.lanes();
    this.team = !target.few() && geometry.sizes()[lane] >= 2 * lanes;
    this.parallel = IntStream.range(0, kernel.parallelRank()).boxed().toList();
    this.outer = IntStream.range(kernel.parallelRank(), lane).boxed().toList();
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    long rows = 1;
    long points = 1;
    for (int axis = 0; axis < kernel.rank(); axis++) {
      rows *= axis < kernel.parallelRank() ? geometry.sizes()[axis] : 1;
      points *= geometry.sizes()[axis];
    }
    if (rows == 0) {
      return Grid.EMPTY;
    }
    if (rows > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          rows + " rows, which is more than " + Integer.MAX_VALUE);
    }
    if (!target.few()) {
      return new Grid(
          team ? rows : Grid.ceil(rows, GROUP),
          1,
          team ? 4 * lanes : GROUP,
          1,
          Map.of("rows", rows));
    }
    long work = points * (1 + kernel.stages().stream().mapToLong(s -> s.body().size()).sum());
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
    private final String size;

    Printer(CodeText text, Parameters parameters) {
      this.text = text;
      this.parameters = parameters;
      this.places = new Places(text, parameters, kernel.accesses());
      this.writer = new BodyWriter(text, dialect, parameters, kernel.accesses(), 0);
      this.size = parameters.size(lane);
    }

    void print() {
      if (team) {
        shared();
        text.line("const i32 t = " + dialect.item(0) + ";");
        text.line("const i32 row = " + dialect.group(0) + ";");
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
          case Stage.Map(var body, var stores) ->
              outerLoops(
                  stage,
                  element -> {
                    vectors();
                    text.open(
                        "for (i32 i"
                            + lane
                            + " = "
                            + (team ? "t" : "0")
                            + "; i"
                            + lane
                            + " < "
                            + size
                            + "; i"
                            + lane
                            + (team ? " += " + 4 * lanes : "++")
                            + ")");
                    writer.body(body, element, Printer::slot);
                    writer.stores(stores, element);
                    text.close();
                  });
          case Stage.Finish(var body, var stores) -> {
            text.open(team ? "if (t == 0)" : "");
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

    /** Memory in which a team folds its partial results: one array per reduction, at the top as OpenCL wants it. */
    private void shared() {
      int slot = 0;
      for (Stage stage : kernel.stages()) {
        if (stage instanceof Stage.Reduce reduce) {
          for (Stage.Fold fold : reduce.folds()) {
            text.line(
                dialect.local
                    + CTypes.register(fold.type())
                    + " m"
                    + slot++
                    + "["
                    + 4 * lanes
                    + "];");
          }
        }
      }
    }

    private static String slot(int number) {
      return "r" + number;
    }

    private void vectors() {
      if (target.few()) {
        text.directive(LaneNest.VECTORS);
      }
    }

    /** What is printed inside of the loops over the outer reduction axes. */
    private interface Inside {
      void print(IntFunction<String> element);
    }

    private void outerLoops(Stage stage, Inside inside) {
      for (int axis : outer) {
        text.open(
            "for (i32 i"
                + axis
                + " = 0; i"
                + axis
                + " < "
                + parameters.size(axis)
                + "; i"
                + axis
                + "++)");
      }
      String name = outer.isEmpty() ? "b" : "c";
      if (outer.isEmpty()) {
        text.open("");
      } else {
        for (int a : BodyWriter.used(stage)) {
          text.line("const i64 c" + a + " = " + places.along("b" + a, a, outer) + ";");
        }
      }
      inside.print(a -> places.lane(name + a, a, lane));
      for (int k = 0; k < Math.max(1, outer.size()); k++) {
        text.close();
      }
    }

    private void reduce(Stage.Reduce reduce, int first) {
      List<Stage.Fold> folds = reduce.folds();
      for (int f = 0; f < folds.size(); f++) {
        String type = CTypes.register(folds.get(f).type());
        String identity = CTypes.identity(dialect, folds.get(f));
        int slot = first + f;
        text.line(type + " tail" + slot + " = " + identity + ";");
        if (team) {
          text.line(type + " q" + slot + " = " + identity + ";");
        } else {
          text.line(type + " q" + slot + "[" + 4 * lanes + "];");
          text.open("for (i32 k = 0; k < " + 4 * lanes + "; k++)");
          text.line("q" + slot + "[k] = " + identity + ";");
          text.close();
        }
      }
      outerLoops(
          reduce,
          element -> {
            text.line("i32 j = 0;");
            blocks(reduce, first, element, 4 * lanes);
            blocks(reduce, first, element, lanes);
            text.open(
                team ? "for (; t == 0 && j < " + size + "; j++)" : "for (; j < " + size + "; j++)");
            text.line("const i32 i" + lane + " = j;");
            fold(reduce, first, element, "tail", "");
            text.close();
          });
      combine(folds, first);
    }

    /** Folds blocks of lanes, each lane to a partial result of its own. */
    private void blocks(Stage.Reduce reduce, int first, IntFunction<String> element, int width) {
      text.open("for (; j <= " + size + " - " + width + "; j += " + width + ")");
      if (team) {
        text.open(width == lanes ? "if (t < " + lanes + ")" : "");
        text.line("const i32 i" + lane + " = j + t;");
      } else {
        vectors();
        text.open("for (i32 k = 0; k < " + width + "; k++)");
        text.line("const i32 i" + lane + " = j + k;");
      }
      fold(reduce, first, element, "q", team ? "" : "[k]");
      text.close();
      text.close();
    }

    private void fold(
        Stage.Reduce reduce, int first, IntFunction<String> element, String into, String index) {
      writer.body(reduce.body(), element, Printer::slot);
      for (int f = 0; f < reduce.folds().size(); f++) {
        Stage.Fold fold = reduce.folds().get(f);
        String partial = into + (first + f) + index;
        text.line(
            partial
                + " = "
                + CTypes.fold(text, dialect, fold.op(), fold.type(), partial, "v" + fold.value())
                + ";");
      }
    }

    /** Folds the partial results by halves, and then the tail. */
    private void combine(List<Stage.Fold> folds, int first) {
      if (team) {
        each(folds, first, (fold, slot) -> text.line("m" + slot + "[t] = q" + slot + ";"));
        text.line(dialect.barrier);
      }
      text.open("for (i32 step = " + 2 * lanes + "; step > 0; step /= 2)");
      text.open(team ? "if (t < step)" : "for (i32 k = 0; k < step; k++)");
      String array = team ? "m" : "q";
      String index = team ? "t" : "k";
      each(
          folds,
          first,
          (fold, slot) -> {
            String low = array + slot + "[" + index + "]";
            String high = array + slot + "[" + index + " + step]";
            text.line(
                low + " = " + CTypes.fold(text, dialect, fold.op(), fold.type(), low, high) + ";");
          });
      text.close();
      if (team) {
        text.line(dialect.barrier);
      }
      text.close();
      if (team) {
        text.open("if (t == 0)");
        each(
            folds,
            first,
            (fold, slot) -> text.line("m" + slot + "[0] = " + withTail(fold, slot) + ";"));
        text.close();
        text.line(dialect.barrier);
      }
      each(
          folds,
          first,
          (fold, slot) ->
              text.line(
                  "const "
                      + CTypes.register(fold.type())
                      + " r"
                      + slot
                      + " = "
                      + (team ? "m" + slot + "[0]" : withTail(fold, slot))
                      + ";"));
    }

    private String withTail(Stage.Fold fold, int slot) {
      return CTypes.fold(
          text, dialect, fold.op(), fold.type(), (team ? "m" : "q") + slot + "[0]", "tail" + slot);
    }

    private void each(List<Stage.Fold> folds, int first, ObjIntConsumer<Stage.Fold> action) {
      for (int f = 0; f < folds.size(); f++) {
        action.accept(folds.get(f), first + f);
      }
    }
  }
}
