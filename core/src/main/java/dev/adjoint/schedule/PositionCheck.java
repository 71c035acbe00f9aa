package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * What a launch needs of positions in memory. A launch that checks this before, and fails where the other one would, lets the
 * other one write variables.
 *
 * @param value the value that has the positions
 * @param index their type
 * @param first where they begin in it, in elements
 * @param sizes the sizes of the axes along which they lie, one at least
 * @param strides the steps along these, in elements
 * @param size what they must be below
 */
record PositionCheck(
    int value, DType index, long first, List<Integer> sizes, List<Long> strides, Step.Scalar size) {
  private static final int POSITIONS = 1;
  private static final int SIZE = 1;

  /** All that a launch needs so that it cannot fail; empty if that is not known before it runs. */
  static List<PositionCheck> of(Step step) {
    return switch (step.kernel()) {
      case Kernel.Scatter scatter -> List.of(of(step, POSITIONS, scatter.index(), SIZE));
      case Kernel.Loop loop -> of(step, loop);
      case Kernel.MatMul _,
          Kernel.Scan _,
          Kernel.ArgSort _,
          Kernel.Factorize _,
          Kernel.SolveTriangular _,
          Kernel.Attention _ ->
          List.of();
    };
  }

  private static List<PositionCheck> of(Step step, Kernel.Loop loop) {
    var checks = new ArrayList<PositionCheck>();
    for (Stage stage : loop.stages()) {
      for (Instr instr : stage.body()) {
        if (!(instr instanceof Instr.Check(int value, int size, int condition))) {
          continue;
        }
        if (condition >= 0
            || !(stage.body().get(value) instanceof Instr.Load load)
            || load.isComputed()
            || !(stage.body().get(size) instanceof Instr.Scalar scalar)) {
          return List.of();
        }
        checks.add(of(step, load.access(), load.type(), scalar.argument()));
      }
    }
    return checks;
  }

  private static PositionCheck of(Step step, int access, DType index, int scalar) {
    Geometry where = step.geometry();
    var sizes = new ArrayList<Integer>();
    var strides = new ArrayList<Long>();
    long[] all = where.strides()[access];
    for (int axis = 0; axis < all.length; axis++) {
      if (all[axis] != 0) {
        sizes.add(where.sizes()[axis]);
        strides.add(all[axis]);
      }
    }
    if (sizes.isEmpty()) {
      sizes.add(1);
      strides.add(0L);
    }
    long first = where.offsets()[access] + step.start(access) / index.bytes();
    return new PositionCheck(
        step.values()[access], index, first, sizes, strides, step.scalars()[scalar]);
  }

  /**
   * The launch that checks it.
   *
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  Step step(LongToIntFunction scratch) {
    int rank = sizes.size();
    long[] places = new long[rank];
    long points = 1;
    for (int a = rank - 1; a >= 0; a--) {
      places[a] = points;
      points *= sizes.get(a);
    }
    var read = new Access(Access.Kind.READ, index, LoopSteps.lane(strides.getLast()));
    var write = new Access(Access.Kind.WRITE, DType.BOOL, Access.Lane.CONTIGUOUS);
    List<Instr> body =
        List.of(new Instr.Load(0, index), new Instr.Scalar(0, index), new Instr.Check(0, 1, -1));
    Stage stage = new Stage.Map(body, List.of(new Stage.Store(1, 2)));
    var kernel =
        new Kernel.Loop(rank, 0, false, List.of(read, write), List.of(index), List.of(stage));
    var geometry =
        new Geometry(
            sizes.stream().mapToInt(Integer::intValue).toArray(),
            new long[] {first, 0},
            new long[][] {strides.stream().mapToLong(Long::longValue).toArray(), places});
    int[] values = {value, scratch.applyAsInt(points)};
    return new Step(kernel, geometry, values, new Step.Scalar[] {size});
  }
}
