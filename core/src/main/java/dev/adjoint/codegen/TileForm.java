package dev.adjoint.codegen;

import dev.adjoint.DType;
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
  private static final int BLOCK = 4;

  /** The elements of f32 that are read from memory at once, if they are aligned. */
  private static final int VECTOR = 4;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final Tiles tiles;
  private final int depth;

  /** The rows and the columns of a tile. */
  private final int[] tile;

  TileForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    tiles = new Tiles(kernel, target, geometry);
    tile = new int[] {tiles.side(0), tiles.side(1)};
    depth = isLarge() || kernel.dtype() == DType.F64 ? 8 : 16;
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
    return inMemory ? tiles.attribute(isLarge() && kernel.epilogue() != null ? 1 : 2) : "";
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
      this.left = new Slice(0, tile[0]);
      this.right = new Slice(1, tile[1]);
    }

    void print() {
      left.declare();
      right.declare();
      text.line("const i32 t = " + d.item(0) + ";");
      text.line("const i32 tx = t % " + SIDE + ";");
      text.line("const i32 ty = t / " + SIDE + ";");
      tiles.locate(text, d, parameters, places);
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
      private final String name;
      private final int side;
      private final int unit;
      private final SlicePart part;
      private final @Nullable FactorText value;

      Slice(int operand, int side) {
        this.side = side;
        int rank = geometry.sizes().length;
        Kernel.Factor factor = kernel.factor(operand);
        var stored = factor == null ? StoredFactor.of(kernel, operand, rank) : null;
        unit = stored != null && stored.hasVectors(geometry, VECTOR) ? VECTOR : 1;
        part =
            new SlicePart(text, parameters, kernel, geometry, operand, stored, side, depth, unit);
        name = part.name;
        value =
            factor == null
                ? null
                : new FactorText(text, d, parameters, kernel, operand, factor, places, rank);
      }

      /** Prints the local memory. Rows are some elements longer, so that those of one column lie in different banks. */
      void declare() {
        text.line(
            "%s%s %s[2][%d][%d] __attribute__((aligned(16)));"
                .formatted(d.local, type, name, depth, side + BLOCK));
      }

      void locate() {
        part.locate();
        text.line(type + " " + name + "Next[" + part.units() * unit + "];");
      }

      /** Prints that the elements of the slice at {@code k0} become values of work-items; those outside are 0. */
      void fetch() {
        text.unrolled("u", part.units());
        for (int e = 0; e < unit; e++) {
          text.line(next(e) + " = " + zero + ";");
        }
        text.open("if (" + part.inside(0) + ")");
        if (value != null) {
          text.line("const i32 r = " + part.row(0) + ";");
          text.line("const i32 q = " + part.k(0) + ";");
          value.element("r", "q", v -> text.line(next(0) + " = " + v + ";"));
        } else if (unit == 1) {
          text.line(next(0) + " = " + part.element() + ";");
        } else {
          String pointer = "(const " + d.global + "float4*) (" + part.address() + ")";
          text.line("const float4 vector = *" + pointer + ";");
          for (int e = 0; e < unit; e++) {
            text.line(next(e) + " = vector." + "xyzw".charAt(e) + ";");
          }
        }
        text.close();
        text.close();
        part.advance();
      }

      private String next(int e) {
        String number = unit == 1 ? "u" : "u * " + unit + (e == 0 ? "" : " + " + e);
        return name + "Next[" + number + "]";
      }

      /** Prints that these values become one of the two slices in local memory. */
      void keep(String half) {
        text.unrolled("u", part.units());
        for (int e = 0; e < unit; e++) {
          String place = "[" + part.step(e) + "][" + part.rowOfTile(e) + "]";
          text.line(name + "[" + half + "]" + place + " = " + next(e) + ";");
        }
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
