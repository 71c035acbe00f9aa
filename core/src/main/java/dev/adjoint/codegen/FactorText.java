package dev.adjoint.codegen;

import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A computed operand of a matrix product, at one of its elements. */
final class FactorText {
  private final CodeText text;
  private final Places places;
  private final BodyWriter writer;
  private final Stage stage;
  private final int value;
  private final int first;
  private final List<Integer> rows;
  private final List<Integer> depth;
  private final List<Integer> axes;

  /**
   * The text of an operand, 0 or 1.
   *
   * @param places the places of all operands of the product
   * @param launchRank the number of axes of the launch
   */
  FactorText(
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      Kernel.MatMul kernel,
      int operand,
      Kernel.Factor factor,
      Places places,
      int launchRank) {
    this.text = text;
    this.places = places;
    this.stage = factor.map().stages().getFirst();
    this.value = factor.value();
    this.first = kernel.firstOfFactor(operand);
    this.writer = new BodyWriter(text, dialect, parameters, factor.map().accesses(), first);
    int axis = kernel.firstAxis(operand, launchRank);
    this.rows = range(factor.firstRow(axis), factor.rows());
    this.depth = range(factor.firstDepth(axis), factor.depth());
    this.axes = range(axis, factor.rank());
  }

  private static List<Integer> range(int first, int count) {
    return IntStream.range(first, first + count).boxed().toList();
  }

  /**
   * Prints the computation of an element in a block of its own.
   *
   * @param row an i32 expression: which row
   * @param step an i32 expression: which step over k
   * @param use prints what is done with the value, given as an expression
   */
  void element(String row, String step, Consumer<String> use) {
    text.open("");
    places.unravel(rows, row);
    places.unravel(depth, step);
    writer.body(
        stage.body(),
        access -> places.along("b" + (first + access), first + access, axes),
        slot -> {
          throw new IllegalStateException("matmul: a factor reads reduction " + slot);
        });
    use.accept("v" + value);
    text.close();
  }
}
