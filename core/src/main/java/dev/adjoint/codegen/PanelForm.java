package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * A matrix product for a processor: a work-item computes a panel of a few vectors of columns, for some rows. It copies a slice
 * of the second operand, which then stays in cache while all rows pass over it, and holds {@value #ROWS} rows of the panel in
 * vector registers. Vector types are a word of OpenCL C alone; other dialects have no processors.
 */
final class PanelForm implements Form {
  private static final int ROWS = 8;
  private static final int VECTORS = 3;
  private static final int DEPTH = 256;
  private static final int MOST_ROWS = 128;
  private static final int LEAST_ROWS = 32;
  private static final int GROUPS_PER_UNIT = 4;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;
  private final int lanes;
  private final int columns;

  PanelForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.batchRank(geometry.sizes().length);
    lanes = 64 / kernel.dtype().bytes();
    columns = VECTORS * lanes;
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

    Printer(CodeText text, Parameters parameters) {
      this.text = text;
      this.parameters = parameters;
      this.places = new Places(text, parameters, kernel.accesses());
      n = parameters.size(batch + 1);
      k = parameters.size(batch + 2);
    }

    void print() {
      Dialect d = target.dialect();
      String m = parameters.size(batch);
      text.line(vector + " slice[" + DEPTH * VECTORS + "];");
      text.line(type + " edge[" + ROWS * columns + "];");
      if (kernel.left() != null) {
        text.line(type + " left[" + ROWS * DEPTH + "];");
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
      text.open("for (i32 k0 = 0; k0 == 0 || k0 < " + k + "; k0 += " + DEPTH + ")");
      text.line(
          "const i32 depth = " + k + " - k0 < " + DEPTH + " ? " + k + " - k0 : " + DEPTH + ";");
      slice();
      text.open("for (i32 i = m0; i < m1; i += " + ROWS + ")");
      tile();
      text.close();
      text.close();
      epilogue();
    }

    /** Copies rows of the second operand, in the order in which they lie in memory, or computes them. */
    private void slice() {
      String to = "((" + type + "*) slice)[q * " + columns + " + j]";
      String zero = CTypes.literal(target.dialect(), kernel.dtype(), 0);
      if (kernel.right() != null) {
        String along = "for (i32 j = 0; j < " + columns + "; j++)";
        String down = "for (i32 q = 0; q < depth; q++)";
        text.open(kernel.right().depthInner() ? along : down);
        text.open(kernel.right().depthInner() ? down : along);
        text.line(to + " = " + zero + ";");
        text.open("if (j < width)");
        factor(1, kernel.right())
            .element("(n0 + j)", "(k0 + q)", v -> text.line(to + " = " + v + ";"));
        text.close();
        text.close();
        text.close();
        return;
      }
      String alongN = parameters.stride(1, batch + 1);
      String alongK = parameters.stride(1, batch + 2);
      String from = "a1[b1 + (i64) (n0 + j) * " + alongN + " + (i64) (k0 + q) * " + alongK + "]";
      text.open("if (" + alongN + " == 1 && width == " + columns + ")");
      text.open("for (i32 q = 0; q < depth; q++)");
      for (int v = 0; v < VECTORS; v++) {
        text.line(
            "slice[q * "
                + VECTORS
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
      text.open("else");
      text.open("for (i32 j = 0; j < " + columns + "; j++)");
      text.open("for (i32 q = 0; q < depth; q++)");
      text.line(to + " = j < width ? " + from + " : " + zero + ";");
      text.close();
      text.close();
      text.close();
    }

    private FactorText factor(int operand, Kernel.Factor factor) {
      return new FactorText(
          text,
          target.dialect(),
          parameters,
          kernel,
          operand,
          factor,
          places,
          geometry.sizes().length);
    }

    /** Computes the rows of the first operand that a tile needs. */
    private void left(Kernel.Factor factor) {
      text.open("for (i32 r = 0; r < " + ROWS + "; r++)");
      text.line("const i32 at = i + r < m1 ? i + r : m1 - 1;");
      text.open("for (i32 q = 0; q < depth; q++)");
      factor(0, factor)
          .element("at", "(k0 + q)", v -> text.line("left[r * " + DEPTH + " + q] = " + v + ";"));
      text.close();
      text.close();
    }

    private void tile() {
      if (kernel.left() != null) {
        left(kernel.left());
      }

      String last = "m1 - 1";
      for (int r = 0; r < ROWS; r++) {
        text.line("const i32 r" + r + " = i + " + r + " < m1 ? i + " + r + " : " + last + ";");
        if (kernel.left() == null) {
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
      text.line("const int whole = i + " + ROWS + " <= m1 && width == " + columns + ";");
      String zero = "(" + vector + ") (0)";
      parts((r, v) -> text.line(vector + " c" + r + "_" + v + " = " + zero + ";"));
      text.open("if (k0 > 0 && whole)");
      parts((r, v) -> text.line("c" + r + "_" + v + " = " + load + "(" + v + ", o" + r + ");"));
      text.close();
      text.open("else if (k0 > 0)");
      edges((r, element) -> text.line("if (j < width) edge[" + element + "] = o" + r + "[j];"));
      parts(
          (r, v) ->
              text.line("c" + r + "_" + v + " = " + load + "(" + (r * VECTORS + v) + ", edge);"));
      text.close();
      multiply();
      text.open("if (whole)");
      parts((r, v) -> text.line(store + "(c" + r + "_" + v + ", " + v + ", o" + r + ");"));
      text.close();
      text.open("else");
      parts(
          (r, v) -> text.line(store + "(c" + r + "_" + v + ", " + (r * VECTORS + v) + ", edge);"));
      edges(
          (r, element) ->
              text.line(
                  "if (j < width && i + " + r + " < m1) o" + r + "[j] = edge[" + element + "];"));
      text.close();
    }

    private void multiply() {
      text.open("for (i32 q = 0; q < depth; q++)");
      for (int v = 0; v < VECTORS; v++) {
        text.line("const " + vector + " b_" + v + " = slice[q * " + VECTORS + " + " + v + "];");
      }
      for (int r = 0; r < ROWS; r++) {
        String a =
            kernel.left() == null
                ? "l" + r + "[(i64) q * " + parameters.stride(0, batch + 2) + "]"
                : "left[" + r * DEPTH + " + q]";
        text.line("const " + vector + " a_" + r + " = " + a + ";");
        for (int v = 0; v < VECTORS; v++) {
          String c = "c" + r + "_" + v;
          text.line(c + " = fma(a_" + r + ", b_" + v + ", " + c + ");");
        }
      }
      text.close();
    }

    private void parts(BiConsumer<Integer, Integer> each) {
      for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < VECTORS; v++) {
          each.accept(r, v);
        }
      }
    }

    private void edges(BiConsumer<Integer, String> each) {
      text.open("for (i32 j = 0; j < " + columns + "; j++)");
      for (int r = 0; r < ROWS; r++) {
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
