package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
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

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final Tiles tiles;
  private final int batch;
  private final int depth;

  /** The rows and the columns of a tile. */
  private final int[] tile;

  TileForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    tiles = new Tiles(kernel, target, geometry);
    batch = tiles.batch();
    tile = new int[] {tiles.side(0), tiles.side(1)};
    depth = tile[0] + tile[1] > 2 * Tiles.SMALL ? 8 : 16;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return tiles.grid();
  }

  /**
   * Two groups to a unit need half of the registers each, which is enough where no factor has to be computed. With the largest
   * tiles and an epilogue the compiler keeps to that by itself, but spills where it must.
   */
  @Override
  public String attribute() {
    boolean inMemory = kernel.left() == null && kernel.right() == null;
    return target.dialect() == Dialect.CUDA && inMemory
        ? "__launch_bounds__("
            + ITEMS
            + ", "
            + (isLarge() && kernel.epilogue() != null ? 1 : 2)
            + ") "
        : "";
  }

  /** Whether tiles are so large that a kernel of any strides has too few registers. */
  private boolean isLarge() {
    return tile[0] + tile[1] > 3 * Tiles.SMALL;
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
      text.line("const i32 t = " + d.item(0) + ";");
      text.line("const i32 tx = t % " + SIDE + ";");
      text.line("const i32 ty = t / " + SIDE + ";");
      tiles.locate(text, d, parameters, places);
      text.line(type + " leftNext[" + left.each() + "], rightNext[" + right.each() + "];");
      text.line(type + " c[" + tile[0] / SIDE + "][" + tile[1] / SIDE + "];");
      square(() -> text.line("c[i][j] = " + zero + ";"));
      tiles.slices(text, parameters, depth);
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
      text.unrolled("i", tile[0] / SIDE);
      text.unrolled("j", tile[1] / SIDE);
      inside.run();
      text.close();
      text.close();
    }

    private void finish() {
      var own =
          new Tiles.Own(
              tile[0] / SIDE, place("ty", "i"), tile[1] / SIDE, place("tx", "j"), "c[i][j]");
      tiles.store(text, d, parameters, places, own);
    }

    /** Where a row or column of a work-item is in the tile. */
    private String place(String item, String number) {
      return item
          + " * "
          + BLOCK
          + " + "
          + number
          + " % "
          + BLOCK
          + " + "
          + number
          + " / "
          + BLOCK
          + " * "
          + Tiles.SMALL;
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
        String deep =
            factor != null
                ? number(factor.depthInner())
                : isLarge()
                    ? number(geometry.strides()[operand][batch + 2] == 1)
                    : alongK + " == 1";
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

      private static String number(boolean condition) {
        return condition ? "1" : "0";
      }

      private void either(String what, String deep, String wide) {
        text.line(
            "const i32 " + name + what + " = " + name + "Deep ? " + deep + " : " + wide + ";");
      }

      /** Prints that the elements of the slice at {@code k0} become values of work-items; those outside are 0. */
      void fetch() {
        text.unrolled("u", each());
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
        text.unrolled("u", each());
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
        text.unrolled("i", side / SIDE);
        text.line(into + "[i] = " + name + "[slice % 2][q][" + place(item, "i") + "];");
        text.close();
      }
    }
  }
}
