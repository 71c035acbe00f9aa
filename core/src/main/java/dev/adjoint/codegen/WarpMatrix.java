package dev.adjoint.codegen;

import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Some rows of an operand of an attention in shared memory, as f32, for the warps of {@link WarpAttention}. Groups of four words
 * of a row are moved by exclusive or with its number: so words that a warp takes at a time are in different banks, along rows and
 * across them.
 */
final class WarpMatrix {
  /** The shortest row: 8 groups of 4 words. */
  private static final int SHORTEST = 32;

  private final AttentionText numbers;
  private final CodeText text;
  private final TensorType type;
  private final AttentionTiles.Matrix matrix;
  private final int rows;
  private final int pitch;
  private final int unit;
  private final boolean isWhole;

  /**
   * A part of a matrix.
   *
   * @param rows the most rows of the part
   * @param size the elements of a row
   * @param aligned whether it is copied 16 bytes at a time
   */
  WarpMatrix(
      AttentionText numbers,
      TensorType type,
      AttentionTiles.Matrix matrix,
      int rows,
      int size,
      boolean aligned) {
    this.numbers = numbers;
    this.text = numbers.text;
    this.type = type;
    this.matrix = matrix;
    this.rows = rows;
    pitch = pitch(size);
    unit = aligned ? 4 : 1;
    isWhole = size % unit == 0;
  }

  /** The words that a row has in shared memory, a power of two. */
  static int pitch(int size) {
    return Grid.power(size, SHORTEST, Integer.MAX_VALUE / 2);
  }

  /** Whether rows of all matrices begin at multiples of 16 bytes, and their elements are neighbours. */
  static boolean areAligned(Kernel.Attention kernel, Geometry geometry) {
    int batch = kernel.rank() - 4;
    int matrices = kernel.part() == AttentionPart.GRADIENTS ? 4 : 3;
    for (int operand = 1; operand <= matrices; operand++) {
      long[] strides = geometry.strides()[operand];
      int inner = batch + (operand < 3 ? 2 : 3);
      long together = geometry.offsets()[operand];
      for (int axis = 0; axis < strides.length; axis++) {
        together |= axis == inner || geometry.sizes()[axis] == 1 ? 0 : strides[axis];
      }
      if (strides[inner] != 1 || together % 4 != 0) {
        return false;
      }
    }
    return true;
  }

  int pitch() {
    return pitch;
  }

  /** The number of elements of a row, as the text has it. */
  String size() {
    return matrix.columns();
  }

  private String name() {
    return matrix.name() + "Rows";
  }

  void declare() {
    String words = "u32 " + name() + "[" + rows * pitch + "] __attribute__((aligned(16)));";
    text.line(numbers.dialect.local + words);
  }

  /** Prints that rows from one on, as many as there are, are on their way; all others are 0, and so is what is behind a row. */
  void copy(String from, String count) {
    int across = pitch / unit;
    int bytes = unit * Float.BYTES;
    text.directive("#pragma unroll 2");
    text.open(
        "for (i32 u = item; u < " + rows * across + "; u += " + numbers.dialect.items(0) + ")");
    text.line("const i32 r = u / " + across + ";");
    text.line("const i32 x = u % " + across + (unit == 1 ? "" : " * " + unit) + ";");
    String read = Integer.toString(bytes);
    if (!isWhole) {
      text.line("const i32 rest = " + size() + " - x;");
      read = "(rest < " + unit + " ? rest * " + Float.BYTES + " : " + bytes + ")";
    }
    String to = name() + " + r * " + pitch + " + (x ^ r % 8 * 4)";
    String address = "&" + AttentionText.element(matrix.name(), from + " + r", "x");
    String inside = "r < " + count + " && x < " + size();
    text.line(AsyncCopies.copy(text, bytes, to, address, inside + " ? " + read + " : 0"));
    text.close();
  }

  /**
   * Prints what a warp multiplies of 16 rows and the elements from {@code q} on that fragments have.
   *
   * @param operand 0 for one fragment of a, 1 for two of b
   */
  void take(String into, String from, int operand) {
    int parts = type.depth() / 8;
    String row = operand == 0 ? "lane % 16" : "lane / 16 * 8 + lane % 8";
    String half = operand == 0 ? "lane / 16 * 4" : "lane / 8 % 2 * 4";
    text.line("u32 words[" + 4 * parts + "];");
    for (int part = 0; part < parts; part++) {
      String word = "q + " + (part == 0 ? "" : 8 * part + " + ") + half;
      String at =
          name()
              + " + ("
              + from
              + " + "
              + row
              + ") * "
              + pitch
              + " + ("
              + word
              + " ^ lane % 8 * 4)";
      text.line(TensorType.load(text, part == 0 ? "words" : "words + " + 4 * part, at));
    }
    type.round(text, into, "words", operand);
  }

  /**
   * A word of a fragment of b whose rows along k are rows of this matrix, in the order in which {@link TensorType#ofTile} has
   * those of a tile.
   *
   * @param from the first row
   * @param column the first column
   */
  String ofColumns(String from, String column, int number) {
    return type.perWord() == 1
        ? type.round(text, element(from, number, column), "")
        : type.round(
            text, element(from, 8 * number, column), element(from, 8 * number + 1, column));
  }

  private String element(String from, int further, String column) {
    String k = "(" + from + " + " + further + " + lane % 4 * 2)";
    String moved = "(lane % 4 * 2 + " + further % 8 + ") * 4";
    return "__int_as_float("
        + name()
        + "["
        + k
        + " * "
        + pitch
        + " + (("
        + column
        + " + lane / 4) ^ "
        + moved
        + ")])";
  }
}
