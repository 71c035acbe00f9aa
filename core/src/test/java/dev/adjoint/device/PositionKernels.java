package dev.adjoint.device;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.PhiloxMath;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** Kernels that compute where they read, in the forms that ops will have. */
final class PositionKernels {
  /** Rows of the tables that are read at positions. */
  static final int TABLE = 9;

  private PositionKernels() {}

  /** A row of 70 elements within one of 100 zeros, for three rows. */
  static PositionCase pad(DType dtype) {
    var c = new PositionCase(2, false, 3, 100);
    int lane = c.index(0, 0, 1);
    int x = c.read(dtype, 3 * 70, -20, 70, 1);
    int out = c.write(dtype, 300, 100, 1);
    var body = new BodyBuilder();
    int i = body.add(new Instr.Index(lane));
    int inside = between(body, i, 20, 90);
    int value = body.load(x, -1, inside, dtype.register());
    return c.map(body, new Stage.Store(out, value));
  }

  /** Rows of two operands after each other: the second one has transposed rows. */
  static PositionCase concat() {
    var c = new PositionCase(2, false, 5, 67);
    int lane = c.index(0, 0, 1);
    int x = c.read(DType.F32, 5 * 40, 0, 40, 1);
    int y = c.read(DType.F32, 5 * 27, -40 * 5, 1, 5);
    int out = c.write(DType.F32, 5 * 67, 67, 1);
    var body = new BodyBuilder();
    int i = body.add(new Instr.Index(lane));
    int first = between(body, i, 0, 40);
    int second = body.apply(ScalarOp.NOT, first);
    int value =
        body.select(first, body.load(x, -1, first, DType.F32), body.load(y, -1, second, DType.F32));
    return c.map(body, new Stage.Store(out, value));
  }

  /**
   * Rows of a table at positions, along the lanes with a stride.
   *
   * @param index the type of the positions
   * @param indexStride the stride of the index along the lanes: 0 for rows as a whole, 1 for elements of a row
   */
  static PositionCase gather(
      DType dtype, DType index, int stride, int indexStride, LongUnaryOperator positions) {
    int width = 33;
    var c = new PositionCase(2, false, 7, width);
    int at = c.read(index, 7 * width, positions, 0, indexStride == 0 ? 1 : width, indexStride);
    int table = c.read(dtype, TABLE * width * stride, 0, 0, stride);
    int out = c.write(dtype, 7 * width, width, 1);
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(at, index));
    int inside = body.check(position, c.scalar(body, index, TABLE), -1);
    int distance = body.apply(ScalarOp.MUL, position, body.literal(index, (double) width * stride));
    int value = body.load(table, distance, inside, dtype.register());
    return c.map(body, new Stage.Store(out, value));
  }

  /**
   * Elements of rows of a table at positions that stand side by side, as a gather has them: the position is looked at, then made
   * an i32.
   */
  static PositionCase elements(DType dtype, DType index, int n, LongUnaryOperator positions) {
    var c = new PositionCase(2, false, 3, n);
    int at = c.read(index, 3 * n, positions, 0, n, 1);
    int table = c.read(dtype, 3 * TABLE, 0, TABLE, 0);
    int out = c.write(dtype, 3 * n, n, 1);
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(at, index));
    int inside = body.check(position, c.scalar(body, index, TABLE), -1);
    int value = body.load(table, body.cast(position, DType.I32), inside, dtype.register());
    return c.map(body, new Stage.Store(out, value));
  }

  /** The same, and elements of a table of bytes, which are looked up one by one, at the same positions as i32. */
  static PositionCase elementsOfTwo(DType index, int n, LongUnaryOperator positions) {
    var c = new PositionCase(2, false, 3, n);
    int at = c.read(index, 3 * n, positions, 0, n, 1);
    int table = c.read(DType.F32, 3 * TABLE, 0, TABLE, 0);
    int bytes = c.read(DType.U8, 3 * TABLE, 0, TABLE, 0);
    int out = c.write(DType.F32, 3 * n, n, 1);
    int second = c.write(DType.U8, 3 * n, n, 1);
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(at, index));
    int inside = body.check(position, c.scalar(body, index, TABLE), -1);
    int i = body.cast(position, DType.I32);
    int value = body.load(table, i, inside, DType.F32);
    int other = body.load(bytes, i, inside, DType.U8.register());
    return c.map(body, new Stage.Store(out, value), new Stage.Store(second, other));
  }

  /** Rows of a table at positions from the end backwards, shifted, with the positions and whether they are in range. */
  static PositionCase rowsFromEnd(DType dtype, DType index, int n, LongUnaryOperator positions) {
    var c = new PositionCase(2, false, 7, n);
    int at = c.read(index, 7, positions, 0, 1, 0);
    int table = c.read(dtype, (TABLE + 1) * n, (TABLE - 1) * n, 0, 1);
    int row = c.index(1, 0, 0);
    int out = c.write(dtype, 7 * n, n, 1);
    int number = c.write(DType.I32, 7 * n, n, 1);
    int good = c.write(DType.BOOL, 7 * n, n, 1);
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(at, index));
    int inside = body.check(position, c.scalar(body, index, TABLE), -1);
    int i = body.cast(position, DType.I32);
    int step = body.apply(ScalarOp.SUB, i, body.add(new Instr.Index(row)));
    int distance = body.apply(ScalarOp.MUL, step, body.literal(DType.I32, -n));
    int value = body.load(table, distance, inside, dtype.register());
    return c.map(
        body,
        new Stage.Store(out, value),
        new Stage.Store(number, i),
        new Stage.Store(good, inside));
  }

  /** Elements at positions, of which only those with an even number are used: the others are as they are. */
  static PositionCase gatherWhere(LongUnaryOperator positions) {
    int n = 150;
    var c = new PositionCase(1, false, n);
    int number = c.index(0, 1);
    int at = c.read(DType.I32, n, positions, 0, 1);
    int table = c.read(DType.F32, TABLE, 0, 0);
    int out = c.write(DType.F32, n, 1);
    var body = new BodyBuilder();
    int odd =
        body.apply(ScalarOp.AND, body.add(new Instr.Index(number)), body.literal(DType.I32, 1));
    int even = body.apply(ScalarOp.EQ, odd, body.literal(DType.I32, 0));
    int position = body.add(new Instr.Load(at, DType.I32));
    int inside = body.check(position, body.literal(DType.I32, TABLE), even);
    int value = body.load(table, position, inside, DType.F32);
    return c.map(body, new Stage.Store(out, value));
  }

  /** The diagonal of a matrix from its end: the distance grows downwards and nothing guards it. */
  static PositionCase diagonal() {
    int n = 41;
    var c = new PositionCase(1, false, n);
    int number = c.index(0, 1);
    int x = c.read(DType.F64, n * n, n * n - 1, 0);
    int out = c.write(DType.F64, n, 1);
    var body = new BodyBuilder();
    int i = body.add(new Instr.Index(number));
    int distance = body.apply(ScalarOp.MUL, i, body.literal(DType.I32, -(n + 1)));
    int value = body.load(x, distance, -1, DType.F64);
    return c.map(body, new Stage.Store(out, value));
  }

  /** Sums of elements at positions over an axis, and the elements divided by them. */
  static PositionCase rows(boolean laneReduces, int n, LongUnaryOperator positions) {
    var c = new PositionCase(1, laneReduces, 6, n);
    long[] across = laneReduces ? new long[] {n, 1} : new long[] {1, 6};
    int at = c.read(DType.I32, 6 * n, positions, 0, across);
    int table = c.read(DType.F32, TABLE, 0, 0, 0);
    int sums = c.write(DType.F32, 6, 1, 0);
    int shares = c.write(DType.F32, 6 * n, across);
    var reduce = new BodyBuilder();
    int summed = element(reduce, at, table);
    var map = new BodyBuilder();
    int share =
        map.apply(ScalarOp.DIV, element(map, at, table), map.add(new Instr.Reduced(0, DType.F32)));
    var finish = new BodyBuilder();
    int sum = finish.add(new Instr.Reduced(0, DType.F32));
    return c.reduce(reduce, new Stage.Fold(ReduceOp.SUM, summed, DType.F32))
        .map(map, new Stage.Store(shares, share))
        .finish(finish, new Stage.Store(sums, sum));
  }

  private static int element(BodyBuilder body, int at, int table) {
    int position = body.add(new Instr.Load(at, DType.I32));
    int inside = body.check(position, body.literal(DType.I32, TABLE), -1);
    return body.load(table, position, inside, DType.F32);
  }

  /** The largest of a row minus its element at a position, which the last stage reads. */
  static PositionCase picked(boolean laneReduces, LongUnaryOperator positions) {
    var c = new PositionCase(1, laneReduces, 70, TABLE);
    int x = c.read(DType.F32, 70 * TABLE, 0, laneReduces ? TABLE : 1, laneReduces ? 1 : 70);
    int at = c.read(DType.I64, 70, positions, 0, 1, 0);
    int out = c.write(DType.F32, 70, 1, 0);
    int start = c.read(DType.F32, 70 * TABLE, 0, laneReduces ? TABLE : 1, 0);
    var reduce = new BodyBuilder();
    int value = reduce.add(new Instr.Load(x, DType.F32));
    var finish = new BodyBuilder();
    int position = finish.add(new Instr.Load(at, DType.I64));
    int inside = finish.check(position, finish.literal(DType.I64, TABLE), -1);
    int distance =
        finish.apply(ScalarOp.MUL, position, finish.literal(DType.I64, laneReduces ? 1 : 70));
    int chosen = finish.load(start, distance, inside, DType.F32);
    int result = finish.apply(ScalarOp.SUB, finish.add(new Instr.Reduced(0, DType.F32)), chosen);
    return c.reduce(reduce, new Stage.Fold(ReduceOp.MAX, value, DType.F32))
        .finish(finish, new Stage.Store(out, result));
  }

  /** A copy that checks positions which nothing else needs. */
  static PositionCase checkAlone(LongUnaryOperator positions) {
    int n = 90;
    var c = new PositionCase(1, false, n);
    int at = c.read(DType.I32, n, positions, 0, 1);
    int x = c.read(DType.BOOL, n, 0, 1);
    int out = c.write(DType.BOOL, n, 1);
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(at, DType.I32));
    body.check(position, body.literal(DType.I32, TABLE), -1);
    int value = body.add(new Instr.Load(x, DType.BOOL));
    return c.map(body, new Stage.Store(out, value));
  }

  /** A copy that checks the number of each element; there are as many as numbers in range. */
  static PositionCase checkNumbers() {
    int n = 91;
    var c = new PositionCase(1, false, n);
    int number = c.index(0, 1);
    int x = c.read(DType.F32, n, 0, 1);
    int out = c.write(DType.F32, n, 1);
    var body = new BodyBuilder();
    body.check(body.add(new Instr.Index(number)), body.literal(DType.I32, n), -1);
    int value = body.add(new Instr.Load(x, DType.F32));
    return c.map(body, new Stage.Store(out, value));
  }

  /** High halves of products, of edge values in all pairs and of random ones. */
  static PositionCase highProducts() {
    int[] edges = {0, 1, -1, 2, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xD2511F53};
    int pairs = edges.length * edges.length;
    int n = pairs + 300;
    var c = new PositionCase(1, false, n);
    var random = new Random(3);
    int x =
        c.read(
            DType.I32, n, i -> i < pairs ? edges[(int) i / edges.length] : random.nextInt(), 0, 1);
    int y =
        c.read(
            DType.I32, n, i -> i < pairs ? edges[(int) i % edges.length] : random.nextInt(), 0, 1);
    int out = c.write(DType.I32, n, 1);
    var body = new BodyBuilder();
    int high =
        body.apply(
            ScalarOp.MULHI,
            body.add(new Instr.Load(x, DType.I32)),
            body.add(new Instr.Load(y, DType.I32)));
    return c.map(body, new Stage.Store(out, high));
  }

  /** Words of the random generator from a position on. */
  static PositionCase philox(long key, long counter, int first, int n) {
    var c = new PositionCase(1, false, n);
    int number = c.index(first, 1);
    int out = c.write(DType.I32, n, 1);
    var body = new BodyBuilder();
    int word =
        PhiloxMath.word(
            body,
            c.scalar(body, DType.I32, (int) key),
            c.scalar(body, DType.I32, (int) (key >>> 32)),
            c.scalar(body, DType.I32, (int) counter),
            c.scalar(body, DType.I32, (int) (counter >>> 32)),
            body.add(new Instr.Index(number)));
    return c.map(body, new Stage.Store(out, word));
  }

  private static int between(BodyBuilder body, int value, int low, int high) {
    return body.apply(
        ScalarOp.AND,
        body.apply(ScalarOp.GE, value, body.literal(DType.I32, low)),
        body.apply(ScalarOp.LT, value, body.literal(DType.I32, high)));
  }
}
