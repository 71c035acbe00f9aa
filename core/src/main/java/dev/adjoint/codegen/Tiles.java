package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tiles of the result of a matrix product, each of which a group of 256 work-items computes: how large they are, where a
 * group finds its own, and what it does with the finished elements.
 */
final class Tiles {
  /** The work-items of a group. */
  static final int ITEMS = 256;

  /** The shorter side of a tile. */
  static final int SMALL = 64;

  private static final int LARGE = 2 * SMALL;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;
  private final int[] sides = {SMALL, SMALL};

  /** Tiles of f32 that are as large as leaves each unit of the machine one. */
  Tiles(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.batchRank(geometry.sizes().length);
    if (kernel.dtype() == DType.F32) {
      for (int side = 0; side < 2; side++) {
        sides[side] = geometry.sizes()[batch + side] > SMALL ? LARGE : SMALL;
      }
      for (int side = 1; side >= 0 && groups() < target.units(); side--) {
        sides[side] = SMALL;
      }
    }
  }

  /** The number of batch axes; rows, columns and k follow. */
  int batch() {
    return batch;
  }

  /** The rows of a tile, or its columns. */
  int side(int operand) {
    return sides[operand];
  }

  private long tiles() {
    return Grid.ceil(geometry.sizes()[batch], sides[0])
        * Grid.ceil(geometry.sizes()[batch + 1], sides[1]);
  }

  private long groups() {
    return tiles() * kernel.products(geometry.sizes());
  }

  /** What the compiler is told: the work-items of a group, and how many groups at least a unit of the machine shall hold. */
  String attribute(int groups) {
    return target.dialect() == Dialect.CUDA
        ? "__launch_bounds__(" + ITEMS + ", " + groups + ") "
        : "";
  }

  Grid grid() {
    long products = kernel.products(geometry.sizes());
    return groups() == 0
        ? Grid.EMPTY
        : new Grid(tiles(), products, ITEMS, 1, Map.of("rows", products));
  }

  /** Prints where the tile of a group begins, {@code m0} and {@code n0}, and the operands of its product. */
  void locate(CodeText text, Dialect d, Parameters parameters, Places places) {
    String n = parameters.size(batch + 1);
    text.line("const i32 across = (" + n + " + " + (sides[1] - 1) + ") / " + sides[1] + ";");
    text.line("const i32 m0 = " + d.group(0) + " / across * " + sides[0] + ";");
    text.line("const i32 n0 = " + d.group(0) + " % across * " + sides[1] + ";");
    if (batch > 0) {
      text.line("const i32 row = " + parameters.count("row0") + " + " + d.group(1) + ";");
    }
    List<Integer> axes = IntStream.range(0, batch).boxed().toList();
    places.unravel(axes, "row");
    places.bases(axes);
  }

  /** Prints the number of slices of some depth that k has. */
  void slices(CodeText text, Parameters parameters, int depth) {
    String k = parameters.size(batch + 2);
    text.line("const i32 slices = (" + k + " + " + (depth - 1) + ") / " + depth + ";");
  }

  /**
   * The elements that a work-item has of a tile, as expressions of loop variables {@code i} and {@code j}.
   *
   * @param rows how many rows
   * @param row which row of the tile number {@code i} is
   * @param columns how many columns
   * @param column which column of the tile number {@code j} is
   * @param value the element
   */
  record Own(int rows, String row, int columns, String column, String value) {}

  /** Prints that a work-item stores its elements, and what follows the product at each. */
  void store(CodeText text, Dialect d, Parameters parameters, Places places, Own own) {
    text.unrolled("i", own.rows);
    text.line("const i32 i" + batch + " = m0 + " + own.row + ";");
    text.open("if (i" + batch + " < " + parameters.size(batch) + ")");
    text.line("const i64 result = " + places.along("b2", 2, List.of(batch)) + ";");
    Kernel.Loop map = kernel.epilogue();
    var epilogue =
        map == null ? null : new Epilogue(text, d, parameters, kernel, map, places, batch);
    if (epilogue != null) {
      epilogue.row();
    }
    text.unrolled("j", own.columns);
    text.line("const i32 i" + (batch + 1) + " = n0 + " + own.column + ";");
    text.open("if (i" + (batch + 1) + " < " + parameters.size(batch + 1) + ")");
    text.line("a2[result + i" + (batch + 1) + "] = " + own.value + ";");
    if (epilogue != null) {
      epilogue.element();
    }
    for (int level = 0; level < 4; level++) {
      text.close();
    }
  }
}
