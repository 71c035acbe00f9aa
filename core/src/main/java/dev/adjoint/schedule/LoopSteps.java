package dev.adjoint.schedule;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns lowered loop nests into launches: chooses the lane axis, orders the axes and joins neighbouring axes that all
 * operands pass through as one.
 */
final class LoopSteps {
  /** The parallel indices that lanes must find along an axis to be laid there for the sake of short folds. */
  private static final int LANES = 8;

  /** The elements of a row from which on lanes lie along it. */
  private static final int LEAST_FOLD = 16;

  private final List<Operand> operands;
  private final int[] sizes;
  private final int parallelRank;
  private final boolean anyOrder;
  private final boolean hasRows;

  private LoopSteps(Lowering.Result lowered) {
    this.operands = lowered.operands();
    this.sizes = lowered.space().sizes();
    this.parallelRank = lowered.space().parallelRank();
    this.hasRows = lowered.stages().stream().anyMatch(s -> s instanceof Stage.Map);
    this.anyOrder =
        lowered.stages().stream()
            .allMatch(
                s ->
                    !(s instanceof Stage.Reduce reduce)
                        || reduce.folds().stream().allMatch(Stage.Fold::isExact));
  }

  /** The runs of reduction axes that all operands pass through as one, in row-major order. */
  static List<int[]> reducedRuns(Lowering.Result lowered) {
    var steps = new LoopSteps(lowered);
    return steps.joined(
        steps.collapse(IntStream.range(steps.parallelRank, steps.sizes.length).toArray()));
  }

  /** The launch of a lowered loop nest. */
  static Step of(Lowering.Result lowered) {
    return ShortFolds.writtenOut(new LoopSteps(lowered).step(lowered));
  }

  private Step step(Lowering.Result lowered) {
    boolean reduces = sizes.length > parallelRank;
    int lane = lane();
    boolean laneReduces = lane >= parallelRank;
    int[] parallel = collapse(last(IntStream.range(0, parallelRank), laneReduces ? -1 : lane));
    int[] reduced =
        collapse(last(IntStream.range(parallelRank, sizes.length), laneReduces ? lane : -1));
    var axes = new ArrayList<int[]>();
    for (int[] joined : joined(parallel)) {
      axes.add(joined);
    }
    if (axes.isEmpty()) {
      axes.add(new int[0]);
    }
    int p = axes.size();
    for (int[] joined : joined(reduced)) {
      axes.add(joined);
    }
    if (reduces && axes.size() == p) {
      axes.add(new int[0]);
    }
    int[] launchSizes = axes.stream().mapToInt(this::size).toArray();
    long[] offsets = operands.stream().mapToLong(o -> o.element().offset).toArray();
    long[][] strides = new long[operands.size()][];
    var accesses = new ArrayList<Access>();
    int laneAt = reduces && laneReduces ? axes.size() - 1 : p - 1;
    for (int o = 0; o < strides.length; o++) {
      Operand operand = operands.get(o);
      strides[o] =
          axes.stream()
              .mapToLong(a -> a.length == 0 ? 0 : operand.element().coefficients[a[a.length - 1]])
              .toArray();
      accesses.add(new Access(operand.kind(), operand.dtype(), lane(strides[o][laneAt])));
    }
    var kernel =
        new Kernel.Loop(
            p,
            axes.size() - p,
            reduces && laneReduces,
            List.copyOf(accesses),
            lowered.scalars().types(),
            lowered.stages());
    int[] values = operands.stream().mapToInt(Operand::node).toArray();
    Step.Scalar[] scalars = lowered.scalars().sources();
    return new Step(kernel, new Geometry(launchSizes, offsets, strides), values, scalars);
  }

  /** How an access with a stride moves along the lane axis. */
  static Access.Lane lane(long stride) {
    return stride == 0
        ? Access.Lane.BROADCAST
        : stride == 1 ? Access.Lane.CONTIGUOUS : Access.Lane.STRIDED;
  }

  /**
   * The axis along which most operands are contiguous that differ within a row, later axes first; those that stand still along
   * another one count little. As it comes last of the
   * reduction axes if it is one of them, it must be that where the order of folds counts. Short folds leave most lanes without
   * work, and their end costs more than they do: such as the windows of a pooling lie side by side in the lanes, also where their
   * elements are then apart. So do the elements of a long axis rather than those of a short one.
   */
  private int lane() {
    int best = -1;
    long bestScore = Long.MIN_VALUE;
    boolean hasLater = false;
    boolean shortFolds = hasShortFolds();
    boolean longAxes = IntStream.range(0, parallelRank).anyMatch(this::isLong);
    for (int a = sizes.length - 1; a >= 0; a--) {
      boolean folds = a >= parallelRank;
      if (sizes[a] == 1 || (folds && (shortFolds || (hasLater && !anyOrder)))) {
        continue;
      }
      if (!folds && longAxes && run(a) < LANES) {
        continue;
      }
      hasLater = true;
      long score = 0;
      for (Operand operand : operands) {
        if (!isOfEachPoint(operand)) {
          continue;
        }
        long stride = operand.element().coefficients[a];
        int weight = standsStill(operand) ? 1 : 4;
        score +=
            operand.kind() == Access.Kind.INDEX || stride == 0 ? 0 : stride == 1 ? weight : -weight;
      }
      score += sizes[a] >= 16 ? 2 : 0;
      if (score > bestScore) {
        best = a;
        bestScore = score;
      }
    }
    return best < 0 ? sizes.length - 1 : best;
  }

  /** Whether an operand has an element of its own at each point of a row; others are read or written once for a row. */
  private boolean isOfEachPoint(Operand operand) {
    return sizes.length == parallelRank
        || IntStream.range(parallelRank, sizes.length)
            .anyMatch(a -> sizes[a] != 1 && operand.element().coefficients[a] != 0);
  }

  /** Whether an operand stands still along a parallel axis, so that the cache has what is read of it again. */
  private boolean standsStill(Operand operand) {
    return IntStream.range(0, parallelRank)
        .anyMatch(a -> sizes[a] >= LANES && operand.element().coefficients[a] == 0);
  }

  private boolean isLong(int axis) {
    return sizes[axis] >= LEAST_FOLD;
  }

  /** The size of a parallel axis, joined with those before it that all operands pass through as one with it. */
  private long run(int axis) {
    long run = sizes[axis];
    int inner = axis;
    for (int a = axis - 1; a >= 0; a--) {
      if (sizes[a] != 1) {
        if (!joins(a, inner)) {
          return run;
        }
        run *= sizes[a];
        inner = a;
      }
    }
    return run;
  }

  /**
   * Whether rows of reduction axes are too short for lanes, where a parallel axis has enough of them and no stage writes or
   * computes whole rows.
   */
  private boolean hasShortFolds() {
    List<int[]> rows = joined(collapse(IntStream.range(parallelRank, sizes.length).toArray()));
    boolean wide = IntStream.range(0, parallelRank).anyMatch(a -> sizes[a] >= LANES);
    return wide && !rows.isEmpty() && !hasRows && size(rows.getLast()) < LEAST_FOLD;
  }

  /** The axes with one of them moved to the end. */
  private static int[] last(IntStream axes, int lane) {
    int[] all = axes.toArray();
    int[] ordered = new int[all.length];
    int n = 0;
    for (int a : all) {
      if (a != lane) {
        ordered[n++] = a;
      }
    }
    if (n < all.length) {
      ordered[n] = lane;
    }
    return ordered;
  }

  private int[] collapse(int[] axes) {
    return Arrays.stream(axes).filter(a -> sizes[a] != 1).toArray();
  }

  /** Runs of axes that every operand passes through as if they were one. */
  private List<int[]> joined(int[] axes) {
    var runs = new ArrayList<int[]>();
    int start = 0;
    for (int i = 1; i <= axes.length; i++) {
      if (i == axes.length || !joins(axes[i - 1], axes[i]) || overflows(axes, start, i)) {
        runs.add(Arrays.copyOfRange(axes, start, i));
        start = i;
      }
    }
    return axes.length == 0 ? List.of() : runs;
  }

  private boolean overflows(int[] axes, int from, int to) {
    long n = 1;
    for (int i = from; i <= to; i++) {
      n *= sizes[axes[i]];
    }
    return n > Integer.MAX_VALUE;
  }

  private boolean joins(int outer, int inner) {
    for (Operand operand : operands) {
      long[] c = operand.element().coefficients;
      if (c[outer] != c[inner] * sizes[inner]) {
        return false;
      }
    }
    return true;
  }

  private int size(int[] run) {
    int n = 1;
    for (int a : run) {
      n *= sizes[a];
    }
    return n;
  }
}
