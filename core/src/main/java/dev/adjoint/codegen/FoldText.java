package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Prints what all forms of folds in the order of {@link Kernel.Loop} share. Elements are numbered over all reduction axes; the
 * tree of the blocks is done with a stack {@code s0}, {@code s1}... per reduction, of which a bit of {@code count} tells whether
 * a level holds a value.
 *
 * @param axes the reduction axes
 * @param index the type of an element's number
 * @param own what follows the name of a value that each lane of a work-item has for itself
 * @param array what follows it where it is declared
 */
record FoldText(
    CodeText text,
    Dialect dialect,
    Parameters parameters,
    List<Integer> axes,
    String index,
    boolean isShort,
    String own,
    String array) {
  /** From this number of elements on they are counted in 64 bits, so that numbers beyond the last one do not overflow. */
  private static final long MANY = 1 << 30;

  static FoldText of(
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      List<Integer> axes,
      Geometry geometry,
      String own,
      String array) {
    long n = elements(axes, geometry);
    return new FoldText(
        text,
        dialect,
        parameters,
        axes,
        n < MANY ? "i32" : "i64",
        n <= Kernel.Loop.BLOCK,
        own,
        array);
  }

  /** The number of elements of a fold. */
  static long elements(List<Integer> axes, Geometry geometry) {
    return axes.stream().mapToLong(axis -> geometry.sizes()[axis]).reduce(1, (a, b) -> a * b);
  }

  /** Prints the number of elements, {@code n}. */
  void size() {
    var product = new StringBuilder();
    for (int axis : axes) {
      product.append(product.isEmpty() ? "(" + index + ") " : " * ").append(parameters.size(axis));
    }
    text.line("const " + index + " n = " + product + ";");
  }

  /** What each fold of a stage gets. */
  static void each(Stage.Reduce reduce, int first, ObjIntConsumer<Stage.Fold> action) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      action.accept(reduce.folds().get(f), first + f);
    }
  }

  /** Prints the empty stacks. */
  void stacks(Stage.Reduce reduce, int first) {
    // A block has a level for each halving of its partials where these are folded as leaves of the
    // tree.
    int levels = isShort && !reduce.ofBlocks() ? 6 : Long.SIZE;
    each(
        reduce,
        first,
        (fold, slot) ->
            text.line(
                CTypes.register(fold.type()) + " s" + slot + "[" + levels + "]" + array + ";"));
    text.line(index + " count = 0;");
  }

  /** Prints the step of a fold. */
  void fold(Stage.Fold fold, String into, String a, String b) {
    ReduceOp op = fold.op();
    DType type = fold.type();
    text.line(into + " = " + CScalars.fold(text, dialect, op, type, a, b) + ";");
  }

  /**
   * Prints that values {@code q0}, {@code q1}... go to the tree.
   *
   * @param lanes prints code for each lane of this work-item
   */
  void push(Stage.Reduce reduce, int first, Lanes lanes) {
    text.line("i32 level = 0;");
    text.open("for (; (count >> level & 1) != 0; level++)");
    lanes.each(
        () ->
            each(
                reduce,
                first,
                (fold, slot) -> fold(fold, value("q", slot), level(slot), value("q", slot))));
    text.close();
    lanes.each(
        () ->
            each(
                reduce,
                first,
                (_, slot) -> text.line(level(slot) + " = " + value("q", slot) + ";")));
    text.line("count++;");
  }

  /** Prints that results {@code r0}, {@code r1}..., which are declared, are the fold of what is left on the stacks. */
  void finish(Stage.Reduce reduce, int first, Lanes lanes) {
    lanes.each(() -> identities(reduce, first, "r"));
    text.open("for (i32 level = 0; count >> level != 0; level++)");
    text.open("if ((count >> level & 1) != 0)");
    lanes.each(
        () ->
            each(
                reduce,
                first,
                (fold, slot) -> fold(fold, value("r", slot), level(slot), value("r", slot))));
    text.close();
    text.close();
  }

  /** Prints that values become the identities of their folds. */
  void identities(Stage.Reduce reduce, int first, String name) {
    each(
        reduce,
        first,
        (fold, slot) ->
            text.line(value(name, slot) + " = " + CTypes.identity(dialect, fold) + ";"));
  }

  /** A value of this lane. */
  String value(String name, int slot) {
    return name + slot + own;
  }

  private String level(int slot) {
    return "s" + slot + "[level]" + own;
  }

  /** Prints code for each lane of a work-item. */
  interface Lanes {
    void each(Runnable body);
  }
}
