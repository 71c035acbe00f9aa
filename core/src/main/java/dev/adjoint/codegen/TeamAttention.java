package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Kernel;

/**
 * Tiles of an attention for a GPU: 8 lines of 32 work-items have some rows each, and an item has every 32nd column. So the
 * exponentials of a row that an item adds up are a partial result in the order of {@link Kernel.Loop}. Tiles are in registers;
 * slices of what is multiplied pass through local memory.
 */
final class TeamAttention implements AttentionTiles {
  /** The work-items along columns, and along rows. */
  static final int LANES = 32;

  static final int LINES = 8;

  static final int ITEMS = LANES * LINES;

  /** What a row of local memory is longer by, so that items which write a column reach different banks. */
  private static final int PAD = 4;

  private final AttentionText numbers;
  private final CodeText text;
  private final Kernel.Attention kernel;
  private final int rows;
  private final int each;
  private final int parts;
  private final int wide;
  private final int depth;

  /**
   * Tiles of some rows.
   *
   * @param head the most elements of a row of the result
   */
  TeamAttention(AttentionText numbers, Kernel.Attention kernel, int rows, int head) {
    this.numbers = numbers;
    this.text = numbers.text;
    this.kernel = kernel;
    this.rows = rows;
    boolean twice = kernel.dtype() == DType.F64;
    each = rows / LINES;
    parts = kernel.part() == AttentionPart.GRADIENTS ? 4 : Kernel.Attention.KEYS / LANES;
    wide = Grid.power(Grid.ceil(head, LANES), 1, twice ? 2 : 4);
    depth = twice ? 8 : 16;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return parts * LANES;
  }

  @Override
  public int items() {
    return ITEMS;
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  /** The elements of local memory that slices of products, of sums, or partial results need. */
  private int room() {
    int product = depth * (rows + columns() + 2 * PAD);
    int sums = LANES * (rows + PAD + wide * LANES);
    return Math.max(Math.max(product, sums), rows * (LANES + 1));
  }

  @Override
  public void declare() {
    String local = numbers.dialect.local + numbers.type;
    text.line(local + " room[" + room() + "] __attribute__((aligned(16)));");
    if (!gradients()) {
      for (String name : new String[] {"most", "sums", "factors"}) {
        text.line(local + " " + name + "[" + rows + "];");
      }
    }
    text.line("const i32 item = " + numbers.dialect.item(0) + ";");
    text.line("const i32 tx = item % " + LANES + ";");
    text.line("const i32 ty = item / " + LANES + " * " + each + ";");
    String tile = "[" + each + "][" + parts + "]";
    text.line(numbers.type + " c" + tile + (gradients() ? ", t" + tile : "") + ";");
  }

  @Override
  public void begin() {
    text.open("if (item < " + rows + ")");
    text.line("most[item] = " + numbers.none + ";");
    text.line("sums[item] = " + numbers.zero + ";");
    text.close();
  }

  private void barrier() {
    text.line(numbers.dialect.barrier);
  }

  /** Opens a loop over the rows {@code r} of a work-item. */
  private void row() {
    numbers.unrolled("i", each);
    text.line("const i32 r = ty + i;");
  }

  /** Opens a loop over its columns {@code x}. */
  private void column() {
    numbers.unrolled("k", parts);
    text.line("const i32 x = k * " + LANES + " + tx;");
  }

  private void close(int levels) {
    for (int k = 0; k < levels; k++) {
      text.close();
    }
  }

  @Override
  public void products() {
    product("c", X, Y);
    if (gradients()) {
      product("t", U, W);
    }
  }

  private void product(String into, Matrix x, Matrix y) {
    String n = x.columns();
    int right = depth * (rows + PAD);
    numbers.unrolled("i", each);
    numbers.unrolled("k", parts);
    text.line(into + "[i][k] = " + numbers.zero + ";");
    close(2);
    text.open("for (i32 q0 = 0; q0 < " + n + "; q0 += " + depth + ")");
    barrier();
    slice(x, 0, rows, "row0", "rows", n);
    slice(y, right, columns(), "first", "seen", n);
    barrier();
    numbers.unrolled("q", depth);
    text.line(numbers.type + " a[" + each + "], b[" + parts + "];");
    numbers.unrolled("i", each);
    text.line("a[i] = room[q * " + (rows + PAD) + " + ty + i];");
    text.close();
    numbers.unrolled("k", parts);
    text.line(
        "b[k] = room[" + right + " + q * " + (columns() + PAD) + " + k * " + LANES + " + tx];");
    text.close();
    numbers.unrolled("i", each);
    numbers.unrolled("k", parts);
    text.line(into + "[i][k] = fma(a[i], b[k], " + into + "[i][k]);");
    close(4);
  }

  /** Copies some columns of a matrix, from {@code q0} on, with 0 outside; neighbours copy what is likely to be neighbours. */
  private void slice(Matrix m, int at, int side, String from, String count, String n) {
    text.open("");
    text.line("const i32 deep = " + m.name() + "Along == 1;");
    text.directive("#pragma unroll");
    text.open("for (i32 u = item; u < " + depth * side + "; u += " + ITEMS + ")");
    text.line("const i32 q = deep ? u % " + depth + " : u / " + side + ";");
    text.line("const i32 r = deep ? u / " + depth + " : u % " + side + ";");
    String value = AttentionText.element(m.name(), from + " + r", "q0 + q");
    text.line(
        "room["
            + at
            + " + q * "
            + (side + PAD)
            + " + r] = r < "
            + count
            + " && q0 + q < "
            + n
            + " ? "
            + value
            + " : "
            + numbers.zero
            + ";");
    close(2);
  }

  @Override
  public void exponentials() {
    String line = "room[item * " + (LANES + 1) + " + k]";
    String mine = "room[r * " + (LANES + 1) + " + tx]";
    barrier();
    row();
    text.line(numbers.type + " best = " + numbers.none + ";");
    column();
    text.line(numbers.type + " found = " + numbers.none + ";");
    text.open("if (r < rows && x < seen)");
    text.line("found = " + numbers.score("c[i][k]", "row0 + r", "first + x") + ";");
    text.close();
    text.line("c[i][k] = found;");
    text.line("best = " + numbers.larger("best", "found") + ";");
    text.close();
    text.line(mine + " = best;");
    text.close();
    barrier();
    text.open("if (item < " + rows + ")");
    text.line(numbers.type + " now = most[item];");
    numbers.loop("k", LANES);
    text.line("now = " + numbers.larger("now", line) + ";");
    text.close();
    text.line("factors[item] = weight(most[item], now);");
    text.line("most[item] = now;");
    text.close();
    barrier();
    row();
    text.line(numbers.type + " sum = " + numbers.zero + ";");
    column();
    text.line("c[i][k] = weight(c[i][k], most[r]);");
    text.open("if (x < seen)");
    text.line("sum = sum + c[i][k];");
    text.close();
    text.close();
    text.line(mine + " = sum;");
    text.close();
    barrier();
    text.open("if (item < " + rows + ")");
    text.open("for (i32 step = " + LANES / 2 + "; step > 0; step /= 2)");
    numbers.loop("k", "step");
    text.line(line + " = " + line + " + room[item * " + (LANES + 1) + " + k + step];");
    close(2);
    text.line("sums[item] = fma(sums[item], factors[item], room[item * " + (LANES + 1) + "]);");
    text.close();
  }

  @Override
  public void derivatives() {
    row();
    column();
    text.open("if (r < rows && x < seen)");
    String row = "row0 + r";
    String column = "first + x";
    String logSum = numbers.logSum(row, column);
    numbers.gradients("c[i][k]", "t[i][k]", row, column, logSum, numbers.less(row, column));
    text.close();
    close(2);
  }

  @Override
  public void sums() {
    if (!gradients()) {
      accumulate("c", W, "b0", " * factors[r]", "mean(o[i][j], sums[r])");
      return;
    }
    text.open("if (!ofQueries)");
    accumulate("c", W, "b0 + (i64) (l + s) * e", "", "o[i][j]");
    text.close();
    accumulate("t", Y, "b0 + (ofQueries ? 0 : (i64) l * e)", "", "o[i][j] * scale");
  }

  /**
   * Prints chains of a row of a tile and a column of z.
   *
   * @param to the element of the result at which the chains of the first row of all begin
   * @param carried what becomes of chains before this tile
   * @param finished what becomes of them in the end
   */
  private void accumulate(String from, Matrix z, String to, String carried, String finished) {
    String n = z.columns();
    int width = wide * LANES;
    int right = LANES * (rows + PAD);
    text.open("for (i32 x0 = 0; x0 < " + n + "; x0 += " + width + ")");
    text.line(numbers.type + " o[" + each + "][" + wide + "];");
    String before = "begin ? " + numbers.zero + " : a0[at]" + carried;
    each(n, to, () -> text.line("o[i][j] = " + before + ";"));
    numbers.unrolled("k", parts);
    barrier();
    numbers.unrolled("i", each);
    text.line("room[tx * " + (rows + PAD) + " + ty + i] = " + from + "[i][k];");
    text.close();
    text.directive("#pragma unroll");
    text.open("for (i32 u = item; u < " + LANES * width + "; u += " + ITEMS + ")");
    text.line("const i32 q = u / " + width + ";");
    text.line("const i32 j = u % " + width + ";");
    String value = AttentionText.element(z.name(), "first + k * " + LANES + " + q", "x0 + j");
    text.line(
        "room["
            + right
            + " + u] = k * "
            + LANES
            + " + q < seen && x0 + j < "
            + n
            + " ? "
            + value
            + " : "
            + numbers.zero
            + ";");
    text.close();
    barrier();
    text.line("const i32 some = seen - k * " + LANES + ";");
    numbers.loop("q", "some && q < " + LANES);
    text.line(numbers.type + " a[" + each + "], b[" + wide + "];");
    numbers.unrolled("i", each);
    text.line("a[i] = room[q * " + (rows + PAD) + " + ty + i];");
    text.close();
    numbers.unrolled("j", wide);
    text.line("b[j] = room[" + right + " + q * " + width + " + j * " + LANES + " + tx];");
    text.close();
    numbers.unrolled("i", each);
    numbers.unrolled("j", wide);
    text.line("o[i][j] = fma(a[i], b[j], o[i][j]);");
    close(4);
    String sum = "last ? " + finished + " : o[i][j]";
    each(n, to, () -> text.line("a0[at] = " + sum + ";"));
    text.close();
  }

  /** Prints something for each sum of a work-item that there is, which is {@code at} in the result. */
  private void each(String n, String to, Runnable inside) {
    row();
    numbers.unrolled("j", wide);
    text.line("const i32 x = x0 + j * " + LANES + " + tx;");
    text.open("if (r < rows && x < " + n + ")");
    text.line("const i64 at = " + to + " + (i64) (row0 + r) * " + n + " + x;");
    inside.run();
    close(3);
  }

  @Override
  public void logSums(String to) {
    text.open("if (item < rows)");
    text.line("a0[" + to + " + row0 + item] = logSum(most[item], sums[item]);");
    text.close();
  }
}
