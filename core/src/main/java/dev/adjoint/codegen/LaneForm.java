package dev.adjoint.codegen;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A loop kernel whose lanes do not reduce: each lane folds for itself. */
final class LaneForm implements Form {
  private static final int PARTIALS = Kernel.Loop.PARTIALS;

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
        case Stage.Reduce reduce -> {
          reduce(text, parameters, places, writer, nest, reduce, slots);
          slots += reduce.folds().size();
        }
        case Stage.Map(var body, var stores) ->
            reduceLoops(
                text,
                parameters,
                places,
                stage,
                element -> map(text, writer, nest, body, stores, element, slot));
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

  /**
   * Prints the folds of a stage. One partial is done after the other, in the order in which the tree of a block folds them, so
   * that the tree of the partials is a part of that of the blocks.
   */
  private void reduce(
      CodeText text,
      Parameters parameters,
      Places places,
      BodyWriter writer,
      LaneNest nest,
      Stage.Reduce reduce,
      int first) {
    Dialect dialect = target.dialect();
    var folds = FoldText.of(text, dialect, parameters, reduced, geometry, nest.own(), nest.array());
    FoldText.Lanes lanes = body -> nest.each(true, body);
    FoldText.each(
        reduce,
        first,
        (fold, slot) -> text.line(CTypes.register(fold.type()) + " r" + slot + nest.array() + ";"));
    var few = ShortFold.of(text, writer, folds, reduced, geometry);
    if (few.suits(reduce)) {
      lanes.each(
          () ->
              few.print(
                  reduce,
                  first,
                  a -> places.lane(places.along("b" + a, a, reduced), a, lane),
                  s -> "r" + s + nest.own()));
      return;
    }
    text.open("");
    folds.size();
    folds.stacks(reduce, first);
    FoldText.each(
        reduce,
        first,
        (fold, slot) -> text.line(CTypes.register(fold.type()) + " q" + slot + nest.array() + ";"));
    if (reduce.ofBlocks()) {
      text.open("for (" + folds.index() + " e = 0; e < n; e++)");
      lanes.each(() -> folds.identities(reduce, first, "q"));
      element(text, places, writer, nest, reduce, first, folds);
    } else {
      text.line("i32 skip = 1;");
      text.open("while (skip < " + PARTIALS + " && " + PARTIALS / 2 + " / skip >= n)");
      text.line("skip *= 2;");
      text.close();
      text.open(
          "for (" + folds.index() + " block = 0; block < n; block += " + Kernel.Loop.BLOCK + ")");
      text.line(
          "const "
              + folds.index()
              + " end = n - block < "
              + Kernel.Loop.BLOCK
              + " ? n : block + "
              + Kernel.Loop.BLOCK
              + ";");
      text.open("for (i32 leaf = 0; leaf < " + PARTIALS + "; leaf += skip)");
      text.line(
          "const i32 j = (leaf & 1) << 4 | (leaf & 2) << 2 | (leaf & 4) | (leaf & 8) >> 2"
              + " | leaf >> 4;");
      lanes.each(() -> folds.identities(reduce, first, "q"));
      text.open("for (" + folds.index() + " e = block + j; e < end; e += " + PARTIALS + ")");
      element(text, places, writer, nest, reduce, first, folds);
      text.close();
    }
    folds.push(reduce, first, lanes);
    text.close();
    if (!reduce.ofBlocks()) {
      text.close();
    }
    folds.finish(reduce, first, lanes);
    text.close();
  }

  /** Prints the element {@code e} of the folds of a stage. */
  private void element(
      CodeText text,
      Places places,
      BodyWriter writer,
      LaneNest nest,
      Stage.Reduce reduce,
      int first,
      FoldText folds) {
    places.unravel(reduced, "e", folds.index());
    for (int a : BodyWriter.used(reduce)) {
      text.line("const i64 c" + a + " = " + places.along("b" + a, a, reduced) + ";");
    }
    nest.each(
        true,
        () -> {
          writer.body(reduce.body(), a -> places.lane("c" + a, a, lane), s -> "r" + s + nest.own());
          FoldText.each(
              reduce,
              first,
              (fold, slot) -> {
                String own = folds.value("q", slot);
                folds.fold(fold, own, own, "v" + fold.value());
              });
        });
  }

  /** Prints a map over the lanes. A processor looks first whether all take likely values, and then computes no others. */
  private void map(
      CodeText text,
      BodyWriter writer,
      LaneNest nest,
      List<Instr> body,
      List<Stage.Store> stores,
      IntFunction<String> element,
      IntFunction<String> slot) {
    String likely = target.few() ? BodyWriter.isLikely(body) : "";
    if (!likely.isEmpty()) {
      text.line("i32 unlikely = 0;");
      nest.each(
          vectors(),
          () -> {
            writer.likely(body, element, slot);
            text.line("unlikely |= (" + likely + ") ^ 1;");
          });
      text.open("if (unlikely == 0)");
      nest.each(
          vectors(),
          () -> {
            writer.likely(body, element, slot);
            writer.stores(stores, element);
          });
      text.close();
      text.open("else");
    }
    nest.each(
        vectors(),
        () -> {
          writer.body(body, element, slot);
          writer.stores(stores, element);
        });
    if (!likely.isEmpty()) {
      text.close();
    }
  }

  /** Whether vectors are worth it: elements that are no neighbours go into them one by one, which takes longer than their use. */
  private boolean vectors() {
    long memory = kernel.accesses().stream().filter(a -> a.kind() != Access.Kind.INDEX).count();
    long strided =
        kernel.accesses().stream()
            .filter(a -> a.kind() != Access.Kind.INDEX && a.lane() == Access.Lane.STRIDED)
            .count();
    return 2 * strided <= memory;
  }

  /** What is printed once for all lanes. */
  private interface Point {
    void print(IntFunction<String> element);
  }

  private void reduceLoops(
      CodeText text, Parameters parameters, Places places, Stage stage, Point point) {
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
    point.print(a -> places.lane(name + a, a, lane));
    for (int k = 0; k < reduced.size(); k++) {
      text.close();
    }
  }
}
