package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import dev.adjoint.kernel.Widening;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A computed operand of a matrix product, at one of its elements. */
final class FactorText {
  private final CodeText text;
  private final Places places;
  private final BodyWriter writer;
  private final Kernel.Factor factor;
  private final Stage stage;
  private final int value;
  private final int bits;
  private final int operands;
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
    this.factor = factor;
    this.stage = factor.map().stages().getFirst();
    this.value = factor.value();
    this.bits = Widening.load(factor);
    this.operands = factor.operands();
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
    print(row, step, value, use);
  }

  /** Prints the same for the bits of an element of a {@linkplain #narrow narrow} type. */
  void bits(String row, String step, Consumer<String> use) {
    print(row, step, bits, use);
  }

  /** Whether elements are f32 as they are in memory, wherever, or what a condition has in place of them. */
  static boolean isChosen(Kernel.@Nullable Factor factor) {
    if (factor == null) {
      return false;
    }
    Instr.Apply selection = selection(factor);
    Instr instr = factor.map().stages().getFirst().body().get(load(factor));
    return instr instanceof Instr.Load(int access, int _, int condition, var _)
        && factor.map().accesses().get(access).dtype() == DType.F32
        && (selection == null || condition == selection.a());
  }

  /** The value that a factor is, or that it selects first. */
  private static int load(Kernel.Factor factor) {
    Instr.Apply selection = selection(factor);
    return selection == null ? factor.value() : selection.b();
  }

  private static Instr.@Nullable Apply selection(Kernel.Factor factor) {
    Instr value = factor.map().stages().getFirst().body().get(factor.value());
    return value instanceof Instr.Apply apply && apply.op().isSelect() ? apply : null;
  }

  /**
   * Prints where the element of a {@linkplain #isChosen chosen} factor is, in a block of its own.
   *
   * @param from what becomes its address, if it is read
   * @param other what becomes the f32 in place of it, otherwise
   */
  void place(String row, String step, String from, String other) {
    int number = load(factor);
    var load = (Instr.Load) stage.body().get(number);
    Instr.Apply selection = selection(factor);
    text.open("");
    body(row, step);
    String address = writer.address(load, element(first + load.access()));
    if (load.condition() < 0) {
      text.line(from + " = " + address + ";");
    } else {
      text.open("if (v" + load.condition() + ")");
      text.line(from + " = " + address + ";");
      text.close();
      if (selection != null) {
        text.open("else");
        text.line(other + " = v" + selection.c() + ";");
        text.close();
      }
    }
    text.close();
  }

  private String element(int access) {
    return places.along("b" + access, access, axes);
  }

  private void print(String row, String step, int wanted, Consumer<String> use) {
    text.open("");
    body(row, step);
    use.accept("v" + wanted);
    text.close();
  }

  private void body(String row, String step) {
    places.unravel(rows, row);
    places.unravel(depth, step);
    body(this::element);
  }

  /**
   * Prints the computation of an element where its accesses, by their numbers in the kernel, have it; returns its value.
   */
  String body(IntFunction<String> place) {
    writer.body(
        stage.body(),
        access -> place.apply(first + access),
        slot -> {
          throw new IllegalStateException("matmul: a factor reads reduction " + slot);
        });
    return "v" + value;
  }

  /** The numbers of its accesses in the kernel. */
  List<Integer> accesses() {
    return range(first, operands);
  }

  /** Whether its elements are those of an access as they are in memory. */
  boolean isLoad() {
    return operands == 1
        && stage.body().size() == 1
        && stage.body().getFirst() instanceof Instr.Load load
        && load.condition() < 0
        && load.at() < 0;
  }

  /** Prints the index variables of a row, or of a step over k. */
  void unravel(boolean row, String number) {
    places.unravel(row ? rows : depth, number);
  }

  /** An element of an access, moved by the index variables of a row, or of a step over k. */
  String moved(String element, int access, boolean row) {
    return places.along(element, access, row ? rows : depth);
  }
}
