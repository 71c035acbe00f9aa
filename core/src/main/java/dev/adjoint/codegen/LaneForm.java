package dev.adjoint.codegen;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A loop kernel whose lanes do not reduce: each lane folds for itself, in sequence. */
final class LaneForm implements Form {
  private final Kernel.Loop kernel;
  private final Target target;
  private final Geometry geometry;
  private final int lane;
  private final List<Integer> rows;
  private final List<Integer> reduced;

  LaneForm(Kernel.Loop kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.lane = kernel.laneAxis();
    this.rows = IntStream.range(0, lane).boxed().toList();
    this.reduced = IntStream.range(kernel.parallelRank(), kernel.rank()).boxed().toList();
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    boolean strided =
        kernel.accesses().stream()
            .anyMatch(a -> a.kind() != Access.Kind.INDEX && a.lane() == Access.Lane.STRIDED);
    long work = 1 + kernel.stages().stream().mapToLong(s -> s.body().size()).sum();
    for (int axis : reduced) {
      work *= Math.max(1, geometry.sizes()[axis]);
    }
    return nest(new CodeText(), new Parameters(target.dialect(), false))
        .grid(geometry, strided || !reduced.isEmpty(), work);
  }

  private LaneNest nest(CodeText text, Parameters parameters) {
    return new LaneNest(text, parameters, target, rows, lane);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect dialect = target.dialect();
    var places = new Places(text, parameters, kernel.accesses());
    var writer = new BodyWriter(text, dialect, parameters, kernel.accesses(), 0);
    LaneNest nest = nest(text, parameters);
    nest.open(places);
    places.bases(rows);
    IntFunction<String> slot = s -> "r" + s + nest.own();
    IntFunction<String> here = a -> places.lane("b" + a, a, lane);
    int slots = 0;
    for (Stage stage : kernel.stages()) {
      switch (stage) {
        case Stage.Reduce(var body, var folds) -> {
          int first = slots;
          slots += folds.size();
          for (int f = 0; f < folds.size(); f++) {
            text.line(
                CTypes.register(folds.get(f).type()) + " r" + (first + f) + nest.array() + ";");
          }
          nest.each(
              true,
              () -> {
                for (int f = 0; f < folds.size(); f++) {
                  text.line(
                      slot.apply(first + f) + " = " + CTypes.identity(dialect, folds.get(f)) + ";");
                }
              });
          reduceLoops(
              text,
              parameters,
              places,
              stage,
              nest,
              element -> {
                writer.body(body, element, slot);
                for (int f = 0; f < folds.size(); f++) {
                  Stage.Fold fold = folds.get(f);
                  String own = slot.apply(first + f);
                  String folded =
                      CTypes.fold(text, dialect, fold.op(), fold.type(), own, "v" + fold.value());
                  text.line(own + " = " + folded + ";");
                }
              });
        }
        case Stage.Map(var body, var stores) ->
            reduceLoops(
                text,
                parameters,
                places,
                stage,
                nest,
                element -> {
                  writer.body(body, element, slot);
                  writer.stores(stores, element);
                });
        case Stage.Finish(var body, var stores) ->
            nest.each(
                true,
                () -> {
                  writer.body(body, here, slot);
                  writer.stores(stores, here);
                });
      }
    }
    nest.close();
  }

  /** What is printed once for each point. */
  private interface Point {
    void print(IntFunction<String> element);
  }

  private void reduceLoops(
      CodeText text,
      Parameters parameters,
      Places places,
      Stage stage,
      LaneNest nest,
      Point point) {
    for (int axis : reduced) {
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
    String name = reduced.isEmpty() ? "b" : "c";
    if (!reduced.isEmpty()) {
      for (int a : BodyWriter.used(stage)) {
        text.line("const i64 c" + a + " = " + places.along("b" + a, a, reduced) + ";");
      }
    }
    nest.each(true, () -> point.print(a -> places.lane(name + a, a, lane)));
    for (int k = 0; k < reduced.size(); k++) {
      text.close();
    }
  }
}
