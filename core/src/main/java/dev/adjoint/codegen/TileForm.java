package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product for a GPU: a group of 256 work-items computes a tile of the result. Slices of both operands pass through local
 * memory, which has room for two: while one is multiplied, each work-item fetches its part of the next. It keeps blocks of 4 by 4
 * elements of the tile in registers, whose rows and columns come from local memory four at a time.
 */
final class TileForm implements Form {
  private static final int SIDE = 16;
  private static final int ITEMS = SIDE * SIDE;
  private static final int BLOCK = 4;
  private static final int SMALL = SIDE * BLOCK;
  private static final int LARGE = 2 * SMALL;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final int batch;
  private final int depth;

  /** The rows and the columns of a tile. */
  private final int[] tile = {SMALL, SMALL};

  TileForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    batch = kernel.batchRank(geometry.sizes().length);
    if (kernel.dtype() == DType.F32) {
      for (int side = 0; side < 2; side++) {
        tile[side] = geometry.sizes()[batch + side] > SMALL ? LARGE : SMALL;
      }
      for (int side = 1; side >= 0 && groups() < target.units(); side--) {
        tile[side] = SMALL;
      }
    }
    depth = tile[0] + tile[1] > 2 * SMALL ? 8 : 16;
  }

  /** The number of groups. */
  private long groups() {
    return tiles() * kernel.products(geometry.sizes());
  }

  private long tiles() {
    return Grid.ceil(geometry.sizes()[batch], tile[0])
        * Grid.ceil(geometry.sizes()[batch + 1], tile[1]);
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    long products = kernel.products(geometry.sizes());
    return groups() == 0
        ? Grid.EMPTY
        : new Grid(tiles(), products, ITEMS, 1, Map.of("rows", products));
  }

  /** Two groups to a unit need half of the registers each, which is enough where no factor has to be computed. */
  @Override
  public String attribute() {
    boolean inMemory = kernel.left() == null && kernel.right() == null;
    return target.dialect() == Dialect.CUDA && inMemory
        ? "__launch_bounds__(" + ITEMS + ", 2) "
        : "";
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    new Printer(text, parameters).print();
  }

  /** Prints one kernel. */
  private final class Printer {
    private final CodeText text;
    private final Parameters parameters;
    private final Dialect d = target.dialect();
    private final Places places;
    private final String type = CTypes.register(kernel.dtype());
    private final String zero = CTypes.literal(target.dialect(), kernel.dtype(), 0);
    private final Slice left;
    private final Slice right;

    Printer(CodeText text, Parameters parameters) {
      this.text = text;
      this.parameters = parameters;
      this.places = new Places(text, parameters, kernel.accesses());
      this.left = new Slice(0, "left", "m0", tile[0]);
      this.right = new Slice(1, "right", "n0", tile[1]);
    }

    void print() {
      left.declare();
      right.declare();
      String n = parameters.size(batch + 1);
      text.line("const i32 t = " + d.item(0) + ";");
      text.line("const i32 tx = t % " + SIDE + ";");
      text.line("const i32 ty = t / " + SIDE + ";");
      text.line("const i32 across = (" + n + " + " + (tile[1] - 1) + ") / " + tile[1] + ";");
      text.line("const i32 m0 = " + d.group(0) + " / across * " + tile[0] + ";");
      text.line("const i32 n0 = " + d.group(0) + " % across * " + tile[1] + ";");
      if (batch > 0) {
        text.line("const i32 row = " + parameters.count("row0") + " + " + d.group(1) + ";");
      }
      List<Integer> axes = IntStream.range(0, batch).boxed().toList();
      places.unravel(axes, "row");
      places.bases(axes);
      text.line(type + " leftNext[" + left.each() + "], rightNext[" + right.each() + "];");
      text.line(type + " c[" + tile[0] / SIDE + "][" + tile[1] / SIDE + "];");
      square(() -> text.line("c[i][j] = " + zero + ";"));
      text.line(
          "const i32 slices = ("
              + parameters.size(batch + 2)
              + " + "
              + (depth - 1)
              + ") / "
              + depth
              + ";");
      left.locate();
      right.locate();
      text.line("i32 k0 = 0;");
      left.fetch();
      right.fetch();
      left.keep("0");
      right.keep("0");
      text.line(d.barrier);
      text.open("for (i32 slice = 0; slice < slices; slice++)");
      text.line("k0 += " + depth + ";");
      text.open("if (slice + 1 < slices)");
      left.fetch();
      right.fetch();
      text.close();
      multiply();
      text.open("if (slice + 1 < slices)");
      left.keep("1 - slice % 2");
      right.keep("1 - slice % 2");
      text.close();
      text.line(d.barrier);
      text.close();
      finish();
    }

    private void multiply() {
      text.directive("#pragma unroll");
      text.open("for (i32 q = 0; q < " + depth + "; q++)");
      text.line(type + " a[" + tile[0] / SIDE + "], b[" + tile[1] / SIDE + "];");
      left.take("a", "ty");
      right.take("b", "tx");
      square(() -> text.line("c[i][j] = fma(a[i], b[j], c[i][j]);"));
      text.close();
    }

    /** Prints two unrolled loops over the part of the tile that a work-item has. */
    private void square(Runnable inside) {
      unrolled("i", tile[0] / SIDE);
      unrolled("j", tile[1] / SIDE);
      inside.run();
      text.close();
      text.close();
    }

    private void unrolled(String index, int count) {
      text.directive("#pragma unroll");
      text.open("for (i32 " + index + " = 0; " + index + " < " + count + "; " + index + "++)");
    }

    private void finish() {
      unrolled("i", tile[0] / SIDE);
      text.line("const i32 i" + batch + " = m0 + " + place("ty", "i") + ";");
      text.open("if (i" + batch + " < " + parameters.size(batch) + ")");
      text.line("const i64 result = " + places.along("b2", 2, List.of(batch)) + ";");
      var epilogue =
          kernel.epilogue() == null
              ? null
              : new Epilogue(text, d, parameters, kernel, kernel.epilogue(), places, batch);
      if (epilogue != null) {
        epilogue.row();
      }
      unrolled("j", tile[1] / SIDE);
      text.line("const i32 i" + (batch + 1) + " = n0 + " + place("tx", "j") + ";");
      text.open("if (i" + (batch + 1) + " < " + parameters.size(batch + 1) + ")");
      text.line("a2[result + i" + (batch + 1) + "] = c[i][j];");
      if (epilogue != null) {
        epilogue.element();
      }
      for (int level = 0; level < 4; level++) {
        text.close();
      }
    }

    /** Where a row or column of a work-item is in the tile. */
    private String place(String item, String number) {
      return item + " * " + BLOCK + " + " + number + " % " + BLOCK + " + " + number + " / " + BLOCK
          + " * " + SMALL;
    }

    /** The slices of an operand. */
    private final class Slice {
      private final int operand;
      private final String name;
      private final String origin;
      private final int side;
      private final Kernel.@Nullable Factor factor;
      private final @Nullable FactorText value;

      Slice(int operand, String name, String origin, int side) {
        this.operand = operand;
        this.name = name;
        this.origin = origin;
        this.side = side;
        this.factor = kernel.factor(operand);
        this.value =
            factor == null
                ? null
                : new FactorText(
                    text, d, parameters, kernel, operand, factor, places, geometry.sizes().length);
      }

      /** Prints the local memory. Rows are some elements longer, so that those of one column lie in different banks. */
      void declare() {
        text.line(
            d.local
                + type
                + " "
                + name
                + "[2]["
                + depth
                + "]["
                + (side + BLOCK)
                + "] __attribute__((aligned(16)));");
      }

      private int each() {
        return depth * side / ITEMS;
      }

      /**
       * Prints where a work-item's elements of a slice are: the first one, and how far it is to the next. Neighbours copy along
       * the axis on which elements are neighbours in memory.
       */
      void locate() {
        String alongK = parameters.stride(operand, batch + 2);
        String deep = factor == null ? alongK + " == 1" : factor.depthInner() ? "1" : "0";
        text.line("const i32 " + name + "Deep = " + deep + ";");
        either("Q", "t % " + depth, "t / " + side);
        either("R", "t / " + depth, "t % " + side);
        either("StepQ", "0", Integer.toString(ITEMS / side));
        either("StepR", Integer.toString(ITEMS / depth), "0");
        if (factor == null) {
          String along = parameters.stride(operand, batch + operand);
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
                  + " + (i64) "
                  + name
                  + "Q * "
                  + alongK
                  + ";");
          text.line(
              "const i64 "
                  + name
                  + "Step = (i64) "
                  + name
                  + "StepR * "
                  + along
                  + " + (i64) "
                  + name
                  + "StepQ * "
                  + alongK
                  + ";");
        }
      }

      private void either(String what, String deep, String wide) {
        text.line(
            "const i32 " + name + what + " = " + name + "Deep ? " + deep + " : " + wide + ";");
      }

      /** Prints that the elements of the slice at {@code k0} become values of work-items; those outside are 0. */
      void fetch() {
        unrolled("u", each());
        text.line("const i32 q = k0 + " + name + "Q + u * " + name + "StepQ;");
        text.line("const i32 r = " + origin + " + " + name + "R + u * " + name + "StepR;");
        text.line(type + " element = " + zero + ";");
        text.open(
            "if (r < "
                + parameters.size(batch + operand)
                + " && q < "
                + parameters.size(batch + 2)
                + ")");
        if (value == null) {
          text.line("element = a" + operand + "[" + name + "At + u * " + name + "Step];");
        } else {
          value.element("r", "q", v -> text.line("element = " + v + ";"));
        }
        text.close();
        text.line(name + "Next[u] = element;");
        text.close();
        if (value == null) {
          text.line(
              name + "At += (i64) " + depth + " * " + parameters.stride(operand, batch + 2) + ";");
        }
      }

      /** Prints that these values become one of the two slices in local memory. */
      void keep(String half) {
        unrolled("u", each());
        text.line(
            name
                + "["
                + half
                + "]["
                + name
                + "Q + u * "
                + name
                + "StepQ]["
                + name
                + "R + u * "
                + name
                + "StepR] = "
                + name
                + "Next[u];");
        text.close();
      }

      /** Prints the rows or columns of a work-item at step {@code q} of a slice. */
      void take(String into, String item) {
        unrolled("i", side / SIDE);
        text.line(into + "[i] = " + name + "[slice % 2][q][" + place(item, "i") + "];");
        text.close();
      }
    }
  }
}
