package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Tiles of an attention on tensor cores: each warp has 16 rows, their scores and their sums, in registers. Rows and columns of
 * operands are in shared memory, as {@link WarpMatrix} has them. A tile becomes the left factor of the sums as it is in the
 * lanes. The result is written once, at the end.
 */
final class WarpAttention implements AttentionTiles {
  private static final int LANES = 32;

  /** The rows of a warp. */
  static final int ROWS = 16;

  /** The most columns of a tile: scores of more leave too few registers for sums. */
  private static final int COLUMNS = 32;

  /** The longest vectors whose sums fit into registers, and into shared memory with their operands. */
  private static final int LONGEST = 128;

  /** The bytes of shared memory that any kernel can have. */
  private static final int SHARED = 48 << 10;

  private final AttentionText numbers;
  private final CodeText text;
  private final Kernel.Attention kernel;
  private final int rows;
  private final int columns;
  private final TensorType type;
  private final WarpMatrix x;
  private final WarpMatrix y;
  private final WarpMatrix u;
  private final WarpMatrix w;

  WarpAttention(AttentionText numbers, Kernel.Attention kernel, Geometry geometry, int rows) {
    this.numbers = numbers;
    this.text = numbers.text;
    this.kernel = kernel;
    this.rows = rows;
    type = TensorType.of(kernel.precision());
    columns = columns(kernel, geometry, rows);
    int batch = kernel.rank() - 4;
    int e = geometry.sizes()[batch + 2];
    int v = geometry.sizes()[batch + 3];
    boolean aligned = WarpMatrix.areAligned(kernel, geometry);
    x = new WarpMatrix(numbers, type, X, rows, e, aligned);
    y = new WarpMatrix(numbers, type, Y, columns, e, aligned);
    u = new WarpMatrix(numbers, type, U, rows, v, aligned);
    w = new WarpMatrix(numbers, type, W, columns, v, aligned);
  }

  /** Whether an attention is allowed to be done so, and its vectors are short enough. */
  static boolean suits(Kernel.Attention kernel, Target target, Geometry geometry) {
    int batch = kernel.rank() - 4;
    int[] sizes = geometry.sizes();
    return target.tensorCores()
        && kernel.dtype() == DType.F32
        && kernel.precision() != Precision.F32
        && Math.max(sizes[batch + 2], sizes[batch + 3]) <= LONGEST
        && geometry.points() > 0;
  }

  /** The most rows for which there is shared memory with at least 16 columns. */
  static int mostRows(Kernel.Attention kernel, Geometry geometry) {
    int rows = Kernel.Attention.ROWS;
    while (room(kernel, geometry, rows, ROWS) > SHARED) {
      rows /= 2;
    }
    return rows;
  }

  /** The most columns for which there is shared memory. */
  private static int columns(Kernel.Attention kernel, Geometry geometry, int rows) {
    int columns = COLUMNS;
    while (room(kernel, geometry, rows, columns) > SHARED) {
      columns /= 2;
    }
    return columns;
  }

  /** The bytes of shared memory that tiles need. */
  private static int room(Kernel.Attention kernel, Geometry geometry, int rows, int columns) {
    int batch = kernel.rank() - 4;
    int e = WarpMatrix.pitch(geometry.sizes()[batch + 2]);
    int v = WarpMatrix.pitch(geometry.sizes()[batch + 3]);
    boolean gradients = kernel.part() == AttentionPart.GRADIENTS;
    int words = rows * e + columns * (e + v) + (gradients ? rows * v : 0);
    return words * Float.BYTES;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int items() {
    return rows / ROWS * LANES;
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  @Override
  public void declare() {
    x.declare();
    y.declare();
    w.declare();
    if (gradients()) {
      u.declare();
    }
    text.line("const i32 item = " + numbers.dialect.item(0) + ";");
    text.line("const i32 lane = item % " + LANES + ";");
    text.line("const i32 warpRow = item / " + LANES + " * " + ROWS + ";");
    text.line("f32 c[" + columns / 2 + "];");
    zeros("ofW", w.pitch() / 2);
    if (gradients()) {
      text.line("f32 t[" + columns / 2 + "];");
      zeros("ofY", y.pitch() / 2);
    }
  }

  private void zeros(String name, int count) {
    text.line("f32 " + name + "[" + count + "];");
    text.unrolled("i", count);
    text.line(name + "[i] = 0.0f;");
    text.close();
  }

  @Override
  public void begin() {
    text.line("f32 most[2] = {" + numbers.none + ", " + numbers.none + "};");
    text.line("f32 sums[2] = {0.0f, 0.0f};");
  }

  @Override
  public void products() {
    barrier();
    text.open("if (begin)");
    x.copy("row0", "rows");
    if (gradients()) {
      u.copy("row0", "rows");
    }
    text.close();
    y.copy("first", "seen");
    text.line(AsyncCopies.commit(text));
    w.copy("first", "seen");
    text.line(AsyncCopies.commit(text));
    text.line(AsyncCopies.await(text, 1));
    barrier();
    product("c", x, y);
    text.line(AsyncCopies.await(text, 0));
    barrier();
    if (gradients()) {
      product("t", u, w);
    }
  }

  private void barrier() {
    text.line(numbers.dialect.barrier);
  }

  /** Prints the chains of a warp's rows of one matrix and all rows of another. */
  private void product(String into, WarpMatrix left, WarpMatrix right) {
    text.unrolled("i", columns / 2);
    text.line(into + "[i] = 0.0f;");
    text.close();
    String size = left.size();
    text.directive("#pragma unroll 2");
    text.open("for (i32 q = 0; q < " + size + "; q += " + type.depth() + ")");
    text.line("u32 a[4];");
    left.take("a", "warpRow", 0);
    text.unrolled("j", columns / 16);
    text.line("u32 b[4];");
    right.take("b", "j * 16", 1);
    text.line(type.multiply(text, into + " + 8 * j", "a", "b"));
    text.line(type.multiply(text, into + " + 8 * j + 4", "a", "b + 2"));
    text.close();
    text.close();
  }

  /** Opens loops over the two rows {@code r} of a lane, number {@code h}, and over its columns {@code x} of scores {@code i}. */
  private void rowsAndColumns(Runnable ofRow, Runnable ofElement) {
    text.unrolled("h", 2);
    text.line("const i32 r = warpRow + lane / 4 + h * 8;");
    ofRow.run();
    text.unrolled("k", columns / 4);
    text.line("const i32 x = k / 2 * 8 + lane % 4 * 2 + k % 2;");
    text.line("const i32 i = k / 2 * 4 + h * 2 + k % 2;");
    ofElement.run();
    text.close();
  }

  @Override
  public void exponentials() {
    rowsAndColumns(
        () -> text.line("f32 best = most[h];"),
        () -> {
          text.line("f32 found = " + numbers.none + ";");
          text.open("if (r < rows && x < seen)");
          text.line("found = " + numbers.score("c[i]", "row0 + r", "first + x") + ";");
          text.close();
          text.line("c[i] = found;");
          text.line("best = " + numbers.larger("best", "found") + ";");
        });
    for (int mask = 1; mask <= 2; mask++) {
      text.line("const f32 other" + mask + " = " + shuffled("best", mask) + ";");
      text.line("best = " + numbers.larger("best", "other" + mask) + ";");
    }
    text.line("const f32 factor = weight(most[h], best);");
    text.line("most[h] = best;");
    text.line("sums[h] = sums[h] * factor;");
    text.unrolled("k", columns / 4);
    text.line("const i32 i = k / 2 * 4 + h * 2 + k % 2;");
    text.line("c[i] = weight(c[i], best);");
    text.line("sums[h] = sums[h] + c[i];");
    text.close();
    text.unrolled("k", w.pitch() / 4);
    text.line("const i32 i = k / 2 * 4 + h * 2 + k % 2;");
    text.line("ofW[i] = ofW[i] * factor;");
    text.close();
    text.close();
  }

  /** A call that gives the value of the lane whose number differs in a bit; all lanes of a warp take part. */
  private String shuffled(String value, int mask) {
    text.helper(
        """
        #ifndef shuffle_xor
        static __device__ f32 shuffle_xor(f32 a, i32 mask) {
          return __shfl_xor_sync(0xffffffff, a, mask);
        }
        #endif
        """);
    return "shuffle_xor(" + value + ", " + mask + ")";
  }

  @Override
  public void derivatives() {
    rowsAndColumns(
        () -> {},
        () -> {
          text.open("if (r < rows && x < seen)");
          String row = "row0 + r";
          String column = "first + x";
          String logSum = numbers.logSum(row, column);
          String less = numbers.less(row, column);
          numbers.gradients("c[i]", "t[i]", row, column, logSum, less);
          text.close();
        });
    text.close();
  }

  @Override
  public void sums() {
    if (!gradients()) {
      accumulate("ofW", "c", w);
      return;
    }
    text.open("if (!ofQueries)");
    accumulate("ofW", "c", w);
    text.close();
    accumulate("ofY", "t", y);
  }

  /** Prints that sums of the columns' rows, weighted by a tile, are added. */
  private void accumulate(String into, String from, WarpMatrix z) {
    int depth = type.depth();
    text.unrolled("q", columns / depth);
    text.line("u32 a[4];");
    for (int r = 0; r < 4; r++) {
      text.line("a[" + r + "] = " + type.ofTile(text, from + " + q * " + depth / 2, r) + ";");
    }
    text.unrolled("j", z.pitch() / 8);
    text.line("u32 b[2];");
    for (int r = 0; r < 2; r++) {
      text.line("b[" + r + "] = " + z.ofColumns("q * " + depth, "j * 8", r) + ";");
    }
    text.line(type.multiply(text, into + " + 4 * j", "a", "b"));
    text.close();
    text.close();
  }

  @Override
  public void end() {
    if (!gradients()) {
      for (int mask = 1; mask <= 2; mask++) {
        text.unrolled("h", 2);
        text.line("sums[h] = sums[h] + " + shuffled("sums[h]", mask) + ";");
        text.close();
      }
      store(w, "b0", "mean(ofW[i], sums[h])");
      return;
    }
    text.open("if (!ofQueries)");
    store(w, "b0 + (i64) (l + s) * e", "ofW[i]");
    text.close();
    store(y, "b0 + (ofQueries ? 0 : (i64) l * e)", "ofY[i] * scale");
  }

  private void store(WarpMatrix z, String to, String value) {
    text.unrolled("h", 2);
    text.line("const i32 r = warpRow + lane / 4 + h * 8;");
    text.unrolled("k", z.pitch() / 4);
    text.line("const i32 x = k / 2 * 8 + lane % 4 * 2 + k % 2;");
    text.line("const i32 i = k / 2 * 4 + h * 2 + k % 2;");
    text.open("if (r < rows && x < " + z.size() + ")");
    text.line("a0[" + to + " + (i64) (row0 + r) * " + z.size() + " + x] = " + value + ";");
    for (int level = 0; level < 3; level++) {
      text.close();
    }
  }

  @Override
  public void logSums(String to) {
    text.unrolled("h", 2);
    text.line("const i32 r = warpRow + lane / 4 + h * 8;");
    text.open("if (r < rows && lane % 4 == 0)");
    text.line("a0[" + to + " + row0 + r] = logSum(most[h], sums[h]);");
    text.close();
    text.close();
  }
}
