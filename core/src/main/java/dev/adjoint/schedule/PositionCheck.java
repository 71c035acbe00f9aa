package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;

/** A launch that fails where a scatter would, as a position is out of range: after it the scatter cannot fail. */
final class PositionCheck {
  private static final int POSITIONS = 1;
  private static final int SIZE = 1;

  private PositionCheck() {}

  /** Whether a check for one scatter is one for another: same positions, below the same size. */
  static boolean serves(Step scatter, Step other) {
    Geometry a = scatter.geometry();
    Geometry b = other.geometry();
    return scatter.values()[POSITIONS] == other.values()[POSITIONS]
        && scatter.scalars()[SIZE].equals(other.scalars()[SIZE])
        && first(scatter) == first(other)
        && Arrays.equals(a.sizes(), b.sizes())
        && Arrays.equals(a.strides()[POSITIONS], b.strides()[POSITIONS]);
  }

  /** Where positions begin in their value, in elements. */
  private static long first(Step scatter) {
    DType index = ((Kernel.Scatter) scatter.kernel()).index();
    return scatter.geometry().offsets()[POSITIONS] + scatter.start(POSITIONS) / index.bytes();
  }

  /**
   * The check for a scatter.
   *
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  static Step of(Step scatter, LongToIntFunction scratch) {
    DType index = ((Kernel.Scatter) scatter.kernel()).index();
    Geometry where = scatter.geometry();
    long[] all = where.strides()[POSITIONS];
    int[] axes = IntStream.range(0, all.length).filter(a -> all[a] != 0).toArray();
    int[] sizes = {1};
    long[] strides = {0};
    if (axes.length > 0) {
      sizes = IntStream.of(axes).map(a -> where.sizes()[a]).toArray();
      strides = IntStream.of(axes).mapToLong(a -> all[a]).toArray();
    }
    long[] places = new long[sizes.length];
    long points = 1;
    for (int a = sizes.length - 1; a >= 0; a--) {
      places[a] = points;
      points *= sizes[a];
    }
    var read = new Access(Access.Kind.READ, index, LoopSteps.lane(strides[strides.length - 1]));
    var write = new Access(Access.Kind.WRITE, DType.BOOL, Access.Lane.CONTIGUOUS);
    List<Instr> body =
        List.of(new Instr.Load(0, index), new Instr.Scalar(0, index), new Instr.Check(0, 1, -1));
    Stage stage = new Stage.Map(body, List.of(new Stage.Store(1, 2)));
    var kernel =
        new Kernel.Loop(
            sizes.length, 0, false, List.of(read, write), List.of(index), List.of(stage));
    var geometry =
        new Geometry(sizes, new long[] {first(scatter), 0}, new long[][] {strides, places});
    int[] values = {scatter.values()[POSITIONS], scratch.applyAsInt(points)};
    return new Step(kernel, geometry, values, new Step.Scalar[] {scatter.scalars()[SIZE]});
  }
}
