package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A matrix product for a GPU: a group of 256 work-items computes a square tile of the result. Slices of both operands pass
 * through local memory; each work-item keeps a part of the tile in registers, with its rows and columns 16 apart, so that
 * neighbours read and write neighbouring elements.
 */
final class TileForm implements Form {
  private static final int SIDE = 16;
  private static final int ITEMS = SIDE * SIDE;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;
  private final int tile;
  private final int depth;
  private final long tiles;

  TileForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.batchRank(geometry.sizes().length);
    long large = tiles(128) * kernel.products(geometry.sizes());
    tile = kernel.dtype() == DType.F32 && large >= target.units() ? 128 : 64;
    depth = tile == 128 ? 8 : 16;
    tiles = tiles(tile);
  }

  private long tiles(int side) {
    return Grid.ceil(geometry.sizes()[batch], side) * Grid.ceil(geometry.sizes()[batch + 1], side);
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    long products = kernel.products(geometry.sizes());
    return tiles * products == 0
        ? Grid.EMPTY
        : new Grid(tiles, products, ITEMS, 1, Map.of("rows", products));
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    String type = CTypes.register(kernel.dtype());
    String zero = CTypes.literal(d, kernel.dtype(), 0);
    var places = new Places(text, parameters, kernel.accesses());
    String m = parameters.size(batch);
    String n = parameters.size(batch + 1);
    String k = parameters.size(batch + 2);
    int each = tile / SIDE;
    // One element more per row: a slice is written along either axis, and banks of local memory
    // must differ in both.
    text.line(d.local + type + " left[" + depth + "][" + (tile + 1) + "];");
    text.line(d.local + type + " right[" + depth + "][" + (tile + 1) + "];");
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 tx = t % " + SIDE + ";");
    text.line("const i32 ty = t / " + SIDE + ";");
    text.line("const i32 across = (" + n + " + " + (tile - 1) + ") / " + tile + ";");
    text.line("const i32 m0 = " + d.group(0) + " / across * " + tile + ";");
    text.line("const i32 n0 = " + d.group(0) + " % across * " + tile + ";");
    if (batch > 0) {
      text.line("const i32 row = " + parameters.count("row0") + " + " + d.group(1) + ";");
    }
    List<Integer> axes = IntStream.range(0, batch).boxed().toList();
    places.unravel(axes, "row");
    places.bases(axes);
    text.line(type + " c[" + each + "][" + each + "];");
    square(text, each, () -> text.line("c[i][j] = " + zero + ";"));
    text.open("for (i32 k0 = 0; k0 < " + k + "; k0 += " + depth + ")");
    slice(text, parameters, places, "left", 0, m, "m0", zero);
    slice(text, parameters, places, "right", 1, n, "n0", zero);
    text.line(d.barrier);
    text.open("for (i32 q = 0; q < " + depth + "; q++)");
    text.line(type + " a[" + each + "], b[" + each + "];");
    text.open("for (i32 i = 0; i < " + each + "; i++)");
    text.line("a[i] = left[q][ty + i * " + SIDE + "];");
    text.line("b[i] = right[q][tx + i * " + SIDE + "];");
    text.close();
    square(text, each, () -> text.line("c[i][j] = fma(a[i], b[j], c[i][j]);"));
    text.close();
    text.line(d.barrier);
    text.close();
    finish(text, parameters, places, each, m, n);
  }

  /** Prints two unrolled loops over the part of the tile that a work-item has. */
  private static void square(CodeText text, int each, Runnable inside) {
    text.directive("#pragma unroll");
    text.open("for (i32 i = 0; i < " + each + "; i++)");
    text.directive("#pragma unroll");
    text.open("for (i32 j = 0; j < " + each + "; j++)");
    inside.run();
    text.close();
    text.close();
  }

  /** Copies a slice of an operand to local memory, along the axis on which it is contiguous. */
  private void slice(
      CodeText text,
      Parameters parameters,
      Places places,
      String to,
      int operand,
      String size,
      String origin,
      String zero) {
    Kernel.Factor factor = kernel.factor(operand);
    if (factor != null) {
      int rank = geometry.sizes().length;
      var value =
          new FactorText(text, target.dialect(), parameters, kernel, operand, factor, places, rank);
      computed(text, parameters, factor, value, to, size, origin, zero);
      return;
    }
    String alongK = parameters.stride(operand, batch + 2);
    String along = parameters.stride(operand, batch + operand);
    text.open("for (i32 e = t; e < " + depth * tile + "; e += " + ITEMS + ")");
    text.line("const i32 q = " + alongK + " == 1 ? e % " + depth + " : e / " + tile + ";");
    text.line("const i32 r = " + alongK + " == 1 ? e / " + depth + " : e % " + tile + ";");
    text.line("const i32 at = " + origin + " + r;");
    text.line(
        to
            + "[q][r] = at < "
            + size
            + " && k0 + q < "
            + parameters.size(batch + 2)
            + " ? a"
            + operand
            + "[b"
            + operand
            + " + (i64) at * "
            + along
            + " + (i64) (k0 + q) * "
            + alongK
            + "] : "
            + zero
            + ";");
    text.close();
  }

  /** Computes a slice of an operand into local memory, along the axis of its lanes. */
  private void computed(
      CodeText text,
      Parameters parameters,
      Kernel.Factor factor,
      FactorText value,
      String to,
      String size,
      String origin,
      String zero) {
    boolean deep = factor.depthInner();
    text.open("for (i32 e = t; e < " + depth * tile + "; e += " + ITEMS + ")");
    text.line("const i32 q = " + (deep ? "e % " + depth : "e / " + tile) + ";");
    text.line("const i32 r = " + (deep ? "e / " + depth : "e % " + tile) + ";");
    text.line(CTypes.register(kernel.dtype()) + " element = " + zero + ";");
    String k = parameters.size(batch + 2);
    text.open("if (" + origin + " + r < " + size + " && k0 + q < " + k + ")");
    value.element("(" + origin + " + r)", "(k0 + q)", v -> text.line("element = " + v + ";"));
    text.close();
    text.line(to + "[q][r] = element;");
    text.close();
  }

  private void finish(
      CodeText text, Parameters parameters, Places places, int each, String m, String n) {
    text.directive("#pragma unroll");
    text.open("for (i32 i = 0; i < " + each + "; i++)");
    text.line("const i32 i" + batch + " = m0 + ty + i * " + SIDE + ";");
    text.open("if (i" + batch + " < " + m + ")");
    text.line("const i64 result = " + places.along("b2", 2, List.of(batch)) + ";");
    var epilogue =
        kernel.epilogue() == null
            ? null
            : new Epilogue(
                text, target.dialect(), parameters, kernel, kernel.epilogue(), places, batch);
    if (epilogue != null) {
      epilogue.row();
    }
    text.directive("#pragma unroll");
    text.open("for (i32 j = 0; j < " + each + "; j++)");
    text.line("const i32 i" + (batch + 1) + " = n0 + tx + j * " + SIDE + ";");
    text.open("if (i" + (batch + 1) + " < " + n + ")");
    text.line("a2[result + i" + (batch + 1) + "] = c[i][j];");
    if (epilogue != null) {
      epilogue.element();
    }
    for (int level = 0; level < 4; level++) {
      text.close();
    }
  }
}
