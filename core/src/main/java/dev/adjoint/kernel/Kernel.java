package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import java.util.List;
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

  /** The number of instructions of its bodies. */
  default int instructions() {
    return 0;
  }

  /** Whether a launch fails where a position is out of range, see {@link Instr.Check}. */
  default boolean checksPositions() {
    return false;
  }

  /**
   * One fused loop nest.
   *
   * <p>The index space has {@code parallelRank} (at least 1) parallel axes followed by {@code reduceRank} reduction axes.
   * For each parallel index the stages run in order. The lane axis, along which vectors lie, is the last axis of all if
   * {@code laneReduces}, else the last parallel axis. Without reduction axes the one stage is a {@link Stage.Map}.
   *
   * <p>Reductions along the lane axis have one order on every device and for every vector width. With
   * {@code L = 16} if no value of the kernel is 8 bytes wide and else 8, there are 4L partial results per fold; the
   * element at lane index i of n goes to partial i mod 4L if i is below the last multiple of 4L, to partial i mod L if
   * it is below the last multiple of L, and is otherwise folded into a tail in sequence. Partials and tail persist over the
   * outer reduction axes. At the end partial j is folded with j + 2L, then with j + L, then halves again down to one value,
   * which is folded with the tail. Where lanes do not reduce, elements are folded in row-major sequence.
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
    @Override
    public String name() {
      String form =
          reduceRank == 0
              ? "map"
              : stages.stream().anyMatch(s -> s instanceof Stage.Map) ? "row" : "reduce";
      return form + "_" + accesses.size() + "x" + instructions();
    }

    /** The number of axes. */
    public int rank() {
      return parallelRank + reduceRank;
    }

    /** The number L of the reduction order above: 8 if an operand, a scalar or a value is 8 bytes wide, else 16. */
    public int lanes() {
      boolean wide =
          accesses.stream().anyMatch(a -> a.dtype().bytes() == 8)
              || scalars.stream().anyMatch(s -> s.bytes() == 8)
              || stages.stream()
                  .flatMap(s -> s.body().stream())
                  .anyMatch(i -> i.type().bytes() == 8);
      return wide ? 8 : 16;
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
   * A batched matrix product with an epilogue on the result.
   *
   * <p>Axes of the launch: batch axes, then m, n and k. Operand 0 is read over (batch, m, k), operand 1 over (batch, n, k),
   * with any strides. Operand 2 receives the raw product over (batch, m, n) with stride 1 along n. The epilogue, a map over
   * the two axes (m, n), then runs on finished tiles; its operands follow, with strides over the launch axes, and it may
   * read operand 2's buffer and write to it at the same index.
   *
   * @param precision how exact a product of f32 must be at least; F32 on devices without a unit for less
   */
  record MatMul(DType dtype, Precision precision, @Nullable Loop epilogue) implements Kernel {
    /** The number of operands before those of the epilogue. */
    public static final int OPERANDS = 3;

    /** A product in full precision. */
    public MatMul(DType dtype, @Nullable Loop epilogue) {
      this(dtype, Precision.F32, epilogue);
    }

    @Override
    public int instructions() {
      return epilogue == null ? 0 : epilogue.instructions();
    }

    @Override
    public boolean checksPositions() {
      return epilogue != null && epilogue.checksPositions();
    }

    @Override
    public String name() {
      String rounded = precision == Precision.F32 ? "" : "_" + precision;
      return "matmul_" + dtype + rounded + (epilogue == null ? "" : "_" + epilogue.name());
    }

    @Override
    public List<Access> accesses() {
      var all = new java.util.ArrayList<Access>();
      all.add(new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
      all.add(new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
      all.add(new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS));
      if (epilogue != null) {
        all.addAll(epilogue.accesses());
      }
      return List.copyOf(all);
    }
  }

  /**
   * Adds along one axis at given positions, to what operand 0 already holds. Launch axes are those of the index. Operands:
   * result with stride 0 along {@code axis}, index, addend; {@code scalar 0} is the result's stride along the axis and
   * {@code scalar 1} its size. Equal positions are added in row-major order of the index. A position out of range fails the
   * launch as an {@link Instr.Check} does: nothing is added there.
   */
  record ScatterAdd(int rank, int axis, DType dtype, DType index) implements Kernel {
    @Override
    public boolean checksPositions() {
      return true;
    }

    @Override
    public String name() {
      return "scatter_add_" + dtype;
    }

    @Override
    public List<Access> accesses() {
      return List.of(
          new Access(Access.Kind.WRITE, dtype, Access.Lane.STRIDED),
          new Access(Access.Kind.READ, index, Access.Lane.STRIDED),
          new Access(Access.Kind.READ, dtype, Access.Lane.STRIDED));
    }
  }
}
