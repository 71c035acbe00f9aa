package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product on tensor cores, where its precision allows that: a group of 8 warps computes a {@linkplain Tiles tile} of the
 * result, each warp a half of its rows and a quarter of its columns. Slices of both operands pass through shared memory, which
 * has room for three: while one is multiplied, the next two are on their way.
 *
 * <p>Factors of f32 are rounded when a warp takes them from there: so memory can be copied as it is.
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

  /** The elements of a word in shared memory. */
  private final int perWord;

  /** The fragments of a warp along rows, and along columns. */
  private final int down;

  private final int across;

  TensorForm(Kernel.MatMul kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    tiles = new Tiles(kernel, target, geometry);
    TensorType stored = TensorType.stored(kernel);
    type = stored != null ? stored : TensorType.of(kernel.precision());
    perWord = stored != null ? 2 : 1;
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

  /** Two groups to a unit need half of the registers each, which is enough where these have little to do with copies. */
  @Override
  public String attribute() {
    boolean aligned = true;
    for (int operand = 0; operand < 2; operand++) {
      StoredFactor copied = TensorSlice.copied(kernel, geometry, operand, perWord);
      aligned &= copied != null && copied.isAligned(geometry);
    }
    return tiles.attribute(aligned ? 2 : 1);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    var places = new Places(text, parameters, kernel.accesses());
    var slices = new ArrayList<TensorSlice>();
    for (int operand = 0; operand < 2; operand++) {
      var slice =
          new TensorSlice(
              text, d, parameters, places, kernel, geometry, operand, tiles.side(operand), perWord);
      slices.add(slice);
      slice.declare();
    }
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 lane = t % 32;");
    text.line("const i32 warpRow = t / 128 * " + tiles.side(0) / WARPS_DOWN + ";");
    text.line("const i32 warpColumn = t / 32 % 4 * " + tiles.side(1) / WARPS_ACROSS + ";");
    tiles.locate(text, d, parameters, places);
    text.line("f32 c[" + 4 * down * across + "];");
    text.unrolled("i", 4 * down * across);
    text.line("c[i] = 0.0f;");
    text.close();
    int depth = TensorSlice.WORDS * perWord;
    slices.forEach(TensorSlice::locate);
    pipeline(text, slices, depth, parameters.size(tiles.batch() + 2));
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

  /**
   * Prints the loop over slices. The stage that is filled while slice number s is multiplied had slice s - 1, which all have
   * multiplied before the barrier in front of s.
   */
  private void pipeline(CodeText text, List<TensorSlice> slices, int depth, String depthSize) {
    int ahead = TensorSlice.STAGES - 1;
    boolean copies = slices.stream().anyMatch(TensorSlice::isCopied);
    for (int stage = 0; stage < ahead; stage++) {
      String filled = Integer.toString(stage);
      text.open("");
      text.line("const i32 k0 = " + stage * depth + ";");
      slices.forEach(slice -> slice.begin(filled));
      slices.forEach(slice -> slice.end(filled));
      text.close();
      if (copies) {
        text.line(AsyncCopies.commit(text));
      }
    }
    text.line("i32 stage = 0;");
    text.open("for (i32 k = 0; k < " + depthSize + "; k += " + depth + ")");
    text.line("const i32 k0 = k + " + ahead * depth + ";");
    text.line("const i32 free = stage == 0 ? " + ahead + " : stage - 1;");
    if (copies) {
      text.line(AsyncCopies.await(text, ahead - 1));
    }
    text.line(target.dialect().barrier);
    text.open("if (k0 < " + depthSize + ")");
    slices.forEach(slice -> slice.begin("free"));
    text.close();
    if (copies) {
      text.line(AsyncCopies.commit(text));
    }
    multiply(text, slices.get(0), slices.get(1));
    if (!slices.stream().allMatch(TensorSlice::isCopied)) {
      text.open("if (k0 < " + depthSize + ")");
      slices.forEach(slice -> slice.end("free"));
      text.close();
    }
    text.line("stage = stage == " + ahead + " ? 0 : stage + 1;");
    text.close();
  }

  private void multiply(CodeText text, TensorSlice left, TensorSlice right) {
    // Rows that are not along k come word by word: without a loop these need too many registers.
    boolean deep = left.isDeep() && right.isDeep();
    text.directive(deep || perWord == 2 ? "#pragma unroll" : "#pragma unroll 1");
    text.loop("q", TensorSlice.WORDS * perWord / type.depth());
    text.line("u32 b[" + 2 * across + "];");
    text.unrolled("j", across / 2);
    take(text, right, 1, "b + 4 * j", "warpColumn", "j");
    text.close();
    text.unrolled("i", down);
    text.line("u32 a[4];");
    take(text, left, 0, "a", "warpRow", "i");
    text.unrolled("j", across);
    text.line(type.multiply(text, "c + (i * " + across + " + j) * 4", "a", "b + 2 * j"));
    text.close();
    text.close();
    text.close();
  }

  /** Prints the words of a fragment of the left operand, or of two of the right one, that are multiplied. */
  private void take(
      CodeText text, TensorSlice slice, int operand, String into, String base, String index) {
    if (perWord == 2) {
      slice.take(into, "stage", base, index, "q * 8");
      return;
    }
    int parts = type.depth() / 8;
    text.line("u32 words[" + 4 * parts + "];");
    for (int part = 0; part < parts; part++) {
      String to = part == 0 ? "words" : "words + " + 4 * part;
      slice.take(
          to, "stage", base, index, "q * " + type.depth() + (part == 0 ? "" : " + " + 8 * part));
    }
    type.round(text, into, "words", operand);
  }
}
