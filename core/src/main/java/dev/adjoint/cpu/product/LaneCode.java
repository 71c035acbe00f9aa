package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.plain.LoopCompiler;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What computes with many small matrices at once, as many as a vector has lanes: an element of all of them is a vector in memory,
 * and each lane goes through the steps of its matrix. The loops are those of single elements, so bits are the same as one by one.
 */
final class LaneCode {
  /** The most rows and columns of matrices that are small. Larger ones are cut into blocks, which have more reuse. */
  static final int SMALL = 64;

  /** What is no distance of matrices. */
  private static final long NONE = Long.MIN_VALUE;

  private static final @Nullable LaneCode F32 = of(CpuFeatures.HERE.isa(), DType.F32);
  private static final @Nullable LaneCode F64 = of(CpuFeatures.HERE.isa(), DType.F64);

  /** The bytes of a vector. */
  final int vector;

  /** The matrices that are computed at once. */
  final int lanes;

  private final int bytes;
  private final Packing packing;
  private final Code rectangle;
  private final Code triangle;
  private final LoopCode root;
  private final LoopCode quotients;
  private final LoopCode multipliers;
  private final LoopCode negatives;

  private LaneCode(Isa isa, DType dtype) {
    bytes = dtype.bytes();
    vector = MatrixCode.of(isa, bytes).vector;
    lanes = vector / bytes;
    packing = Packing.of(bytes);
    rectangle = install("lanes rectangle", LaneUpdateWriter.write(isa, bytes, false));
    triangle = install("lanes triangle", LaneUpdateWriter.write(isa, bytes, true));
    root = root(dtype);
    quotients = quotients(dtype, false);
    multipliers = quotients(dtype, true);
    negatives = negatives(dtype);
  }

  private static Code install(String name, byte[] code) {
    return CodeMemory.install(name, code, code.length);
  }

  private static @Nullable LaneCode of(Isa isa, DType dtype) {
    return isa == Isa.NONE ? null : new LaneCode(isa, dtype);
  }

  /** The code for some matrices, or null if one by one is faster, or there is no code in this process. */
  static @Nullable LaneCode of(DType dtype, int rows, int columns, long count) {
    LaneCode code = dtype == DType.F32 ? F32 : F64;
    boolean suits =
        code != null && Math.max(rows, columns) <= SMALL && count >= Math.max(2, code.lanes / 2);
    return suits ? code : null;
  }

  /**
   * Elements of some matrices become vectors that are neighbours.
   *
   * @param number the first of the matrices
   * @param distance that of the matrices, see {@link #distance}
   * @param address that of the operand
   * @param first the first element, counted from that where a matrix begins
   * @param stride the distance of elements
   */
  void take(
      Batch batch,
      int operand,
      long number,
      int count,
      long distance,
      long address,
      long first,
      long stride,
      int elements,
      long to) {
    int together = distance == NONE ? 1 : count;
    for (int k = 0; k < count; k += together) {
      long from = address + (batch.at(operand, number + k) + first) * bytes;
      long at = to + (long) k * bytes;
      packing.copy(from, stride * bytes, distance * bytes, elements, together, at, vector);
    }
  }

  /** Vectors that are neighbours become elements of some results that are neighbours; the result is operand 0. */
  void give(
      long from,
      int elements,
      Batch batch,
      long number,
      int count,
      long distance,
      long address,
      long first) {
    int together = distance == NONE ? 1 : count;
    for (int k = 0; k < count; k += together) {
      long to = address + (batch.at(0, number + k) + first) * bytes;
      packing.copy(
          from + (long) k * bytes, bytes, vector, together, elements, to, distance * bytes);
    }
  }

  /** The distance of matrices, or {@link #NONE} if they are not the same distances apart. */
  static long distance(Batch batch, int operand, long number, int count) {
    if (count == 1) {
      return NONE;
    }
    long first = batch.at(operand, number);
    long step = batch.at(operand, number + 1) - first;
    for (int k = 2; k < count; k++) {
      if (batch.at(operand, number + k) - first != k * step) {
        return NONE;
      }
    }
    return step;
  }

  /** Adds {@code a[i] * b[j]} to rows and columns of c. */
  void add(long c, long row, long a, long b, int rows, int columns) {
    if (rows > 0 && columns > 0) {
      rectangle.call(c, row, a, b, rows, columns);
    }
  }

  /** Adds {@code a[i] * b[j]} to rows of c of 1, 2 and more columns. */
  void addTriangle(long c, long row, long a, long b, int rows) {
    if (rows > 0) {
      triangle.call(c, row, a, b, rows, 1);
    }
  }

  /** Makes an element its root, or NaN if it is not positive. */
  void root(long x) {
    run(root, 1, new long[] {x, x}, 0, 0);
  }

  /** Divides elements a stride apart. */
  void divide(long x, long stride, long divisor, int count) {
    run(quotients, count, new long[] {x, divisor, x}, stride, 0, stride);
  }

  /**
   * Divides elements a stride apart, if the divisor is not 0; also writes them to one place, and negated to another, as
   * neighbours.
   */
  void multipliers(long x, long stride, long divisor, int count, long copy, long negated) {
    long[] bases = {x, divisor, x, copy, negated};
    run(multipliers, count, bases, stride, 0, stride, vector, vector);
  }

  /** Writes elements a stride apart negated as neighbours. */
  void negate(long x, long stride, int count, long to) {
    run(negatives, count, new long[] {x, to}, stride, vector);
  }

  private void run(LoopCode code, int rows, long[] bases, long... strides) {
    if (rows > 0) {
      long[] both = new long[2 * strides.length];
      for (int a = 0; a < strides.length; a++) {
        both[2 * a + LoopCode.ROW] = strides[a];
        both[2 * a + LoopCode.LANE] = bytes;
      }
      var arguments = new LoopArguments(bases, both, new long[0], new int[0], new boolean[1]);
      code.run(arguments, 0, rows, 0, lanes);
    }
  }

  private static LoopCode root(DType dtype) {
    var body = new BodyBuilder();
    int x = body.load(0, -1, -1, dtype);
    int positive = body.apply(ScalarOp.LT, body.literal(dtype, 0), x);
    int none = body.literal(dtype, Double.NaN);
    return map(dtype, 1, body, body.select(positive, body.apply(ScalarOp.SQRT, x), none));
  }

  private static LoopCode quotients(DType dtype, boolean unlessZero) {
    var body = new BodyBuilder();
    int x = body.load(0, -1, -1, dtype);
    int divisor = body.load(1, -1, -1, dtype);
    int quotient = body.apply(ScalarOp.DIV, x, divisor);
    if (!unlessZero) {
      return map(dtype, 2, body, quotient);
    }
    int zero = body.apply(ScalarOp.EQ, divisor, body.literal(dtype, 0));
    int next = body.select(zero, x, quotient);
    return map(dtype, 2, body, next, next, body.apply(ScalarOp.NEG, next));
  }

  private static LoopCode negatives(DType dtype) {
    var body = new BodyBuilder();
    return map(dtype, 1, body, body.apply(ScalarOp.NEG, body.load(0, -1, -1, dtype)));
  }

  private static LoopCode map(DType dtype, int reads, BodyBuilder body, int... results) {
    var accesses = new ArrayList<Access>();
    for (int r = 0; r < reads; r++) {
      accesses.add(new Access(Access.Kind.READ, dtype, Access.Lane.CONTIGUOUS));
    }
    var stores = new ArrayList<Stage.Store>();
    for (int result : results) {
      stores.add(new Stage.Store(accesses.size(), result));
      accesses.add(new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS));
    }
    List<Stage> stages = List.of(new Stage.Map(body.build(), stores));
    return LoopCompiler.compile(new Kernel.Loop(2, 0, false, accesses, List.of(), stages)).code();
  }
}
