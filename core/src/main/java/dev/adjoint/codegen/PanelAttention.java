package dev.adjoint.codegen;

import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Kernel;
import java.util.function.BiConsumer;

/**
 * Tiles of an attention for a processor: a group is one work-item, which holds a tile in memory that stays in cache. Products go
 * panel by panel, as in {@link PanelForm}: it copies a slice of the second factor, and has some rows of a panel of vectors in
 * registers. Exponentials run in loops that the compiler turns into vectors.
 */
final class PanelAttention implements AttentionTiles {
  static final int GROUPS_PER_UNIT = 4;

  private static final int ROWS = 8;
  private static final int VECTORS = 2;
  private static final int COLUMNS = Kernel.Attention.KEYS;
  private static final int PARTIALS = Kernel.Loop.PARTIALS;

  private final AttentionText numbers;
  private final CodeText text;
  private final Kernel.Attention kernel;
  private final int rows;
  private final String type;
  private final String vector;
  private final String load;
  private final String store;
  private final int lanes;
  private final int width;

  PanelAttention(AttentionText numbers, Kernel.Attention kernel, int rows) {
    this.numbers = numbers;
    this.text = numbers.text;
    this.kernel = kernel;
    this.rows = rows;
    type = numbers.type;
    lanes = 64 / kernel.dtype().bytes();
    vector = (type.equals("f32") ? "float" : "double") + lanes;
    load = "vload" + lanes;
    store = "vstore" + lanes;
    width = VECTORS * lanes;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public int items() {
    return 1;
  }

  @Override
  public void declare() {
    text.line(vector + " slice[" + COLUMNS * VECTORS + "];");
    text.line(type + " edge[" + ROWS * width + "];");
    numbers.loop("j", ROWS * width);
    text.line("edge[j] = 0;");
    text.close();
    text.line(type + " c[" + rows * COLUMNS + "];");
    if (gradients()) {
      text.line(type + " t[" + rows * COLUMNS + "];");
    } else {
      text.line(type + " most[" + rows + "], sums[" + rows + "], factors[" + rows + "];");
    }
  }

  @Override
  public void begin() {
    numbers.loop("r", rows);
    text.line("most[r] = " + numbers.none + ";");
    text.line("sums[r] = " + numbers.zero + ";");
    text.close();
  }

  /** Both products of gradients are one text, because compilers take long. */
  @Override
  public void products() {
    String pass = gradients() ? "pass" : "";
    text.open(gradients() ? "for (i32 pass = 0; pass < 2; pass++)" : "");
    text.line(type + "* into = " + (gradients() ? "pass ? t : c" : "c") + ";");
    text.line("const i32 n = " + (gradients() ? "pass ? v : e" : "e") + ";");
    matrix("left", pass, U, X);
    matrix("right", pass, W, Y);
    text.open("for (i32 j0 = 0; j0 < seen; j0 += " + width + ")");
    text.line("const i32 some = seen - j0 < " + width + " ? seen - j0 : " + width + ";");
    text.open("for (i32 q0 = 0; q0 < n; q0 += " + COLUMNS + ")");
    text.line("const i32 deep = n - q0 < %1$d ? n - q0 : %1$d;".formatted(COLUMNS));
    numbers.loop("j", width);
    numbers.loop("q", "deep");
    String value = AttentionText.element("right", "first + j0 + j", "q0 + q");
    text.line(copied("q", "j") + " = j < some ? " + value + " : " + numbers.zero + ";");
    text.close();
    text.close();
    panel(
        r -> {
          text.line("const i32 r" + r + " = i + " + r + " < rows ? i + " + r + " : rows - 1;");
          String place = AttentionText.element("left", "row0 + r" + r, "q0");
          text.line("const " + numbers.dialect.global + type + "* l" + r + " = &" + place + ";");
          text.line(type + "* o" + r + " = into + (i + " + r + ") * " + COLUMNS + " + j0;");
        },
        () -> {
          text.open("if (q0 > 0)");
          parts((r, v) -> text.line(part(r, v) + " = " + load + "(" + v + ", o" + r + ");"));
          text.close();
        },
        "deep",
        r -> "l" + r + "[q * leftAlong]",
        () -> parts((r, v) -> text.line(store + "(" + part(r, v) + ", " + v + ", o" + r + ");")));
    text.close();
    text.close();
    text.close();
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  private String copied(String row, String column) {
    return "((" + type + "*) slice)[" + row + " * " + width + " + " + column + "]";
  }

  private static String part(int row, int vector) {
    return "c" + row + "_" + vector;
  }

  /** What is printed for a row of a panel. */
  private interface Row {
    void print(int row);
  }

  /** An expression for a row of a panel. */
  private interface Factor {
    String of(int row);
  }

  /**
   * Prints a loop over the rows of the tile, a few at a time, whose sums with the slice go on.
   *
   * @param before what is declared for each row
   * @param take what gives the sums other values than 0 at first
   * @param depth how many steps there are
   * @param factor the first factor at step {@code q}
   * @param give what becomes of the sums
   */
  private void panel(Row before, Runnable take, String depth, Factor factor, Runnable give) {
    text.open("for (i32 i = 0; i < rows; i += " + ROWS + ")");
    for (int r = 0; r < ROWS; r++) {
      before.print(r);
    }
    parts((r, v) -> text.line(vector + " " + part(r, v) + " = (" + vector + ") (0);"));
    take.run();
    numbers.loop("q", depth);
    for (int v = 0; v < VECTORS; v++) {
      text.line("const " + vector + " b_" + v + " = slice[q * " + VECTORS + " + " + v + "];");
    }
    for (int r = 0; r < ROWS; r++) {
      text.line("const " + vector + " a_" + r + " = " + factor.of(r) + ";");
      for (int v = 0; v < VECTORS; v++) {
        text.line(part(r, v) + " = fma(a_" + r + ", b_" + v + ", " + part(r, v) + ");");
      }
    }
    text.close();
    give.run();
    text.close();
  }

  private static void parts(BiConsumer<Integer, Integer> each) {
    for (int r = 0; r < ROWS; r++) {
      for (int v = 0; v < VECTORS; v++) {
        each.accept(r, v);
      }
    }
  }

  /** Opens a loop whose rounds may run at once. */
  private void vectors(String index, Object count) {
    text.directive(LaneNest.VECTORS);
    numbers.loop(index, count);
  }

  private static String at(String column) {
    return "c[r * " + COLUMNS + " + " + column + "]";
  }

  @Override
  public void exponentials() {
    numbers.loop("r", "rows");
    vectors("x", "seen");
    text.line(at("x") + " = " + numbers.score(at("x"), "row0 + r", "first + x") + ";");
    text.close();
    text.line(type + " part[" + PARTIALS + "];");
    fold(numbers.none, numbers.larger("part[k]", at("x + k")));
    text.line(type + " now = most[r];");
    numbers.loop("k", PARTIALS);
    text.line("now = " + numbers.larger("now", "part[k]") + ";");
    text.close();
    vectors("x", "seen");
    text.line(at("x") + " = weight(" + at("x") + ", now);");
    text.close();
    fold(numbers.zero, "part[k] + " + at("x + k"));
    text.open("for (i32 step = " + PARTIALS / 2 + "; step > 0; step /= 2)");
    numbers.loop("k", "step");
    text.line("part[k] = part[k] + part[k + step];");
    text.close();
    text.close();
    text.line("factors[r] = weight(most[r], now);");
    text.line("sums[r] = fma(sums[r], factors[r], part[0]);");
    text.line("most[r] = now;");
    text.close();
  }

  /** Prints that partial results, which start with a value, take the elements of a row. */
  private void fold(String start, String next) {
    numbers.loop("k", PARTIALS);
    text.line("part[k] = " + start + ";");
    text.close();
    text.open("for (i32 x = 0; x < seen; x += " + PARTIALS + ")");
    text.line("const i32 some = seen - x < %1$d ? seen - x : %1$d;".formatted(PARTIALS));
    vectors("k", "some");
    text.line("part[k] = " + next + ";");
    text.close();
    text.close();
  }

  /** The numbers of queries are copied to where columns have them, so that loops over these need not gather them. */
  @Override
  public void derivatives() {
    text.line(type + " logSums[" + COLUMNS + "], lesses[" + COLUMNS + "];");
    text.open("if (!ofQueries)");
    numbers.loop("x", "seen");
    text.line("logSums[x] = " + numbers.logSum("row0", "first + x") + ";");
    text.line("lesses[x] = " + numbers.less("row0", "first + x") + ";");
    text.close();
    text.close();
    numbers.loop("r", "rows");
    text.open("if (ofQueries)");
    text.line("const " + type + " logSum = " + numbers.logSum("row0 + r", "first") + ";");
    text.line("const " + type + " less = " + numbers.less("row0 + r", "first") + ";");
    numbers.loop("x", "seen");
    text.line("logSums[x] = logSum;");
    text.line("lesses[x] = less;");
    text.close();
    text.close();
    vectors("x", "seen");
    String t = "t" + at("x").substring(1);
    numbers.gradients(at("x"), t, "row0 + r", "first + x", "logSums[x]", "lesses[x]");
    text.close();
    text.close();
  }

  /** The gradients of values and those of the other matrix are one text, too. */
  @Override
  public void sums() {
    if (gradients()) {
      text.open("for (i32 pass = ofQueries; pass < 2; pass++)");
      text.line("const " + type + "* from = pass ? t : c;");
      text.line("const i32 n = pass ? e : v;");
      text.line("const i64 ofX = ofQueries ? 0 : (i64) l * e;");
      text.line("const i64 to = b0 + (pass ? ofX : (i64) (l + s) * e);");
      matrix("right", "pass", Y, W);
    } else {
      text.open("");
      text.line("const " + type + "* from = c;");
      text.line("const i32 n = v;");
      text.line("const i64 to = b0;");
      matrix("right", "", W, W);
    }
    text.open("for (i32 x0 = 0; x0 < n; x0 += " + width + ")");
    text.line("const i32 some = n - x0 < %1$d ? n - x0 : %1$d;".formatted(width));
    copy();
    panel(
        r -> {
          text.line("const i32 r" + r + " = i + " + r + " < rows ? i + " + r + " : rows - 1;");
          String place = "a0 + to + (i64) (row0 + r" + r + ") * n + x0";
          text.line(numbers.dialect.global + type + "* o" + r + " = " + place + ";");
          text.line("const " + type + "* l" + r + " = from + r" + r + " * " + COLUMNS + ";");
        },
        this::take,
        "seen",
        r -> "l" + r + "[q]",
        this::give);
    text.close();
    text.close();
  }

  /** Prints that a name is one of two matrices; without a condition, the other. */
  private void matrix(String name, String condition, Matrix one, Matrix other) {
    String head = "const " + numbers.dialect.global + type + "* ";
    text.line(head + name + " = " + chosen(condition, one, other, "") + ";");
    for (String step : new String[] {"Down", "Along"}) {
      text.line("const i64 " + name + step + " = " + chosen(condition, one, other, step) + ";");
    }
  }

  private static String chosen(String condition, Matrix one, Matrix other, String step) {
    String second = other.name() + step;
    return condition.isEmpty() ? second : condition + " ? " + one.name() + step + " : " + second;
  }

  /** Copies some columns of the matrix whose rows belong to the columns of the tile. */
  private void copy() {
    text.open("if (rightAlong == 1 && some == " + width + ")");
    numbers.loop("q", "seen");
    for (int v = 0; v < VECTORS; v++) {
      String from = AttentionText.element("right", "first + q", "x0");
      text.line("slice[q * " + VECTORS + " + " + v + "] = " + load + "(" + v + ", &" + from + ");");
    }
    text.close();
    text.close();
    text.open("else");
    numbers.loop("q", "seen");
    numbers.loop("j", width);
    String value = AttentionText.element("right", "first + q", "x0 + j");
    text.line(copied("q", "j") + " = j < some ? " + value + " : " + numbers.zero + ";");
    text.close();
    text.close();
    text.close();
  }

  private void take() {
    text.line("const i32 whole = i + " + ROWS + " <= rows && some == " + width + ";");
    text.open("if (!begin && whole)");
    parts((r, v) -> text.line(part(r, v) + " = " + load + "(" + v + ", o" + r + ");"));
    text.close();
    text.open("else if (!begin)");
    edges((r, element) -> text.line("if (j < some) edge[" + element + "] = o" + r + "[j];"));
    parts((r, v) -> text.line(part(r, v) + " = " + load + "(" + (r * VECTORS + v) + ", edge);"));
    text.close();
    if (!gradients()) {
      text.open("if (!begin)");
      parts((r, v) -> text.line(part(r, v) + " = " + part(r, v) + " * factors[r" + r + "];"));
      text.close();
    }
  }

  private void give() {
    text.open(gradients() ? "if (last && pass)" : "if (last)");
    parts((r, v) -> text.line(part(r, v) + " = " + finished(r, v) + ";"));
    text.close();
    text.open("if (whole)");
    parts((r, v) -> text.line(store + "(" + part(r, v) + ", " + v + ", o" + r + ");"));
    text.close();
    text.open("else");
    parts((r, v) -> text.line(store + "(" + part(r, v) + ", " + (r * VECTORS + v) + ", edge);"));
    edges(
        (r, element) ->
            text.line(
                "if (j < some && i + " + r + " < rows) o" + r + "[j] = edge[" + element + "];"));
    text.close();
  }

  private String finished(int row, int number) {
    String sum = part(row, number);
    String divisor = "sums[r" + row + "]";
    return gradients()
        ? sum + " * scale"
        : divisor + " == 0 ? (" + vector + ") (0) : " + sum + " / " + divisor;
  }

  private void edges(BiConsumer<Integer, String> each) {
    numbers.loop("j", width);
    for (int r = 0; r < ROWS; r++) {
      each.accept(r, r * width + " + j");
    }
    text.close();
  }

  @Override
  public void logSums(String to) {
    numbers.loop("r", "rows");
    text.line("a0[" + to + " + row0 + r] = logSum(most[r], sums[r]);");
    text.close();
  }
}
