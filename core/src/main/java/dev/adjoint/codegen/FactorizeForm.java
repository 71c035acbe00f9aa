package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Factors of matrices, with a group of work-items for each, in the steps that {@link Kernel.Factorize} defines. It works in the
 * memory of the result.
 */
final class FactorizeForm implements Form {
  private static final int SIDE = 16;

  private final Kernel.Factorize kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> batch;
  private final int side;

  FactorizeForm(Kernel.Factorize kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.batch = IntStream.range(0, kernel.rank() - 2).boxed().toList();
    this.side = target.few() ? 1 : SIDE;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return matrices(geometry, batch, 1, side * side, Map.of());
  }

  /** A grid of some groups for each matrix. */
  static Grid matrices(
      Geometry geometry, List<Integer> batch, long groups, int items, Map<String, Long> counts) {
    long count = groups;
    for (int axis : batch) {
      count *= geometry.sizes()[axis];
    }
    if (count > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          count + " groups, which is more than " + Integer.MAX_VALUE);
    }
    return geometry.points() == 0 ? Grid.EMPTY : new Grid(count, 1, items, 1, counts);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    int rank = kernel.rank();
    var places = new Places(text, parameters, kernel.accesses());
    text.line("const i32 t = " + target.dialect().item(0) + ";");
    text.line("const i32 row = " + target.dialect().group(0) + ";");
    places.unravel(batch, "row");
    places.bases(batch);
    text.line("const i32 m = " + parameters.size(rank - 2) + ";");
    text.line("const i32 n = " + parameters.size(rank - 1) + ";");
    text.line("const i64 wide = " + parameters.stride(0, rank - 2) + ";");
    String source =
        "a1[b1 + (i64) (%s) * "
            + parameters.stride(1, rank - 2)
            + " + (i64) (%s) * "
            + parameters.stride(1, rank - 1)
            + "]";
    switch (kernel.f()) {
      case CHOLESKY -> cholesky(text, source);
      case LU -> lu(text, source);
      case QR -> qr(text, source);
    }
  }

  private String type() {
    return CTypes.register(kernel.dtype());
  }

  /** An element of the result. */
  private static String at(String i, String j) {
    return "a0[b0 + (" + i + ") * wide + " + j + "]";
  }

  /** Opens a loop over the work-items' shares of an index. */
  private void each(CodeText text, String i, String from, String to) {
    String first = from + " + t";
    vectors(text, i);
    text.open(
        "for (i32 %1$s = %2$s; %1$s < %3$s; %1$s += %4$d)".formatted(i, first, to, side * side));
  }

  /** Tells a compiler that the rounds of the next loop may run at once; columns are neighbours in memory. */
  private void vectors(CodeText text, String index) {
    if (target.few() && index.equals("j")) {
      text.directive(LaneNest.VECTORS);
    }
  }

  /** Opens two loops over the work-items' shares of rows i and columns j; the first column may depend on i. */
  private void square(CodeText text, String row, String rows, String column, String columns) {
    square(text, row, rows, column, columns, "");
  }

  /** The same, with {@code factor} for each row: the negative of what is given. */
  private void square(
      CodeText text, String row, String rows, String column, String columns, String factor) {
    String loop = "for (i32 %1$s = %2$s + t %3$s %4$d; %1$s < %5$s; %1$s += %4$d)";
    text.open(loop.formatted("i", row, "/", side, rows));
    if (!factor.isEmpty()) {
      text.line("const " + type() + " factor = -" + factor + ";");
    }
    vectors(text, "j");
    text.open(loop.formatted("j", column, "%", side, columns));
  }

  private static void close(CodeText text, int blocks) {
    for (int b = 0; b < blocks; b++) {
      text.close();
    }
  }

  private void barrier(CodeText text) {
    if (side > 1) {
      text.line(target.dialect().barrier);
    }
  }

  private void read(CodeText text, String source) {
    square(text, "0", "m", "0", "n");
    text.line(at("i", "j") + " = " + source.formatted("i", "j") + ";");
    close(text, 2);
  }

  /** Rows are those of the transposed factor, which is turned at the end. */
  private void cholesky(CodeText text, String source) {
    square(text, "0", "n", "i", "n");
    text.line(at("i", "j") + " = " + source.formatted("j", "i") + ";");
    close(text, 2);
    barrier(text);
    text.open("for (i32 k = 0; k < n; k++)");
    String pivot = at("k", "k");
    text.line(
        "const %s root = sqrt(%s > 0 ? %s : %s);"
            .formatted(type(), pivot, pivot, kernel.dtype() == DType.F32 ? "-1.0f" : "-1.0"));
    barrier(text);
    text.open("if (t == 0)");
    text.line(pivot + " = root;");
    text.close();
    each(text, "j", "k + 1", "n");
    text.line(at("k", "j") + " /= root;");
    text.close();
    barrier(text);
    square(text, "k + 1", "n", "i", "n", at("k", "i"));
    text.line(fma(at("i", "j"), "factor", at("k", "j")));
    close(text, 2);
    barrier(text);
    text.close();
    square(text, "0", "n", "0", "i");
    text.line(at("i", "j") + " = " + at("j", "i") + ";");
    text.line(at("j", "i") + " = 0;");
    close(text, 2);
  }

  private static String fma(String sum, String a, String b) {
    return sum + " = fma(" + a + ", " + b + ", " + sum + ");";
  }

  private void lu(CodeText text, String source) {
    read(text, source);
    each(text, "i", "0", "m");
    text.line(at("i", "n") + " = i;");
    text.close();
    barrier(text);
    text.open("for (i32 k = 0; k < m && k < n; k++)");
    text.line("i32 best = k;");
    text.line(type() + " largest = fabs(" + at("k", "k") + ");");
    text.open("for (i32 i = k + 1; i < m; i++)");
    text.line("const " + type() + " size = fabs(" + at("i", "k") + ");");
    text.line("best = size > largest ? i : best;");
    text.line("largest = size > largest ? size : largest;");
    text.close();
    barrier(text);
    text.open("if (best != k)");
    each(text, "j", "0", "n + 1");
    text.line("const " + type() + " other = " + at("k", "j") + ";");
    text.line(at("k", "j") + " = " + at("best", "j") + ";");
    text.line(at("best", "j") + " = other;");
    close(text, 2);
    barrier(text);
    text.line("const " + type() + " pivot = " + at("k", "k") + ";");
    text.open("if (pivot != 0)");
    each(text, "i", "k + 1", "m");
    text.line(at("i", "k") + " /= pivot;");
    close(text, 2);
    barrier(text);
    square(text, "k + 1", "m", "k + 1", "n", at("i", "k"));
    text.line(fma(at("i", "j"), "factor", at("k", "j")));
    close(text, 2);
    barrier(text);
    text.close();
  }

  /**
   * The rows of Q are made where those of the matrix are, and those of R behind them. What a reflection gives for the columns
   * behind k stands in the last row of R below the diagonal, one column to the left.
   */
  private void qr(CodeText text, String source) {
    read(text, source);
    square(text, "m", "m + n", "0", "n");
    text.line(at("i", "j") + " = 0;");
    close(text, 2);
    barrier(text);
    text.open("for (i32 k = 0; k < n; k++)");
    reflection(text);
    reflect(text);
    each(text, "j", "k + 1", "n");
    text.line(at("m + k", "j") + " = " + at("k", "j") + ";");
    text.close();
    text.open("if (t == 0)");
    text.line(at("m + k", "k") + " = taken;");
    text.line(at("k", "k") + " = turn;");
    text.close();
    barrier(text);
    text.close();
    text.open("for (i32 k = n - 1; k >= 0; k--)");
    text.line("const " + type() + " turn = " + at("k", "k") + ";");
    reflect(text);
    each(text, "i", "0", "m");
    text.line("%1$s = i < k ? 0 : i == k ? 1 - turn : -turn * %1$s;".formatted(at("i", "k")));
    text.close();
    barrier(text);
    text.close();
    each(text, "j", "0", "n - 1");
    text.line(at("m + n - 1", "j") + " = 0;");
    text.close();
  }

  /** Finds the reflection of column k: {@code turn}, the vector in place of the column, and {@code taken}, the diagonal of R. */
  private void reflection(CodeText text) {
    String t = type();
    text.line("const " + t + " first = " + at("k", "k") + ";");
    text.line(t + " largest = fabs(first);");
    text.line("i32 done = 1;");
    text.open("for (i32 i = k + 1; i < m; i++)");
    text.line("const " + t + " size = fabs(" + at("i", "k") + ");");
    text.line("largest = size > largest ? size : largest;");
    text.line("done = done && size == 0;");
    text.close();
    text.line(t + " taken = first;");
    text.line(t + " turn = 0;");
    text.line(t + " divisor = 1;");
    text.open("if (!done)");
    text.line(t + " sum = 0;");
    text.open("for (i32 i = k; i < m; i++)");
    text.line("const " + t + " part = " + at("i", "k") + " / largest;");
    text.line("sum = fma(part, part, sum);");
    text.close();
    text.line("const " + t + " length = largest * sqrt(sum);");
    text.line("taken = first >= 0 ? -length : length;");
    text.line("turn = (taken - first) / taken;");
    text.line("divisor = first - taken;");
    text.close();
    barrier(text);
    text.open("if (!done)");
    each(text, "i", "k + 1", "m");
    text.line(at("i", "k") + " /= divisor;");
    close(text, 2);
    barrier(text);
  }

  /** Applies the reflection of column k to the columns behind k. Each work-item keeps to columns of its own. */
  private void reflect(CodeText text) {
    String w = at("m + n - 1", "j - 1");
    each(text, "j", "k + 1", "n");
    text.line(w + " = " + at("k", "j") + ";");
    text.close();
    text.open("for (i32 i = k + 1; i < m; i++)");
    text.line("const " + type() + " v = " + at("i", "k") + ";");
    each(text, "j", "k + 1", "n");
    text.line(fma(w, "v", at("i", "j")));
    close(text, 2);
    each(text, "j", "k + 1", "n");
    text.line(w + " = turn * " + w + ";");
    text.line(at("k", "j") + " = " + at("k", "j") + " - " + w + ";");
    text.close();
    barrier(text);
    square(text, "k + 1", "m", "k + 1", "n", at("i", "k"));
    text.line(fma(at("i", "j"), "factor", w));
    close(text, 2);
    barrier(text);
  }
}
