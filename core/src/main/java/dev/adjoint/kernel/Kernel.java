package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one launch computes, as a device compiles it. Kernels hold operations, types and ranks, but no sizes, strides,
 * offsets or scalar values, so that equal kernels are compiled once.
 */
public sealed interface Kernel {
  /** A short name for listings, such as {@code map_3} or {@code matmul_f32}. */
  String name();

  /** The memory operands, in the order in which a launch passes buffers, offsets and strides. */
  List<Access> accesses();

  /** The loops of this kernel: a loop kernel itself, or the maps that are part of one of another kind. */
  default List<Loop> loops() {
    return List.of();
  }

  /** The number of instructions of its bodies. */
  default int instructions() {
    return loops().stream().mapToInt(Loop::instructions).sum();
  }

  /** Whether a launch fails where a position is out of range, see {@link Instr.Check}. */
  default boolean checksPositions() {
    return loops().stream().anyMatch(Loop::checksPositions);
  }

  /**
   * One fused loop nest.
   *
   * <p>The index space has {@code parallelRank} (at least 1) parallel axes followed by {@code reduceRank} reduction axes.
   * For each parallel index the stages run in order. The lane axis, along which vectors lie, is the last axis of all if
   * {@code laneReduces}, else the last parallel axis. Without reduction axes the one stage is a {@link Stage.Map}.
   *
   * <p>Folds have one order on every device, whatever the lane axis, the layout of memory and the number of threads are. The
   * elements of a fold are numbered i = 0 to n - 1 in row-major order over the reduction axes, so splitting or joining axes
   * changes no number. They are cut into blocks of {@link #BLOCK}. In a block, element i goes to partial result i mod
   * {@link #PARTIALS}. Each partial starts at the identity of the fold and takes its elements in increasing i. Then the partials
   * are folded in halves: j with j + 16, then j with j + 8, + 4, + 2 and + 1, the lower one as first operand. The results of m
   * blocks are folded as a tree: one is the result, and for m above 1 it is {@code fold(T(first p), T(others))} with p the
   * largest power of two below m. So an aligned run of 2^k blocks is a part of the tree that may be computed apart, and a stack
   * of one value for each bit of m is enough to fold the blocks as they come.
   *
   * <p>The rounding error of a sum thus grows with log n. Folds that are exact in any order may be done in another one: largest
   * and smallest values, and integers. Partials without elements may be left out, as adding 0 and multiplying by 1 change
   * nothing: no sum is -0, as it started from +0. In a stage whose elements are {@linkplain Stage.Reduce#ofBlocks results of
   * blocks}, each element is a block of its own.
   *
   * <p>Where the body of a stage computes a position, by {@link Instr.Check} and {@link Instr.Load}, the operand that is read
   * there must not be written by the same launch.
   *
   * @param parallelRank the number of parallel axes
   * @param reduceRank the number of reduction axes
   * @param laneReduces whether the lane axis is the last reduction axis
   * @param accesses the memory operands
   * @param scalars the types of the run-time scalars
   * @param stages the passes
   */
  record Loop(
      int parallelRank,
      int reduceRank,
      boolean laneReduces,
      List<Access> accesses,
      List<DType> scalars,
      List<Stage> stages)
      implements Kernel {
    /** The number of partial results of a block. */
    public static final int PARTIALS = 32;

    /** The number of elements of a block, except for the last one. */
    public static final int BLOCK = 1024;

    @Override
    public String name() {
      String form =
          reduceRank == 0
              ? "map"
              : stages.stream().anyMatch(s -> s instanceof Stage.Map) ? "row" : "reduce";
      return form + "_" + accesses.size() + "x" + instructions();
    }

    @Override
    public List<Loop> loops() {
      return List.of(this);
    }

    /** The number of axes. */
    public int rank() {
      return parallelRank + reduceRank;
    }

    @Override
    public int instructions() {
      int count = 0;
      for (Stage stage : stages) {
        count += stage.body().size();
      }
      return count;
    }

    @Override
    public boolean checksPositions() {
      for (Stage stage : stages) {
        for (Instr instr : stage.body()) {
          if (instr instanceof Instr.Check) {
            return true;
          }
        }
      }
      return false;
    }

    /** The axis along which vectors lie. */
    public int laneAxis() {
      return laneReduces ? rank() - 1 : parallelRank - 1;
    }
  }

  /**
   * A batched matrix product of factors that may be computed, with an epilogue on the result.
   *
   * <p>Axes of the launch: batch axes, then m, n and k, then those of the computed factors. Operand 0 is read over (batch, m, k),
   * operand 1 over (batch, n, k), with any strides. Operand 2 receives the raw product over (batch, m, n) with stride 1 along n.
   * The epilogue, a map over the two axes (m, n), then runs on finished tiles; its operands follow those of the factors, with
   * strides over the launch axes, and it may read operand 2's buffer and write to it at the same index.
   *
   * <p>All loops share one list of scalars.
   *
   * @param leftType the type of operand 0: that of the result, which is f32 or f64, or i8 or u8, whose products are i32
   * @param rightType the type of operand 1: that of the left one, or the other one of bytes
   * @param precision how exact a product of f32 must be at least; F32 on devices without a unit for less
   * @param left what computes operand 0, which then is no memory; null if it is in memory
   * @param right what computes operand 1, likewise
   */
  record MatMul(
      DType leftType,
      DType rightType,
      Precision precision,
      @Nullable Factor left,
      @Nullable Factor right,
      @Nullable Loop epilogue)
      implements Kernel {
    /** The number of operands before those of the loops. */
    public static final int OPERANDS = 3;

    /** A product of factors of floats that may be computed. */
    public MatMul(
        DType dtype,
        Precision precision,
        @Nullable Factor left,
        @Nullable Factor right,
        @Nullable Loop epilogue) {
      this(dtype, dtype, precision, left, right, epilogue);
    }

    /** A product of factors in memory. */
    public MatMul(DType dtype, Precision precision, @Nullable Loop epilogue) {
      this(dtype, precision, null, null, epilogue);
    }

    /** A product in full precision of factors in memory. */
    public MatMul(DType dtype, @Nullable Loop epilogue) {
      this(dtype, Precision.F32, epilogue);
    }

    /** The type of the raw product. */
    public DType dtype() {
      return leftType.isFloat() ? leftType : DType.I32;
    }

    /** The type of operand 0 or 1. */
    public DType dtype(int operand) {
      return operand == 0 ? leftType : rightType;
    }

    /** What computes an operand, 0 or 1; null if it is in memory. */
    public @Nullable Factor factor(int operand) {
      return operand == 0 ? left : right;
    }

    /** The number of the first launch axis of a computed factor: those of the left one precede those of the right one. */
    public int firstAxis(int operand, int launchRank) {
      int first = launchRank - (right == null ? 0 : right.rank());
      return operand == 1 || left == null ? first : first - left.rank();
    }

    /** The number of batch axes of a launch. */
    public int batchRank(int launchRank) {
      return firstAxis(0, launchRank) - 3;
    }

    /** The number of products of a launch over axes of some sizes. */
    public long products(int[] sizes) {
      long count = 1;
      for (int a = 0; a < batchRank(sizes.length); a++) {
        count *= sizes[a];
      }
      return count;
    }

    /** The number of the first operand of the map of a computed factor. */
    public int firstOfFactor(int operand) {
      return OPERANDS + (operand == 0 || left == null ? 0 : left.operands());
    }

    /** The number of the first operand of the epilogue. */
    public int firstOfEpilogue() {
      return firstOfFactor(1) + (right == null ? 0 : right.operands());
    }

    @Override
    public List<Loop> loops() {
      return Stream.of(
              left == null ? null : left.map(), right == null ? null : right.map(), epilogue)
          .flatMap(Stream::ofNullable)
          .toList();
    }

    @Override
    public String name() {
      String rounded = precision == Precision.F32 ? "" : "_" + precision;
      String types = leftType == rightType ? leftType.toString() : leftType + "_" + rightType;
      return "matmul_"
          + types
          + rounded
          + (left == null ? "" : "_left_" + left.map().name())
          + (right == null ? "" : "_right_" + right.map().name())
          + (epilogue == null ? "" : "_" + epilogue.name());
    }

    @Override
    public List<Access> accesses() {
      var all = new ArrayList<Access>();
      for (int operand = 0; operand < 2; operand++) {
        var kind = factor(operand) == null ? Access.Kind.READ : Access.Kind.INDEX;
        all.add(new Access(kind, dtype(operand), Access.Lane.STRIDED));
      }
      all.add(new Access(Access.Kind.WRITE, dtype(), Access.Lane.CONTIGUOUS));
      for (int operand = 0; operand < 2; operand++) {
        Factor factor = factor(operand);
        if (factor != null) {
          all.addAll(factor.map().accesses().subList(0, factor.operands()));
        }
      }
      if (epilogue != null) {
        all.addAll(epilogue.accesses());
      }
      return List.copyOf(all);
    }
  }

  /**
   * What computes an operand of a matrix product: elements of values in memory, chosen by conditions and positions.
   *
   * <p>It has launch axes of its own, whose sizes multiply to those of the operand's rows (m or n) and of k, in row-major order.
   * So rows and k may be lists of axes, as the positions of a window and the elements of one are. Strides of its accesses are 0
   * along the axes of everything else but the batch.
   *
   * @param rows how many of its axes are m or n; at least 1
   * @param depth how many are k; at least 1
   * @param depthInner whether those of k come after those of the rows
   * @param map the map over its last two axes; its last access is what is written, the others are operands of the kernel
   */
  record Factor(int rows, int depth, boolean depthInner, Loop map) {
    /** The number of its axes. */
    public int rank() {
      return rows + depth;
    }

    /** The number of operands that it reads. */
    public int operands() {
      return map.accesses().size() - 1;
    }

    /** The first of its axes of k, if {@code first} is the first of all. */
    public int firstDepth(int first) {
      return depthInner ? first + rows : first;
    }

    /** The first of its axes of rows, if {@code first} is the first of all. */
    public int firstRow(int first) {
      return depthInner ? first : first + depth;
    }

    /** Whether its elements are those of one value in memory, of a type, as they are. */
    public boolean copies(DType type) {
      Access read = map.accesses().getFirst();
      return operands() == 1
          && read.kind() == Access.Kind.READ
          && read.dtype() == type
          && map.stages().getFirst() instanceof Stage.Map(var body, var stores)
          && body.size() == 1
          && body.getFirst() instanceof Instr.Load
          && stores.size() == 1;
    }

    /** The number of the value that its map computes. */
    public int value() {
      return ((Stage.Map) map.stages().getFirst()).stores().getFirst().value();
    }
  }

  /**
   * Combines elements with those that operand 0 already holds at given positions along one axis. Launch axes are those of the
   * index. Operands: result with stride 0 along {@code axis}, index, elements; {@code scalar 0} is the result's stride along the
   * axis and {@code scalar 1} its size. Equal positions are handled in row-major order of the index. A position out of range
   * fails the launch as an {@link Instr.Check} does: nothing is written there. Types are those of registers, but narrow integers
   * and bool are added and put, and f16 and bf16 put.
   *
   * @param sorted whether there is a fourth operand, the order of the positions along {@code axis} as a {@link ArgSort} gives it,
   *     of which a device may make use
   */
  record Scatter(ScatterOp f, int rank, int axis, DType dtype, DType index, boolean sorted)
      implements Kernel {
    /** A scatter to positions whose order is not known. */
    public Scatter(ScatterOp f, int rank, int axis, DType dtype, DType index) {
      this(f, rank, axis, dtype, index, false);
    }

    @Override
    public boolean checksPositions() {
      return true;
    }

    @Override
    public String name() {
      return "scatter_" + f.name().toLowerCase(Locale.ROOT) + (sorted ? "_sorted_" : "_") + dtype;
    }

    @Override
    public List<Access> accesses() {
      var result = new Access(Access.Kind.WRITE, dtype, Access.Lane.STRIDED);
      var positions = new Access(Access.Kind.READ, index, Access.Lane.STRIDED);
      var elements = new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED);
      var order = new Access(Access.Kind.READ, DType.I32, Access.Lane.STRIDED);
      return sorted
          ? List.of(result, positions, elements, order)
          : List.of(result, positions, elements);
    }
  }

  /**
   * A running fold along one axis: element i of the result is the fold of elements 0 to i of the source. Launch axes are those of
   * the result. Operands: result, source, then those of the prologue and those of the epilogue. A scan from the end is a launch
   * with negative strides.
   *
   * <p>The prologue, if there is one, computes the source, whose memory then is that of the result, at the same places: its only
   * store writes an element of the source before that is read. The epilogue runs on an element of the result after that was
   * written, which it may read, and may write other values into the memory of the result at the same place. Both are maps over
   * two axes: that of the scan and the last of the others, in the order of the launch; their operands have strides over the
   * launch axes. Where there is no other axis, the first of the two has size 1. The scalars of the launch are those of the
   * prologue, then those that the epilogue alone has: its list is the whole one.
   *
   * <p>The order of folds is one on every device. Elements are the parts of level 0; {@link #RUN} neighbouring parts of level k,
   * counted from the first element on, are one part of level k + 1, whose fold is that of its parts in sequence. Element i of the
   * result folds, from the highest level down to level 0, the sequences of those parts that precede i's part in the same part of
   * the level above; on level 0 this ends with i itself. A level without such parts is left out.
   *
   * <p>So no element passes more than {@code RUN} folds per level: the error of a sum is at most
   * {@code RUN * ceil(log(n) / log(RUN))} roundings of the sum of absolute values, 4 log2 n for 16.
   */
  record Scan(
      int rank, int axis, ScanOp f, DType dtype, @Nullable Loop prologue, @Nullable Loop epilogue)
      implements Kernel {
    /** The number of parts that are folded in sequence. */
    public static final int RUN = 16;

    /** The number of operands before those of the prologue. */
    public static final int OPERANDS = 2;

    /** A scan of values in memory, and nothing more. */
    public Scan(int rank, int axis, ScanOp f, DType dtype) {
      this(rank, axis, f, dtype, null, null);
    }

    @Override
    public List<Loop> loops() {
      return Stream.of(prologue, epilogue).flatMap(Stream::ofNullable).toList();
    }

    @Override
    public String name() {
      return f.method()
          + "_"
          + dtype
          + (prologue == null ? "" : "_of_" + prologue.name())
          + (epilogue == null ? "" : "_" + epilogue.name());
    }

    @Override
    public List<Access> accesses() {
      var all = new ArrayList<Access>();
      all.add(new Access(Access.Kind.WRITE, dtype, Access.Lane.STRIDED));
      all.add(new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
      loops().forEach(loop -> all.addAll(loop.accesses()));
      return List.copyOf(all);
    }

    /** The number of the epilogue's first operand. */
    public int epilogueOperands() {
      return OPERANDS + (prologue == null ? 0 : prologue.accesses().size());
    }

    /** The fold of {@link Instr.Reduced} 0 and, after it, 1: the value of the last instruction. */
    public List<Instr> fold() {
      return ScanMath.fold(f, dtype);
    }
  }

  /**
   * The first positions along one axis in the order of the source's elements; equal elements keep their order, NaN is above all
   * numbers, and -0 equals 0. Launch axes are those of the result. Operands: result, source with stride 0 along {@code axis};
   * {@code scalar 0} is the source's stride along the axis and {@code scalar 1} its size, which is not less than the result's.
   *
   * @param spare whether there is a third operand, memory for as many positions as the result has, which a device may use as it
   *     likes; then all positions are wanted
   */
  record ArgSort(int rank, int axis, DType dtype, boolean descending, boolean spare)
      implements Kernel {
    /** A sort without spare memory. */
    public ArgSort(int rank, int axis, DType dtype, boolean descending) {
      this(rank, axis, dtype, descending, false);
    }

    @Override
    public String name() {
      return "argsort_" + dtype;
    }

    @Override
    public List<Access> accesses() {
      var positions = new Access(Access.Kind.WRITE, DType.I32, Access.Lane.STRIDED);
      var source = new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED);
      return spare ? List.of(positions, source, positions) : List.of(positions, source);
    }
  }

  /**
   * The factors of matrices, packed into the result as the {@link Factorization} says. Launch axes are those of the source, the
   * last two being rows and columns; the result has stride 1 along the columns. Operands: result, source.
   *
   * <p>Every element is found by the same operations in the same order on every device; {@code fma(-a, b, c)} stands for
   * {@code c - a b}, and the steps k go from the first column on.
   *
   * <ul>
   *   <li>CHOLESKY: column k is divided by the root of its diagonal element, which becomes the diagonal; then each (i, j) behind
   *       it becomes {@code fma(-L_ik, L_jk, A_ij)}.
   *   <li>LU: the first of the rows from k on whose element in column k has the largest absolute value is exchanged with row k.
   *       The elements below are divided by that of row k, unless it is 0; then (i, j) becomes {@code fma(-L_ik, U_kj, A_ij)}.
   *   <li>QR: a reflection {@code 1 - t v v^T} with {@code v_k = 1} takes column k to its first element b. With s the largest
   *       absolute value of the column and a its first element, b is {@code s sqrt(sum (x / s)^2)} with the sign of -a, summed by
   *       fma from the first element on; t is {@code (b - a) / b}, and v_i is {@code x_i / (a - b)}. If all elements below are 0,
   *       t is 0 and b is a. A reflection of column j is {@code w = t * (x_k + sum v_i x_i)}, by fma, then {@code x_k - w} and
   *       {@code fma(-v_i, w, x_i)}. Q is made from the last reflection to the first, of columns from k on: column k itself
   *       becomes {@code 1 - t} and {@code -t * v_i}.
   * </ul>
   */
  record Factorize(Factorization f, int rank, DType dtype) implements Kernel {
    @Override
    public String name() {
      return f.name().toLowerCase(Locale.ROOT) + "_" + dtype;
    }

    @Override
    public List<Access> accesses() {
      return List.of(
          new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS),
          new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
    }
  }

  /**
   * The X of {@code A X = B} for lower triangular matrices A, whose diagonal is taken for ones if {@code unit}. Launch axes:
   * those of a batch, then rows and columns of B, then columns of A. Operands: X, which has stride 1 along its columns, A and B.
   * Each element starts as that of B, becomes {@code fma(-A_ij, X_j, x)} for j from 0 to i - 1, and is divided by {@code A_ii}.
   */
  record SolveTriangular(int rank, DType dtype, boolean unit) implements Kernel {
    @Override
    public String name() {
      return "solve_triangular_" + (unit ? "unit_" : "") + dtype;
    }

    @Override
    public List<Access> accesses() {
      return List.of(
          new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS),
          new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED),
          new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
    }
  }

  /**
   * The attention of queries to keys and values, or its gradients, as the {@link AttentionPart} says. Axes of the launch: those
   * of a batch, then l, s, e and v. Operands: result, whose strides count its parts of the batch, each one without gaps; queries
   * over (batch, l, e), keys over (batch, s, e), values over (batch, s, v); for gradients g over (batch, l, v), the logarithms of
   * sums and what is subtracted, both over (batch, l); a mask over (batch, l, s). {@code scalar 0} is the scale.
   *
   * <p>Every element is found by the same operations in the same order on every device. The score of query i and key j is {@code
   * scale * c}, where c is the chain of {@code fma(q_ic, k_jc, c)} from 0 on; a mask of numbers is added to it, and it is minus
   * infinity where j is above i and the attention is causal, or a mask of bool is false. If causal, query i has the keys below
   * {@code min(s, (i / ROWS + 1) * ROWS)}, else all s.
   *
   * <ul>
   *   <li>The output goes over the keys of a query in blocks of {@link #KEYS}, from the first one on. It keeps the largest score
   *       m, minus infinity at first, a sum z and sums o_c, 0 at first. Of a block, M is the maximum of m and all scores, M' is M
   *       or, if that is minus infinity, 0; p_j is {@code exp(score_j - M')}, b is the sum of p_j in the order of {@link Loop}, f
   *       is {@code exp(m - M')}. Then z becomes {@code fma(z, f, b)}, o_c becomes {@code o_c * f} and then {@code fma(p_j, v_jc,
   *       o_c)} for each key, and m becomes M. In the end the output is o_c / z, and the logarithm {@code M' + log(z)}; where z
   *       is 0 these are 0 and minus infinity. This is the softmax of Milakov and Gimelshein, <i>Online normalizer calculation
   *       for softmax</i> (2018), in the blocks of Dao, <i>FlashAttention-2</i> (2023).
   *   <li>Gradients: with r the logarithm, or 0 if that is minus infinity, p_ij is {@code exp(score_ij - r)}; with t the chain of
   *       {@code fma(g_ic, v_jc, t)} from 0 on, d_ij is {@code p_ij * (t - subtracted_i)}. The gradient of a query is {@code
   *       scale} times the chain of {@code fma(d_ij, k_jc, x)} over its keys, that of a key {@code scale} times the chain of
   *       {@code fma(d_ij, q_ic, x)} over the queries that have it, that of a value the chain of {@code fma(p_ij, g_ic, x)} over
   *       these; all from the first one on.
   * </ul>
   *
   * <p>In another precision than F32, every product is one of rounded factors, and sums of f32 have any order.
   *
   * @param rank the number of axes
   * @param precision how exact products of f32 must be at least; F32 on devices without a unit for less
   * @param mask the type of the mask, null if there is none
   */
  record Attention(
      AttentionPart part,
      int rank,
      DType dtype,
      Precision precision,
      boolean causal,
      @Nullable DType mask)
      implements Kernel {
    /** The keys of a block. */
    public static final int KEYS = 256;

    /** The queries that have the same keys, if these are causal. */
    public static final int ROWS = 64;

    /** The number of the operand that is the mask. */
    public int maskOperand() {
      return part == AttentionPart.GRADIENTS ? 7 : 4;
    }

    @Override
    public String name() {
      return "attention_"
          + part.name().toLowerCase(Locale.ROOT)
          + (causal ? "_causal_" : "_")
          + (mask == null ? "" : mask + "_mask_")
          + dtype
          + (precision == Precision.F32 ? "" : "_" + precision);
    }

    @Override
    public List<Access> accesses() {
      var all = new ArrayList<Access>();
      all.add(new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS));
      for (int operand = 1; operand < maskOperand(); operand++) {
        all.add(new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
      }
      if (mask != null) {
        all.add(new Access(Access.Kind.READ, mask, Access.Lane.STRIDED));
      }
      return List.copyOf(all);
    }
  }
}
