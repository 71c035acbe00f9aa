package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * The slices of an operand of a product on tensor cores in shared memory, which has room for {@link #STAGES} of them.
 *
 * <p>A slice is words of 32 bits, each with one element of f32 or two of 16 bits that are neighbours along the inner axis of its
 * {@link SlicePart}. What is in memory as it is wanted is copied there without passing registers, 16 bytes at a time if they are
 * aligned, and elements of f32 also by themselves, wherever a computed factor finds them, such as those of windows; all else is
 * fetched into registers first. Elements outside are 0.
 *
 * <p>Words are moved within groups of four, or of four such groups, by exclusive or with the place along the outer axis: so those
 * that a warp takes at a time are in different banks.
 */
final class TensorSlice {
  /** The slices that there is room for: two are on their way while one is multiplied. */
  static final int STAGES = 3;

  /** The words of a slice for each row of the operand. */
  static final int WORDS = 16;

  /** So many units of a work-item are copied without a loop. */
  private static final int FEW = 4;

  private final CodeText text;
  private final Dialect dialect;
  private final SlicePart part;
  private final int operand;
  private final int rows;
  private final int perWord;
  private final int unit;
  private final @Nullable StoredFactor copied;
  private final @Nullable FactorText value;

  /** Whether elements are copied one by one from wherever they are. */
  private final boolean isChosen;

  private final String name;

  /**
   * The slices of an operand.
   *
   * @param rows the rows of a tile that it has
   * @param perWord the elements of a word: 1 of f32, or 2 that are as they are in memory
   */
  TensorSlice(
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      Places places,
      Kernel.MatMul kernel,
      Geometry geometry,
      int operand,
      int rows,
      int perWord) {
    this.text = text;
    this.dialect = dialect;
    this.operand = operand;
    this.rows = rows;
    this.perWord = perWord;
    copied = copied(kernel, geometry, operand, perWord);
    unit = copied != null && copied.isAligned(geometry) ? 4 * perWord : perWord;
    part =
        new SlicePart(
            text, parameters, kernel, geometry, operand, copied, rows, WORDS * perWord, unit);
    name = part.name;
    isChosen = copied == null && perWord == 1 && FactorText.isChosen(kernel.factor(operand));
    Kernel.Factor factor = kernel.factor(operand);
    value =
        copied != null || factor == null
            ? null
            : new FactorText(
                text,
                dialect,
                parameters,
                kernel,
                operand,
                factor,
                places,
                geometry.sizes().length);
  }

  /** A factor that needs no registers on its way to shared memory; null if it is another one. */
  static @Nullable StoredFactor copied(
      Kernel.MatMul kernel, Geometry geometry, int operand, int perWord) {
    var stored = StoredFactor.of(kernel, operand, geometry.sizes().length);
    if (stored == null || stored.dtype().bytes() * perWord != DType.F32.bytes()) {
      return null;
    }
    return perWord == 1 || stored.isAligned(geometry) ? stored : null;
  }

  /** Whether nothing of it passes registers. */
  boolean isCopied() {
    return copied != null || isChosen;
  }

  /** Whether neighbours along k are neighbours. */
  boolean isDeep() {
    return part.deep;
  }

  /** Prints the shared memory. */
  void declare() {
    text.line(
        "%su32 %s[%d][%d] __attribute__((aligned(16)));"
            .formatted(dialect.local, name, STAGES, rows * WORDS));
  }

  /** Prints where a work-item's units are, and the words that it fetches. */
  void locate() {
    part.locate();
    String word = part.inner(0) + (perWord == 1 ? "" : " / " + perWord);
    String outer = part.first();
    text.line(
        "const i32 %sPlace = %s * %d + (%s ^ %s);"
            .formatted(name, outer, across(), word, moved(outer)));
    if (!isCopied()) {
      text.line("u32 " + name + "Next[" + part.units() + "];");
    }
  }

  /** Prints that the slice at {@code k0} is on its way to a stage. */
  void begin(String stage) {
    if (part.units() > FEW && isCopied()) {
      // All at once would need more registers than there are.
      text.directive("#pragma unroll 2");
      text.loop("u", part.units());
    } else {
      text.unrolled("u", part.units());
    }
    if (copied != null) {
      copy(copied.dtype().bytes(), stage);
    } else if (value != null && isChosen) {
      copyChosen(value, stage);
    } else if (value != null) {
      fetch(value);
    }
    text.close();
    part.advance();
  }

  private void copy(int size, String stage) {
    String read = Integer.toString(unit * size);
    if (!part.isWhole()) {
      text.line("const i32 rest = " + part.rest() + ";");
      read = "(rest < " + unit + " ? rest * " + size + " : " + read + ")";
    }
    String to = name + "[" + stage + "] + " + place();
    String bytes = part.inside(0) + " ? " + read + " : 0";
    text.line(AsyncCopies.copy(text, unit * size, to, part.address(), bytes));
  }

  private void copyChosen(FactorText value, String stage) {
    text.line("const f32* from = 0;");
    text.line("f32 other = 0;");
    text.open("if (" + part.inside(0) + ")");
    text.line("const i32 r = " + part.row(0) + ";");
    text.line("const i32 step = " + part.k(0) + ";");
    value.place("r", "step", "from", "other");
    text.close();
    text.line("u32* to = " + name + "[" + stage + "] + " + place() + ";");
    text.open("if (from)");
    text.line(AsyncCopies.copy(text, 4, "to", "from", "4"));
    text.close();
    text.open("else");
    text.line("*to = (u32) " + dialect.bitsF32.formatted("other") + ";");
    text.close();
  }

  private void fetch(FactorText value) {
    for (int e = 0; e < perWord; e++) {
      String element = "element" + e;
      text.line((perWord == 2 ? "i32 " : "f32 ") + element + " = 0;");
      text.open("if (" + part.inside(e) + ")");
      text.line("const i32 r = " + part.row(e) + ";");
      text.line("const i32 step = " + part.k(e) + ";");
      if (perWord == 2) {
        value.bits("r", "step", v -> text.line(element + " = " + v + ";"));
      } else {
        value.element("r", "step", v -> text.line(element + " = " + v + ";"));
      }
      text.close();
    }
    String word =
        perWord == 2
            ? "(u32) element0 | (u32) element1 << 16"
            : "(u32) " + dialect.bitsF32.formatted("element0");
    text.line(name + "Next[u] = " + word + ";");
  }

  /** Prints that what was fetched is in a stage, unless it is copied. */
  void end(String stage) {
    if (!isCopied()) {
      text.unrolled("u", part.units());
      text.line(name + "[" + stage + "][" + place() + "] = " + name + "Next[u];");
      text.close();
    }
  }

  /** The words of a slice along the inner axis. */
  private int across() {
    return part.deep ? WORDS : rows / perWord;
  }

  /** What the number of a word along the inner axis is combined with, by its place along the outer one. */
  private String moved(String outer) {
    return part.deep
        ? outer + " / 2 % 4 * 4"
        : perWord == 1 ? outer + " % 4 * 8" : outer + " % 8 * 4";
  }

  /** Where in a slice the first word of unit {@code u} is: both terms of the outer place are moved by themselves. */
  private String place() {
    boolean alike = part.step() % 8 == 0;
    String place =
        alike ? name + "Place" : "(" + name + "Place ^ " + moved("u * " + part.step()) + ")";
    return place + " + u * " + part.step() * across();
  }

  /**
   * Prints the words that a warp's lanes take of 16 rows of the operand and 8 words along k, as {@link TensorType} orders them:
   * of a those of one fragment, of b those of two.
   *
   * @param base the first row of the warp, a multiple of 16 or, if it has more than 16, of 32
   * @param index which 16 rows of the warp, a loop variable
   * @param word the first word, a multiple of 8
   */
  void take(String into, String stage, String base, String index, String word) {
    String slice = name + "[" + stage + "]";
    // Whether rows are what halves of a lane's words differ by first; otherwise it is words along
    // k.
    boolean rowsFirst = operand == 0;
    if (part.deep) {
      String row = rowsFirst ? "lane % 16" : "lane / 16 * 8 + lane % 8";
      String half = rowsFirst ? "lane / 16 * 4" : "lane / 8 % 2 * 4";
      String first = "(" + base + " + " + row + ") * " + WORDS;
      String moved = "(" + half + " ^ " + moved("lane") + " ^ " + word + ")";
      text.line(
          TensorType.load(
              text,
              into,
              slice + " + " + first + " + " + index + " * " + 16 * WORDS + " + " + moved));
    } else if (perWord == 2) {
      String row = rowsFirst ? "lane / 8 % 2 * 4" : "lane / 16 * 4";
      String half = rowsFirst ? "lane / 16 * 8" : "lane / 8 % 2 * 8";
      String k = "(" + word + " * 2 + " + half + " + lane % 8) * " + across();
      String moved = "(" + base + " / 2 + " + index + " * 8 + " + row + " ^ " + moved("lane") + ")";
      text.line(TensorType.loadTurned(text, into, slice + " + " + k + " + " + moved));
    } else {
      for (int r = 0; r < 4; r++) {
        int half = rowsFirst ? r % 2 : r / 2;
        int words = rowsFirst ? r / 2 : r % 2;
        String k = "(" + word + " + " + 4 * words + " + lane % 4) * " + across();
        String row = base + " + " + index + " * 16 + " + 8 * half + " ^ " + moved("lane");
        text.line(
            "(" + into + ")[" + r + "] = " + slice + "[" + k + " + (" + row + ") + lane / 4];");
      }
    }
  }
}
