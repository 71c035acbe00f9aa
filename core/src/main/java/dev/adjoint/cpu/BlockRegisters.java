package dev.adjoint.cpu;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The values of a block of lanes, and what happens between them and memory. */
final class BlockRegisters {
  /** The lanes of a block, a multiple of 4L. */
  static final int BLOCK = 512;

  private final BlockPlan plan;
  private final Kernel.Loop kernel;
  private final long[] strides;
  private final int perAccess;
  private final int order;
  private final int cols;
  private final Object[] values;
  private final Object[] partials;
  private final byte[] bytes;
  private final short[] shorts;

  BlockRegisters(BlockPlan plan, LoopArguments arguments, int cols) {
    this.plan = plan;
    this.kernel = plan.shape().kernel();
    this.strides = arguments.strides();
    this.perAccess = plan.shape().strides();
    this.order = kernel.lanes();
    this.cols = cols;
    int length = Math.clamp(cols, 1, BLOCK);
    values = new Object[plan.slots().size()];
    for (int slot = 0; slot < values.length; slot++) {
      values[slot] = array(plan.slots().get(slot), length);
    }
    for (Map.Entry<Instr, Integer> constant : plan.constants().entrySet()) {
      Instr instr = constant.getKey();
      long bits =
          instr instanceof Instr.Scalar scalar
              ? arguments.scalars()[scalar.argument()]
              : ((Instr.Literal) instr).bits();
      fill(
          instr.type(),
          values[constant.getValue()],
          instr.type() == DType.BOOL && bits != 0 ? 1 : bits,
          length);
    }
    List<DType> reduced = plan.shape().reduced();
    partials = new Object[kernel.laneReduces() ? reduced.size() : 0];
    for (int r = 0; r < partials.length; r++) {
      partials[r] = array(reduced.get(r), 4 * order + 1);
    }
    bytes = new byte[plan.shape().hasElements(Byte.BYTES) ? length : 0];
    shorts = new short[plan.shape().hasElements(Short.BYTES) ? length : 0];
  }

  private static Object array(DType type, int length) {
    return switch (type.carrier()) {
      case INT -> new int[length];
      case LONG -> new long[length];
      case FLOAT -> new float[length];
      case DOUBLE -> new double[length];
    };
  }

  private static void fill(DType type, Object array, long bits, int n) {
    switch (type.carrier()) {
      case INT -> Arrays.fill((int[]) array, 0, n, (int) bits);
      case LONG -> Arrays.fill((long[]) array, 0, n, bits);
      case FLOAT -> Arrays.fill((float[]) array, 0, n, Float.intBitsToFloat((int) bits));
      case DOUBLE -> Arrays.fill((double[]) array, 0, n, Double.longBitsToDouble(bits));
    }
  }

  /** Moves positions along a row or reduction axis. */
  void move(long[] position, int axis, int steps) {
    for (int a = 0; a < position.length; a++) {
      position[a] += steps * strides[a * perAccess + axis];
    }
  }

  /** Moves positions along the lanes. */
  void moveLanes(long[] position, int steps) {
    for (int a = 0; a < position.length; a++) {
      position[a] += steps * laneStride(a);
    }
  }

  private long laneStride(int access) {
    return strides[access * perAccess + LoopCode.LANE];
  }

  /** Computes a block. */
  void evaluate(List<BlockPlan.Step> steps, long[] position, int lane, int n) {
    for (BlockPlan.Step step : steps) {
      switch (step.instr()) {
        case Instr.Apply _ ->
            Objects.requireNonNull(step.op())
                .run(
                    values[step.to()],
                    0,
                    values[step.a()],
                    0,
                    values[step.b()],
                    0,
                    values[step.c()],
                    0,
                    n);
        case Instr.Load load ->
            load(load.access(), position[load.access()], lane, values[step.to()], n);
        case Instr.Index index -> {
          int[] to = (int[]) values[step.to()];
          long stride = laneStride(index.access());
          long start = position[index.access()] + lane * stride;
          for (int i = 0; i < n; i++) {
            to[i] = (int) (start + i * stride);
          }
        }
        case Instr.Scalar _, Instr.Literal _, Instr.Reduced _, Instr.Check _ ->
            throw new IllegalStateException("kernel: no step");
      }
    }
  }

  private void load(int access, long position, int lane, Object to, int n) {
    DType type = kernel.accesses().get(access).dtype();
    long stride = laneStride(access);
    long start = position + lane * stride;
    if (type.bytes() == 1) {
      int[] ints = (int[]) to;
      StridedLanes.read(bytes, start, stride, n);
      for (int i = 0; i < n; i++) {
        ints[i] = type == DType.BOOL ? Scalars.bool(bytes[i]) : bytes[i] & 0xff;
      }
      return;
    } else if (type.bytes() == 2) {
      int[] ints = (int[]) to;
      StridedLanes.read(shorts, start, stride, n);
      for (int i = 0; i < n; i++) {
        ints[i] = shorts[i] & 0xffff;
      }
      return;
    }
    switch (type.carrier()) {
      case INT -> StridedLanes.read((int[]) to, start, stride, n);
      case LONG -> StridedLanes.read((long[]) to, start, stride, n);
      case FLOAT -> StridedLanes.read((float[]) to, start, stride, n);
      case DOUBLE -> StridedLanes.read((double[]) to, start, stride, n);
    }
  }

  /** Stores values of a block. */
  void store(List<Stage.Store> stores, List<Integer> slots, long[] position, int lane, int n) {
    for (int s = 0; s < slots.size(); s++) {
      int access = stores.get(s).access();
      DType type = kernel.accesses().get(access).dtype();
      long stride = laneStride(access);
      long start = position[access] + lane * stride;
      write(type, values[slots.get(s)], start, stride, n);
    }
  }

  private void write(DType type, Object from, long start, long stride, int n) {
    if (type.bytes() == 1) {
      int[] ints = (int[]) from;
      for (int i = 0; i < n; i++) {
        bytes[i] = (byte) ints[i];
      }
      StridedLanes.write(bytes, start, stride, n);
      return;
    } else if (type.bytes() == 2) {
      int[] ints = (int[]) from;
      for (int i = 0; i < n; i++) {
        shorts[i] = (short) ints[i];
      }
      StridedLanes.write(shorts, start, stride, n);
      return;
    }
    switch (type.carrier()) {
      case INT -> StridedLanes.write((int[]) from, start, stride, n);
      case LONG -> StridedLanes.write((long[]) from, start, stride, n);
      case FLOAT -> StridedLanes.write((float[]) from, start, stride, n);
      case DOUBLE -> StridedLanes.write((double[]) from, start, stride, n);
    }
  }

  /** Starts reductions along the lanes. */
  void resetPartials(List<Stage.Fold> folds, int first) {
    for (int f = 0; f < folds.size(); f++) {
      fill(
          folds.get(f).type(),
          partials[first + f],
          FoldValues.identity(folds.get(f)),
          4 * order + 1);
    }
  }

  /** Starts reductions across the lanes. */
  void resetAccumulators(List<Stage.Fold> folds, int first, int n) {
    for (int f = 0; f < folds.size(); f++) {
      fill(
          folds.get(f).type(),
          values[plan.reduced(first + f)],
          FoldValues.identity(folds.get(f)),
          n);
    }
  }

  /** Folds values of a block that starts at a lane. */
  void fold(List<Stage.Fold> folds, List<Integer> slots, int first, int lane, int n) {
    for (int f = 0; f < folds.size(); f++) {
      BlockOp op = BlockOpCompiler.of(folds.get(f).op(), folds.get(f).type());
      Object from = values[slots.get(f)];
      if (kernel.laneReduces()) {
        foldLanes(op, partials[first + f], from, lane, n);
      } else {
        Object to = values[plan.reduced(first + f)];
        op.run(to, 0, to, 0, from, 0, to, 0, n);
      }
    }
  }

  private void foldLanes(BlockOp op, Object to, Object from, int lane, int n) {
    int i = 0;
    for (int group = 4 * order; group >= order; group -= 3 * order) {
      int end = Math.min(n, (cols & -group) - lane);
      for (; i < end; i += group) {
        op.run(to, 0, to, 0, from, i, to, 0, group);
      }
    }
    for (; i < n; i++) {
      op.run(to, 4 * order, to, 4 * order, from, i, to, 0, 1);
    }
  }

  /** Ends reductions along the lanes; all lanes get the results. */
  void finishPartials(List<Stage.Fold> folds, int first) {
    for (int f = 0; f < folds.size(); f++) {
      Stage.Fold fold = folds.get(f);
      long identity = FoldValues.identity(fold);
      Object result = values[plan.reduced(first + f)];
      switch (partials[first + f]) {
        case float[] p ->
            Arrays.fill(
                (float[]) result,
                Partials.finish(p, Float.intBitsToFloat((int) identity), fold.op(), order, cols));
        case double[] p ->
            Arrays.fill(
                (double[]) result,
                Partials.finish(p, Double.longBitsToDouble(identity), fold.op(), order, cols));
        case int[] p ->
            Arrays.fill((int[]) result, Partials.finish(p, (int) identity, fold.op(), order, cols));
        case long[] p ->
            Arrays.fill((long[]) result, Partials.finish(p, identity, fold.op(), order, cols));
        default -> throw new IllegalStateException("kernel: no such partials");
      }
    }
  }
}
