package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * A matrix product on tensor cores, where its precision allows that: a group of 8 warps computes a {@linkplain Tiles tile} of the
 * result, each warp a half of its rows and a quarter of its columns. Slices of both operands pass through shared memory, which
 * has room for two: while one is multiplied, each work-item fetches its part of the next.
 *
 * <p>A slice is as deep as one {@linkplain TensorType fragment}: with twice that, there are too few registers for two groups on a
 * multiprocessor.
 */
final class TensorForm implements Form {
  private static final int WARPS_DOWN = 2;
  private static final int WARPS_ACROSS = 4;

  /** The sizes from which on a product uses tensor cores. */
  private static final int LEAST = 32;

  private final Kernel.MatMul kernel;
  private final Target target;
  private final Geometry geometry;
  private final Tiles tiles;
  private final TensorType type;

  /** The fragments of a warp along rows, and along columns. */
  private final int down;

  private final int across;

  TensorForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    tiles = new Tiles(kernel, target, geometry);
    type = TensorType.of(kernel);
    down = tiles.side(0) / WARPS_DOWN / 16;
    across = tiles.side(1) / WARPS_ACROSS / 8;
  }

  /** Whether a product is allowed to be done so, and worth it. */
  static boolean suits(Kernel.MatMul kernel, Target target, Geometry geometry) {
    int batch = kernel.batchRank(geometry.sizes().length);
    boolean large = true;
    for (int axis = batch; axis < batch + 3; axis++) {
      large &= geometry.sizes()[axis] >= LEAST;
    }
    return large
        && target.tensorCores()
        && kernel.dtype() == DType.F32
        && kernel.precision() != Precision.F32;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return tiles.grid();
  }

  /** Two groups to a unit need half of the registers each, which is enough where no factor has to be computed. */
  @Override
  public String attribute() {
    boolean inMemory = kernel.left() == null && kernel.right() == null;
    return "__launch_bounds__(" + Tiles.ITEMS + ", " + (inMemory ? 2 : 1) + ") ";
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    var places = new Places(text, parameters, kernel.accesses());
    var slices = new TensorSlice[2];
    for (int operand = 0; operand < 2; operand++) {
      slices[operand] =
          new TensorSlice(
              text, d, parameters, places, kernel, type, geometry, operand, tiles.side(operand));
      slices[operand].declare();
    }
    TensorSlice left = slices[0];
    TensorSlice right = slices[1];
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 lane = t % 32;");
    text.line("const i32 warpRow = t / 128 * " + tiles.side(0) / WARPS_DOWN + ";");
    text.line("const i32 warpColumn = t / 32 % 4 * " + tiles.side(1) / WARPS_ACROSS + ";");
    tiles.locate(text, d, parameters, places);
    text.line("f32 c[" + 4 * down * across + "];");
    text.unrolled("i", 4 * down * across);
    text.line("c[i] = 0.0f;");
    text.close();
    tiles.slices(text, parameters, TensorSlice.WORDS * type.perWord());
    left.locate();
    right.locate();
    text.line("i32 k0 = 0;");
    left.fetch();
    right.fetch();
    left.keep("0");
    right.keep("0");
    text.line(d.barrier);
    text.open("for (i32 slice = 0; slice < slices; slice++)");
    text.line("k0 += " + TensorSlice.WORDS * type.perWord() + ";");
    text.open("if (slice + 1 < slices)");
    left.fetch();
    right.fetch();
    text.close();
    multiply(text);
    text.open("if (slice + 1 < slices)");
    left.keep("1 - slice % 2");
    right.keep("1 - slice % 2");
    text.close();
    text.line(d.barrier);
    text.close();
    tiles.store(
        text,
        d,
        parameters,
        places,
        new Tiles.Own(
            2 * down,
            "warpRow + i / 2 * 16 + i % 2 * 8 + lane / 4",
            2 * across,
            "warpColumn + j / 2 * 8 + lane % 4 * 2 + j % 2",
            "c[(i / 2 * " + across + " + j / 2) * 4 + i % 2 * 2 + j % 2]"));
  }

  private void multiply(CodeText text) {
    text.line("u32 a[" + 4 * down + "], b[" + 2 * across + "];");
    text.unrolled("i", down);
    text.line(
        TensorType.load(
            text, "a + 4 * i", "&left[slice % 2][warpRow + i * 16 + lane % 16][lane / 16 * 4]"));
    text.close();
    // Two fragments of b are four matrices.
    text.unrolled("j", across / 2);
    text.line(
        TensorType.load(
            text,
            "b + 4 * j",
            "&right[slice % 2][warpColumn + j * 16 + lane / 16 * 8 + lane % 8][lane / 8 % 2 * 4]"));
    text.close();
    text.unrolled("i", down);
    text.unrolled("j", across);
    text.line(type.multiply(text, "c + (i * " + across + " + j) * 4", "a + 4 * i", "b + 2 * j"));
    text.close();
    text.close();
  }
}
