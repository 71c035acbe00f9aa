package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product for a processor: a work-item computes a panel of a few vectors of columns, for some rows. It copies a slice
 * of the second operand, which then stays in cache while all rows pass over it, and holds up to {@value #MOST_TILE_ROWS} rows of
 * the panel in vector registers; if there are fewer rows, panels are wider. Vector types are a word of OpenCL C alone; other
 * dialects have no processors.
 */
final class PanelForm implements Form {
  private static final int MOST_TILE_ROWS = 8;

  /** Vectors of results that fit into registers. */
  private static final int TILE = 24;

  /** More vectors side by side read no faster. */
  private static final int MOST_VECTORS = 6;

  /** Vectors of a slice, which a processor's second cache holds. */
  private static final int SLICE = 768;

  /** The columns that a single row is multiplied by at a time. */
  private static final int DOTS = 4;

  private static final int MOST_ROWS = 128;
  private static final int LEAST_ROWS = 32;
  private static final int GROUPS_PER_UNIT = 4;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;
  private final int lanes;
  private final int rows;
  private final int vectors;
  private final int columns;
  private final int depth;

  PanelForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.batchRank(geometry.sizes().length);
    lanes = 64 / kernel.dtype().bytes();
    rows = Grid.power(geometry.sizes()[batch], 1, MOST_TILE_ROWS);
    int wide = Math.min(TILE / rows, MOST_VECTORS);
    vectors = geometry.sizes()[batch + 1] < wide * lanes ? TILE / MOST_TILE_ROWS : wide;
    columns = vectors * lanes;
    depth = SLICE / vectors;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    int[] sizes = geometry.sizes();
    long panels = Grid.ceil(sizes[batch + 1], columns);
    long count = kernel.products(geometry.sizes());
    long share = MOST_ROWS;
    while (share > LEAST_ROWS
        && Grid.ceil(sizes[batch], share) * panels * count
            < (long) GROUPS_PER_UNIT * target.units()) {
      share /= 2;
    }
    long blocks = Grid.ceil(sizes[batch], share);
    return blocks * panels * count == 0
        ? Grid.EMPTY
        : new Grid(panels, blocks * count, 1, 1, Map.of("blocks", blocks, "share", share));
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    new Printer(text, parameters).print();
  }

  /** Prints one kernel. */
  private final class Printer {
    private final CodeText text;
    private final Parameters parameters;
    private final Places places;
    private final String type = CTypes.register(kernel.dtype());
    private final String vector = (type.equals("f32") ? "float" : "double") + lanes;
    private final String load = "vload" + lanes;
    private final String store = "vstore" + lanes;
    private final String n;
    private final String k;
    private final @Nullable PanelFactor left;
    private final @Nullable PanelFactor right;

    Printer(CodeText text, Parameters parameters) {
      this.text = text;
      this.parameters = parameters;
      this.places = new Places(text, parameters, kernel.accesses());
      n = parameters.size(batch + 1);
      k = parameters.size(batch + 2);
      left = factor(0, kernel.left());
      right = factor(1, kernel.right());
    }

    void print() {
      Dialect d = target.dialect();
      String m = parameters.size(batch);
      text.line(vector + " slice[" + depth * vectors + "];");
      text.line(type + " edge[" + rows * columns + "];");
      text.open("for (i32 j = 0; j < " + rows * columns + "; j++)");
      text.line("edge[j] = 0;");
      text.close();
      if (left != null) {
        text.line(type + " left[" + rows * depth + "];");
      }
      text.line("const i32 n0 = " + d.group(0) + " * " + columns + ";");
      text.line(
          "const i32 width = " + n + " - n0 < " + columns + " ? " + n + " - n0 : " + columns + ";");
      text.line("const i32 block = " + d.group(1) + ";");
      text.line(
          "const i32 m0 = block % "
              + parameters.count("blocks")
              + " * "
              + parameters.count("share")
              + ";");
      text.line("const i32 m1 = " + m + " - m0 < p.share ? " + m + " : m0 + p.share;");
      if (batch > 0) {
        text.line("const i32 row = block / p.blocks;");
      }
      List<Integer> axes = IntStream.range(0, batch).boxed().toList();
      places.unravel(axes, "row");
      places.bases(axes);
      if (left != null) {
        left.declare();
      }
      if (right != null) {
        right.declare();
        // Columns behind the last are like it, and not stored.
        right.tabulate("(n0 + (x < width ? x : width - 1))", columns);
      }
      boolean dots = rows == 1 && left == null && right == null;
      if (dots) {
        String along = parameters.stride(0, batch + 2);
        text.open("if (" + along + " == 1 && " + parameters.stride(1, batch + 2) + " == 1)");
        dots();
        text.close();
        text.open("else");
      }
      text.open("for (i32 k0 = 0; k0 == 0 || k0 < " + k + "; k0 += " + depth + ")");
      text.line(
          "const i32 depth = " + k + " - k0 < " + depth + " ? " + k + " - k0 : " + depth + ";");
      if (left != null) {
        left.tabulate("(k0 + x)", "depth");
      }
      slice();
      text.open("for (i32 i = m0; i < m1; i += " + rows + ")");
      tile();
      text.close();
      text.close();
      if (dots) {
        text.close();
      }
      epilogue();
    }

    /** Multiplies a single row by columns, a few at a time, whose elements are neighbours in memory. */
    private void dots() {
      text.open("for (i32 j0 = 0; j0 < width; j0 += " + DOTS + ")");
      String global = target.dialect().global;
      text.line("const " + global + type + "* row = a0 + b0;");
      for (int c = 0; c < DOTS; c++) {
        String column = "n0 + (j0 + %1$d < width ? j0 + %1$d : width - 1)".formatted(c);
        String along = parameters.stride(1, batch + 1);
        String start = "a1 + b1 + (i64) (" + column + ") * " + along;
        text.line("const " + global + type + "* l" + c + " = " + start + ";");
        text.line(vector + " c" + c + " = (" + vector + ") (0);");
      }
      text.line(type + " parts[" + DOTS * lanes + "];");
      text.line("i32 q = 0;");
      text.open("for (; q <= " + k + " - " + lanes + "; q += " + lanes + ")");
      text.line("const " + vector + " x = " + load + "(0, row + q);");
      for (int c = 0; c < DOTS; c++) {
        text.line("c%1$d = fma(x, %2$s(0, l%1$d + q), c%1$d);".formatted(c, load));
      }
      text.close();
      for (int c = 0; c < DOTS; c++) {
        text.line(store + "(c" + c + ", " + c + ", parts);");
        text.line(type + " sum" + c + " = 0;");
        text.open("for (i32 x = 0; x < " + lanes + "; x++)");
        text.line("sum" + c + " = sum" + c + " + parts[" + c * lanes + " + x];");
        text.close();
        text.open("for (i32 x = q; x < " + k + "; x++)");
        text.line("sum%1$d = fma(row[x], l%1$d[x], sum%1$d);".formatted(c));
        text.close();
        text.line("if (j0 + %1$d < width) a2[b2 + n0 + j0 + %1$d] = sum%1$d;".formatted(c));
      }
      text.close();
    }

    /** Copies rows of the second operand, in the order in which they lie in memory, or computes them. */
    private void slice() {
      String to = "((" + type + "*) slice)[q * " + columns + " + j]";
      String zero = CTypes.literal(target.dialect(), kernel.dtype(), 0);
      if (right != null) {
        text.open("for (i32 q = 0; q < depth; q++)");
        right.copy("(k0 + q)", "(" + type + "*) slice + q * " + columns, columns);
        text.close();
        return;
      }
      String alongN = parameters.stride(1, batch + 1);
      String alongK = parameters.stride(1, batch + 2);
      String from = "a1[b1 + (i64) (n0 + j) * " + alongN + " + (i64) (k0 + q) * " + alongK + "]";
      text.open("if (" + alongN + " == 1 && width == " + columns + ")");
      text.open("for (i32 q = 0; q < depth; q++)");
      for (int v = 0; v < vectors; v++) {
        text.line(
            "slice[q * "
                + vectors
                + " + "
                + v
                + "] = "
                + load
                + "(0, a1 + b1 + n0 + "
                + v * lanes
                + " + (i64) (k0 + q) * "
                + alongK
                + ");");
      }
      text.close();
      text.close();
      String along = "for (i32 j = 0; j < " + columns + "; j++)";
      String down = "for (i32 q = 0; q < depth; q++)";
      String copy = to + " = j < width ? " + from + " : " + zero + ";";
      copy("else if (" + alongN + " == 1)", down, LaneNest.VECTORS, along, copy);
      copy("else", along, PanelFactor.ONE_BY_ONE, down, copy);
    }

    private void copy(String where, String outer, String directive, String inner, String copy) {
      text.open(where);
      text.open(outer);
      text.directive(directive);
      text.open(inner);
      text.line(copy);
      text.close();
      text.close();
      text.close();
    }

    private @Nullable PanelFactor factor(int operand, Kernel.@Nullable Factor factor) {
      if (factor == null) {
        return null;
      }
      var of =
          new FactorText(
              text,
              target.dialect(),
              parameters,
              kernel,
              operand,
              factor,
              places,
              geometry.sizes().length);
      int most = operand == 0 ? depth : columns;
      return new PanelFactor(text, of, operand, operand == 0, most, lanes);
    }

    /** Computes the rows of the first operand that a tile needs. */
    private void left(PanelFactor factor) {
      text.open("for (i32 r = 0; r < " + rows + "; r++)");
      text.line("const i32 at = i + r < m1 ? i + r : m1 - 1;");
      factor.copy("at", "left + r * " + depth, "depth");
      text.close();
    }

    private void tile() {
      if (left != null) {
        left(left);
      }
      String last = "m1 - 1";
      for (int r = 0; r < rows; r++) {
        text.line("const i32 r" + r + " = i + " + r + " < m1 ? i + " + r + " : " + last + ";");
        if (left == null) {
          text.line(
              "const "
                  + target.dialect().global
                  + type
                  + "* l"
                  + r
                  + " = a0 + b0 + (i64) r"
                  + r
                  + " * "
                  + parameters.stride(0, batch)
                  + " + (i64) k0 * "
                  + parameters.stride(0, batch + 2)
                  + ";");
        }
        text.line(
            target.dialect().global
                + type
                + "* o"
                + r
                + " = a2 + b2 + (i64) r"
                + r
                + " * "
                + parameters.stride(2, batch)
                + " + n0;");
      }
      text.line("const int whole = i + " + rows + " <= m1 && width == " + columns + ";");
      String zero = "(" + vector + ") (0)";
      parts((r, v) -> text.line(vector + " c" + r + "_" + v + " = " + zero + ";"));
      text.open("if (k0 > 0 && whole)");
      parts((r, v) -> text.line("c" + r + "_" + v + " = " + load + "(" + v + ", o" + r + ");"));
      text.close();
      text.open("else if (k0 > 0)");
      edges((r, element) -> text.line("if (j < width) edge[" + element + "] = o" + r + "[j];"));
      parts(
          (r, v) ->
              text.line("c" + r + "_" + v + " = " + load + "(" + (r * vectors + v) + ", edge);"));
      text.close();
      multiply();
      text.open("if (whole)");
      parts((r, v) -> text.line(store + "(c" + r + "_" + v + ", " + v + ", o" + r + ");"));
      text.close();
      text.open("else");
      parts(
          (r, v) -> text.line(store + "(c" + r + "_" + v + ", " + (r * vectors + v) + ", edge);"));
      edges(
          (r, element) ->
              text.line(
                  "if (j < width && i + " + r + " < m1) o" + r + "[j] = edge[" + element + "];"));
      text.close();
    }

    private void multiply() {
      text.open("for (i32 q = 0; q < depth; q++)");
      for (int v = 0; v < vectors; v++) {
        text.line("const " + vector + " b_" + v + " = slice[q * " + vectors + " + " + v + "];");
      }
      for (int r = 0; r < rows; r++) {
        String a =
            left == null
                ? "l" + r + "[(i64) q * " + parameters.stride(0, batch + 2) + "]"
                : "left[" + r * depth + " + q]";
        text.line("const " + vector + " a_" + r + " = " + a + ";");
        for (int v = 0; v < vectors; v++) {
          String c = "c" + r + "_" + v;
          text.line(c + " = fma(a_" + r + ", b_" + v + ", " + c + ");");
        }
      }
      text.close();
    }

    private void parts(BiConsumer<Integer, Integer> each) {
      for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
          each.accept(r, v);
        }
      }
    }

    private void edges(BiConsumer<Integer, String> each) {
      text.open("for (i32 j = 0; j < " + columns + "; j++)");
      for (int r = 0; r < rows; r++) {
        each.accept(r, r * columns + " + j");
      }
      text.close();
    }

    private void epilogue() {
      if (kernel.epilogue() == null) {
        return;
      }
      var epilogue =
          new Epilogue(
              text, target.dialect(), parameters, kernel, kernel.epilogue(), places, batch);
      text.open("for (i32 i" + batch + " = m0; i" + batch + " < m1; i" + batch + "++)");
      epilogue.row();
      text.directive(LaneNest.VECTORS);
      text.open("for (i32 j = 0; j < width; j++)");
      text.line("const i32 i" + (batch + 1) + " = n0 + j;");
      epilogue.element();
      text.close();
      text.close();
    }
  }
}
