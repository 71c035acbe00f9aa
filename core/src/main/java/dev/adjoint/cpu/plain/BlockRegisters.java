package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.Map;

/** The values of a block of lanes, and what happens between them and memory. */
final class BlockRegisters {
  private static final int BLOCK = 512;

  /** The lanes of a block where each has partial results of its own. */
  private static final int REDUCED_BLOCK = 128;

  private final BlockPlan plan;
  private final Kernel.Loop kernel;
  private final int perAccess;
  private final int block;
  private final Object[] values;
  private final Partials[] partials;
  private final byte[] bytes;
  private final short[] shorts;
  private long[] strides = {};
  private int filled;

  /** Registers for blocks of {@link #block(BlockPlan, int)} lanes. */
  BlockRegisters(BlockPlan plan, int block) {
    this.plan = plan;
    this.kernel = plan.shape().kernel();
    this.perAccess = plan.shape().strides();
    this.block = block;
    values = new Object[plan.slots().size()];
    for (int slot = 0; slot < values.length; slot++) {
      values[slot] = TypedArrays.array(plan.slots().get(slot), block);
    }
    for (Map.Entry<Instr, Integer> constant : plan.constants().entrySet()) {
      if (constant.getKey() instanceof Instr.Literal literal) {
        fill(literal, literal.bits(), constant.getValue());
      }
    }
    partials = new Partials[plan.shape().reduced().size()];
    int width = hasColumns(kernel) ? block : 1;
    int slot = 0;
    for (Stage stage : kernel.stages()) {
      if (stage instanceof Stage.Reduce reduce) {
        for (Stage.Fold fold : reduce.folds()) {
          partials[slot++] = new Partials(fold.op(), fold.type(), width);
        }
      }
    }
    bytes = new byte[plan.shape().hasElements(Byte.BYTES) ? block : 0];
    shorts = new short[plan.shape().hasElements(Short.BYTES) ? block : 0];
  }

  /** The number of lanes of the blocks of a launch over some columns. */
  static int block(BlockPlan plan, int cols) {
    return Math.clamp(cols, 1, hasColumns(plan.shape().kernel()) ? REDUCED_BLOCK : BLOCK);
  }

  private static boolean hasColumns(Kernel.Loop kernel) {
    return kernel.reduceRank() > 0 && !kernel.laneReduces();
  }

  /** Begins a launch. */
  void begin(LoopArguments arguments) {
    strides = arguments.strides();
    for (BlockPlan.Argument scalar : plan.scalars()) {
      fill(scalar.instr(), arguments.scalars()[scalar.instr().argument()], scalar.to());
    }
  }

  private void fill(Instr constant, long bits, int slot) {
    DType type = constant.type();
    TypedArrays.fill(type, values[slot], type == DType.BOOL && bits != 0 ? 1 : bits, block);
  }

  /** The number of lanes of a block. */
  int block() {
    return block;
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
    for (int s = 0; s < steps.size(); s++) {
      BlockPlan.Step step = steps.get(s);
      BlockOp op = step.op();
      if (op == null) {
        read(step, position, lane, n);
      } else {
        Object a = values[step.a()];
        op.run(values[step.to()], 0, a, 0, values[step.b()], 0, values[step.c()], 0, n);
      }
    }
  }

  /** Reads an access, or the indices that it stands for. */
  private void read(BlockPlan.Step step, long[] position, int lane, int n) {
    switch (step.instr()) {
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
      case Instr.Apply _, Instr.Scalar _, Instr.Literal _, Instr.Reduced _, Instr.Check _ ->
          throw new IllegalStateException("kernel: no step");
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

  /** Folds values of a block: along the lanes, or each lane for itself. */
  void fold(Stage.Reduce reduce, List<Integer> slots, int first, int n) {
    int taken = 0;
    while (taken < n) {
      int row = filled % Partials.RESULT;
      int count =
          kernel.laneReduces()
              ? Math.min(n - taken, Math.min(Partials.RESULT - row, reduce.block() - filled))
              : n;
      for (int f = 0; f < slots.size(); f++) {
        int at = kernel.laneReduces() ? row : row * block;
        partials[first + f].take(at, values[slots.get(f)], taken, count);
      }
      taken += count;
      filled += kernel.laneReduces() ? count : 1;
      if (filled == reduce.block()) {
        for (int f = 0; f < slots.size(); f++) {
          partials[first + f].fold(filled);
          partials[first + f].push(filled);
        }
        filled = 0;
      }
    }
  }

  /** Ends the folds of a stage; where they are along the lanes, all lanes get the results. */
  void finish(Stage.Reduce reduce, int first) {
    int width = kernel.laneReduces() ? 1 : block;
    for (int f = 0; f < reduce.folds().size(); f++) {
      Partials state = partials[first + f];
      state.fold(filled);
      state.finish(filled);
      Object to = values[plan.reduced(first + f)];
      System.arraycopy(state.values(), Partials.RESULT * width, to, 0, width);
      for (int done = width; done < block; done *= 2) {
        System.arraycopy(to, 0, to, done, Math.min(done, block - done));
      }
    }
    filled = 0;
  }
}
