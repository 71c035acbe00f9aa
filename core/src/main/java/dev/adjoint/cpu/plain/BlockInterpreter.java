package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a loop kernel without code of its own: each instruction on a block of lanes at a time, by loops that all kernels
 * share and that the JVM has compiled soon. This is what a kernel starts with.
 */
final class BlockInterpreter implements LoopCode {
  /** Registers for more lanes are made for each launch, which is longer then. */
  private static final int KEPT_BLOCK = 128;

  private final BlockPlan plan;

  /** What the last launch has used, if it is not in use. */
  private final AtomicReference<@Nullable BlockRegisters> spare = new AtomicReference<>();

  BlockInterpreter(LoopShape shape) {
    this.plan = new BlockPlan(shape);
  }

  @Override
  public void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    int block = BlockRegisters.block(plan, cols);
    BlockRegisters registers = spare.getAndSet(null);
    if (registers == null || registers.block() != block) {
      registers = new BlockRegisters(plan, block);
    }
    registers.begin(arguments);
    Run run = new Run(plan, registers, arguments.sizes(), cols);
    long[] position = arguments.bases().clone();
    registers.move(position, LoopCode.ROW, row0);
    if (col0 != 0) {
      registers.moveLanes(position, col0);
    }
    for (int r = 0; r < rows; r++) {
      run.row(position);
      registers.move(position, LoopCode.ROW, 1);
    }
    if (block <= KEPT_BLOCK) {
      spare.set(registers);
    }
  }

  /** One call. */
  private record Run(BlockPlan plan, BlockRegisters registers, int[] sizes, int cols) {
    private Kernel.Loop kernel() {
      return plan.shape().kernel();
    }

    void row(long[] position) {
      if (kernel().laneReduces()) {
        for (int s = 0; s < kernel().stages().size(); s++) {
          lanesInside(s, position);
        }
        return;
      }
      for (int done = 0; done < cols; done += registers.block()) {
        int n = Math.min(registers.block(), cols - done);
        for (int s = 0; s < kernel().stages().size(); s++) {
          lanesOutside(s, position, done, n);
        }
      }
    }

    private void lanesInside(int stage, long[] position) {
      switch (kernel().stages().get(stage)) {
        case Stage.Reduce reduce -> {
          nest(stage, 0, position, 0, cols);
          registers.finish(reduce, plan.shape().firstSlot(stage));
        }
        case Stage.Map _ -> nest(stage, 0, position, 0, cols);
        case Stage.Finish finish -> {
          registers.evaluate(plan.steps(stage), position, 0, 1);
          registers.store(finish.stores(), plan.roots(stage), position, 0, 1);
        }
      }
    }

    private void lanesOutside(int stage, long[] position, int lane, int n) {
      switch (kernel().stages().get(stage)) {
        case Stage.Reduce reduce -> {
          nest(stage, 0, position, lane, n);
          registers.finish(reduce, plan.shape().firstSlot(stage));
        }
        case Stage.Map _ -> nest(stage, 0, position, lane, n);
        case Stage.Finish finish -> {
          registers.evaluate(plan.steps(stage), position, lane, n);
          registers.store(finish.stores(), plan.roots(stage), position, lane, n);
        }
      }
    }

    /** The reduction loops from an axis on, around a range of lanes. */
    private void nest(int stage, int axis, long[] position, int lane, int n) {
      if (axis == sizes.length) {
        for (int done = 0; done < n; done += registers.block()) {
          block(stage, position, lane + done, Math.min(registers.block(), n - done));
        }
        return;
      }
      long[] here = position.clone();
      for (int i = 0; i < sizes[axis]; i++) {
        nest(stage, axis + 1, here, lane, n);
        registers.move(here, LoopCode.REDUCE + axis, 1);
      }
    }

    private void block(int stage, long[] position, int lane, int n) {
      registers.evaluate(plan.steps(stage), position, lane, n);
      List<Integer> roots = plan.roots(stage);
      switch (kernel().stages().get(stage)) {
        case Stage.Reduce reduce -> registers.fold(reduce, roots, plan.shape().firstSlot(stage), n);
        case Stage.Map map -> registers.store(map.stores(), roots, position, lane, n);
        case Stage.Finish _ ->
            throw new IllegalStateException("kernel: the last stage has no lanes");
      }
    }
  }
}
