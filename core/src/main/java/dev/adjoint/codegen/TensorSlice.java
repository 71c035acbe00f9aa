package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * The slices of an operand of a product on tensor cores, on their way from memory through registers to shared memory. A work-item
 * has some words of each.
 *
 * <p>Where neighbours along k are neighbours in memory, so are the words of neighbouring work-items. Elsewhere 8 work-items have
 * neighbouring rows and 4 such groups neighbouring words: they read whole sectors of memory, and write to 32 banks.
 */
final class TensorSlice {
  /** The words of a row of a slice along k, as many as a fragment has. */
  static final int WORDS = 8;

  /** The words behind them: so the 8 rows that are loaded at a time lie in different banks. */
  private static final int APART = 4;

  /** The numbers of words that a work-item has of 64 rows. */
  private static final int OF_BLOCK = Tiles.SMALL * WORDS / Tiles.ITEMS;

  private final CodeText text;
  private final Dialect dialect;
  private final Parameters parameters;
  private final TensorType type;
  private final int operand;
  private final int rows;
  private final int batch;
  private final String name;
  private final String origin;
  private final boolean deep;
  private final @Nullable FactorText value;

  /** Whether elements are as they are in memory: there is nothing to round. */
  private final boolean raw;

  TensorSlice(
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      Places places,
      Kernel.MatMul kernel,
      TensorType type,
      Geometry geometry,
      int operand,
      int rows) {
    this.text = text;
    this.dialect = dialect;
    this.parameters = parameters;
    this.type = type;
    this.operand = operand;
    this.rows = rows;
    int rank = geometry.sizes().length;
    batch = kernel.batchRank(rank);
    name = operand == 0 ? "left" : "right";
    origin = operand == 0 ? "m0" : "n0";
    Kernel.Factor factor = kernel.factor(operand);
    deep = factor == null ? geometry.strides()[operand][batch + 2] == 1 : factor.depthInner();
    DType stored = FactorText.narrow(factor);
    raw = stored != null && type.isStored(stored);
    value =
        factor == null
            ? null
            : new FactorText(text, dialect, parameters, kernel, operand, factor, places, rank);
  }

  /** Prints the shared memory. */
  void declare() {
    text.line(
        dialect.local
            + "u32 "
            + name
            + "[2]["
            + rows
            + "]["
            + (WORDS + APART)
            + "] __attribute__((aligned(16)));");
  }

  private int words() {
    return rows * WORDS / Tiles.ITEMS;
  }

  /** How far the words of a work-item are apart, within 64 rows. */
  private int stepOfWord() {
    return deep ? 0 : 4;
  }

  private int stepOfRow() {
    return deep ? Tiles.ITEMS / WORDS : 0;
  }

  /** Prints where a work-item's words of a slice are. */
  void locate() {
    text.line("const i32 " + name + "W = " + (deep ? "t % " + WORDS : "t / 8 % 4") + ";");
    text.line("const i32 " + name + "R = " + (deep ? "t / " + WORDS : "t % 8 + t / 32 * 8") + ";");
    text.line("u32 " + name + "Next[" + words() + "];");
    if (value == null) {
      String along = parameters.stride(operand, batch + operand);
      String step = deep ? stepOfRow() + " * " : stepOfWord() * type.perWord() + " * ";
      text.line(
          "i64 "
              + name
              + "At = b"
              + operand
              + " + (i64) ("
              + origin
              + " + "
              + name
              + "R) * "
              + along
              + " + (i64) ("
              + name
              + "W * "
              + type.perWord()
              + ") * "
              + alongK()
              + ";");
      text.line("const i64 " + name + "Step = (i64) " + step + (deep ? along : alongK()) + ";");
      text.line("const i64 " + name + "Far = (i64) " + Tiles.SMALL + " * " + along + ";");
    }
  }

  private String alongK() {
    return deep ? "1" : parameters.stride(operand, batch + 2);
  }

  private String row() {
    return name
        + "R + u % "
        + OF_BLOCK
        + " * "
        + stepOfRow()
        + " + u / "
        + OF_BLOCK
        + " * "
        + Tiles.SMALL;
  }

  private String word() {
    return name + "W + u % " + OF_BLOCK + " * " + stepOfWord();
  }

  /** Prints that the words of the slice at {@code k0} become values of work-items; elements outside are 0. */
  void fetch() {
    int per = type.perWord();
    text.unrolled("u", words());
    text.line("const i32 r = " + origin + " + " + row() + ";");
    for (int e = 0; e < per; e++) {
      element(e);
    }
    String word =
        raw ? "(u32) element0 | (u32) element1 << 16" : type.round(text, "element0", "element1");
    text.line(name + "Next[u] = " + word + ";");
    text.close();
    if (value == null) {
      text.line(name + "At += (i64) " + WORDS * per + " * " + alongK() + ";");
    }
  }

  private void element(int e) {
    String element = "element" + e;
    String q = "q" + e;
    text.line("const i32 " + q + " = k0 + (" + word() + ") * " + type.perWord() + " + " + e + ";");
    text.line((raw ? "i32 " : "f32 ") + element + " = 0;");
    String rowsEnd = parameters.size(batch + operand);
    text.open("if (r < " + rowsEnd + " && " + q + " < " + parameters.size(batch + 2) + ")");
    if (value == null) {
      String at =
          name
              + "At + u % "
              + OF_BLOCK
              + " * "
              + name
              + "Step + u / "
              + OF_BLOCK
              + " * "
              + name
              + "Far";
      text.line(element + " = a" + operand + "[" + at + (e == 0 ? "" : " + " + alongK()) + "];");
    } else if (raw) {
      value.bits("r", q, v -> text.line(element + " = " + v + ";"));
    } else {
      value.element("r", q, v -> text.line(element + " = " + v + ";"));
    }
    text.close();
  }

  /** Prints that these words become one of the two slices in shared memory. */
  void keep(String half) {
    text.unrolled("u", words());
    text.line(name + "[" + half + "][" + row() + "][" + word() + "] = " + name + "Next[u];");
    text.close();
  }
}
