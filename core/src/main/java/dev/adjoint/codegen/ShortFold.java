package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Prints folds of so few elements that each is a partial result of its own: no loops, and sizes as constants, as windows of pools
 * have them.
 *
 * @param axes the reduction axes
 * @param count the number of elements
 */
record ShortFold(
    CodeText text,
    BodyWriter writer,
    FoldText folds,
    List<Integer> axes,
    Geometry geometry,
    int count) {
  private static final int MOST = 16;
  private static final int MOST_INSTRUCTIONS = 256;

  static ShortFold of(
      CodeText text, BodyWriter writer, FoldText folds, List<Integer> axes, Geometry geometry) {
    long n = FoldText.elements(axes, geometry);
    int count = n <= MOST ? (int) n : 0;
    return new ShortFold(text, writer, folds, axes, geometry, count);
  }

  /** Whether a stage may be printed so. */
  boolean suits(Stage.Reduce reduce) {
    return !reduce.ofBlocks() && count > 0 && count * reduce.body().size() <= MOST_INSTRUCTIONS;
  }

  /**
   * Prints the folds of a stage into results {@code r0}, {@code r1}..., which are declared.
   *
   * @param element where an access has the element at the index variables of the reduction axes
   * @param slot the results of earlier stages
   */
  void print(
      Stage.Reduce reduce, int first, IntFunction<String> element, IntFunction<String> slot) {
    FoldText.each(
        reduce,
        first,
        (fold, s) -> {
          String type = CTypes.register(fold.type());
          for (int e = 0; e < count; e++) {
            text.line(
                type + " " + partial(s, e) + " = " + CTypes.identity(folds.dialect(), fold) + ";");
          }
        });
    for (int e = 0; e < count; e++) {
      int number = e;
      text.open("");
      indices(number);
      writer.body(reduce.body(), element, slot);
      FoldText.each(
          reduce,
          first,
          (fold, s) ->
              folds.fold(fold, partial(s, number), partial(s, number), "v" + fold.value()));
      text.close();
    }
    for (int step = Kernel.Loop.PARTIALS / 2; step > 0; step /= 2) {
      for (int j = 0; j < step && j + step < count; j++) {
        int low = j;
        int high = j + step;
        FoldText.each(
            reduce,
            first,
            (fold, s) -> folds.fold(fold, partial(s, low), partial(s, low), partial(s, high)));
      }
    }
    FoldText.each(
        reduce, first, (_, s) -> text.line(folds.value("r", s) + " = " + partial(s, 0) + ";"));
  }

  private static String partial(int slot, int element) {
    return "x" + slot + "_" + element;
  }

  /** Prints the index variables of an element. */
  private void indices(int element) {
    int rest = element;
    for (int k = axes.size() - 1; k >= 0; k--) {
      int size = geometry.sizes()[axes.get(k)];
      text.line("const i32 i" + axes.get(k) + " = " + rest % size + ";");
      rest /= size;
    }
  }
}
