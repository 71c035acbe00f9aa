package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Does a long reduction in several launches: the first reduces pieces side by side, the last reduces the results of the pieces.
 * Pieces are aligned runs of 2^k blocks, which are parts of the tree in the order of {@link Kernel.Loop}, so that they change no
 * bit. If the last piece is shorter, it has a launch of its own.
 *
 * <p>Where no axis can be cut so that every operand steps through the pieces, the reduction stays whole.
 */
final class SplitReduction {
  /** Reductions of fewer elements stay whole. */
  private static final long MIN_REDUCED = 1 << 15;

  /** With this many results there is enough to do side by side. */
  private static final long MAX_RESULTS = 256;

  /** The elements that a piece should have at least, and the number of pieces from which on it should have more. */
  private static final long PIECE = 1 << 13;

  private static final long MAX_PIECES = 256;

  /** The results of pieces that memory may be taken for. */
  private static final long MAX_PARTS = 1 << 20;

  private final Lowering.Result whole;
  private final int[] sizes;
  private final int parallelRank;
  private final int axis;
  private final int step;

  /**
   * A cut along an axis; the reduction axes before it become parallel.
   *
   * @param step the size of a piece along the axis
   */
  private SplitReduction(Lowering.Result whole, int axis, int step) {
    this.whole = whole;
    this.sizes = whole.space().sizes();
    this.parallelRank = whole.space().parallelRank();
    this.axis = axis;
    this.step = step;
  }

  /**
   * The launches of a lowered loop nest: several if it is one pass of reductions over many elements with few results, else one.
   *
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  static List<Step> steps(Lowering.Result lowered, LongToIntFunction scratch) {
    int[] sizes = lowered.space().sizes();
    int parallelRank = lowered.space().parallelRank();
    boolean onePass =
        lowered.stages().size() == 2
            && lowered.stages().get(0) instanceof Stage.Reduce
            && lowered.stages().get(1) instanceof Stage.Finish;
    long reduced = product(sizes, parallelRank, sizes.length);
    long results = product(sizes, 0, parallelRank);
    if (onePass && reduced >= MIN_REDUCED && results < MAX_RESULTS) {
      long piece = Math.max(PIECE, Long.highestOneBit(2 * (reduced - 1) / MAX_PIECES));
      long least = Math.max(Kernel.Loop.BLOCK, results * reduced / MAX_PARTS);
      Lowering.Result joined = joined(lowered);
      for (; piece >= least; piece /= 2) {
        SplitReduction split = cut(joined, piece);
        if (split != null) {
          return split.split(scratch);
        }
      }
    }
    return List.of(LoopSteps.of(lowered));
  }

  private static long product(int[] sizes, int from, int to) {
    long n = 1;
    for (int a = from; a < to; a++) {
      n *= sizes[a];
    }
    return n;
  }

  /** The same over reduction axes that are joined where all operands pass through them as one. */
  private static Lowering.Result joined(Lowering.Result lowered) {
    int[] sizes = lowered.space().sizes();
    int[] parallel = Arrays.copyOf(sizes, lowered.space().parallelRank());
    List<int[]> runs = LoopSteps.reducedRuns(lowered);
    int[] reduced =
        runs.stream()
            .mapToInt(r -> Arrays.stream(r).map(a -> sizes[a]).reduce(1, Math::multiplyExact))
            .toArray();
    var operands = new ArrayList<Operand>();
    for (Operand o : lowered.operands()) {
      long[] c = Arrays.copyOf(o.element().coefficients, parallel.length + reduced.length);
      for (int r = 0; r < reduced.length; r++) {
        int[] run = runs.get(r);
        c[parallel.length + r] = o.element().coefficients[run[run.length - 1]];
      }
      operands.add(new Operand(o.kind(), o.dtype(), o.node(), new Affine(o.element().offset, c)));
    }
    return new Lowering.Result(
        Space.of(parallel, reduced), operands, lowered.scalars(), lowered.stages());
  }

  /** The cut into pieces of a size, a power of two, if there is one; only the first reduction axis may leave a rest. */
  private static @Nullable SplitReduction cut(Lowering.Result whole, long piece) {
    int[] sizes = whole.space().sizes();
    int first = whole.space().parallelRank();
    long inner = 1;
    for (int a = sizes.length - 1; a >= first && piece % inner == 0; a--) {
      long step = piece / inner;
      if (a == first ? step < sizes[a] : sizes[a] % step == 0) {
        return new SplitReduction(whole, a, Math.toIntExact(step));
      }
      inner *= sizes[a];
    }
    return null;
  }

  private List<Step> split(LongToIntFunction scratch) {
    var reduce = (Stage.Reduce) whole.stages().get(0);
    var finish = (Stage.Finish) whole.stages().get(1);
    int full = sizes[axis] / step;
    int rest = sizes[axis] % step;
    int pieces = Math.toIntExact(product(sizes, parallelRank, axis) * full + (rest > 0 ? 1 : 0));
    long results = product(sizes, 0, parallelRank) * pieces;
    int[] parts = new int[reduce.folds().size()];
    for (int f = 0; f < parts.length; f++) {
      parts[f] = scratch.applyAsInt(results * reduce.folds().get(f).type().bytes());
    }
    var steps = new ArrayList<Step>();
    steps.add(LoopSteps.of(reduced(reduce, parts, pieces, 0, full, step)));
    if (rest > 0) {
      steps.add(LoopSteps.of(reduced(reduce, parts, pieces, full, 1, rest)));
    }
    steps.add(LoopSteps.of(last(reduce, finish, parts, pieces)));
    return steps;
  }

  /**
   * Reduces pieces: they are more parallel axes.
   *
   * @param pieces the number of all pieces
   * @param first the first piece along the axis
   * @param count the number of pieces along the axis
   * @param size the size of a piece along the axis
   */
  private Lowering.Result reduced(
      Stage.Reduce reduce, int[] parts, int pieces, int first, int count, int size) {
    int[] parallel = Arrays.copyOf(sizes, axis + 1);
    parallel[axis] = count;
    int[] inner = Arrays.copyOfRange(sizes, axis, sizes.length);
    inner[0] = size;
    Space space = Space.of(parallel, inner);
    var operands = new ArrayList<Operand>();
    for (Operand o : whole.operands()) {
      long[] c = o.element().coefficients;
      long[] more = new long[c.length + 1];
      System.arraycopy(c, 0, more, 0, axis);
      more[axis] = c[axis] * step;
      System.arraycopy(c, axis, more, axis + 1, c.length - axis);
      long offset = o.element().offset + first * more[axis];
      operands.add(new Operand(o.kind(), o.dtype(), o.node(), new Affine(offset, more)));
    }
    long[] row = new long[sizes.length + 1];
    long stride = 1;
    for (int a = axis; a >= parallelRank; a--) {
      row[a] = stride;
      stride *= a == axis ? sizes[axis] / step : sizes[a];
    }
    stride = pieces;
    for (int a = parallelRank - 1; a >= 0; a--) {
      row[a] = stride;
      stride *= sizes[a];
    }
    int read = operands.size();
    var results = new ArrayList<Instr>();
    var stores = new ArrayList<Stage.Store>();
    for (int f = 0; f < parts.length; f++) {
      DType type = reduce.folds().get(f).type();
      results.add(new Instr.Reduced(f, type));
      operands.add(new Operand(Access.Kind.WRITE, type, parts[f], new Affine(first, row)));
      stores.add(new Stage.Store(read + f, f));
    }
    return compact(space, operands, List.of(reduce, new Stage.Finish(results, stores)));
  }

  /** Reduces the results of the pieces and does what follows. */
  private Lowering.Result last(Stage.Reduce reduce, Stage.Finish finish, int[] parts, int pieces) {
    Space space = Space.of(Arrays.copyOf(sizes, parallelRank), new int[] {pieces});
    var operands = new ArrayList<Operand>();
    for (Operand o : whole.operands()) {
      long[] c = Arrays.copyOf(o.element().coefficients, parallelRank + 1);
      c[parallelRank] = 0;
      operands.add(new Operand(o.kind(), o.dtype(), o.node(), new Affine(o.element().offset, c)));
    }
    var body = new ArrayList<Instr>();
    var folds = new ArrayList<Stage.Fold>();
    for (int f = 0; f < parts.length; f++) {
      DType type = reduce.folds().get(f).type();
      long[] c = space.row().coefficients.clone();
      for (int a = 0; a < parallelRank; a++) {
        c[a] *= pieces;
      }
      c[parallelRank] = 1;
      body.add(new Instr.Load(operands.size(), type));
      operands.add(new Operand(Access.Kind.READ, type, parts[f], new Affine(0, c)));
      folds.add(new Stage.Fold(reduce.folds().get(f).op(), f, type));
    }
    return compact(space, operands, List.of(new Stage.Reduce(body, folds, true), finish));
  }

  /** A result without operands that no stage uses. */
  private Lowering.Result compact(Space space, List<Operand> operands, List<Stage> stages) {
    int[] index = new int[operands.size()];
    Arrays.fill(index, -1);
    var used = new ArrayList<Operand>();
    for (Stage stage : stages) {
      for (Instr instr : stage.body()) {
        switch (instr) {
          case Instr.Load load -> use(load.access(), index, operands, used);
          case Instr.Index(int access) -> use(access, index, operands, used);
          case Instr.Scalar _, Instr.Literal _, Instr.Reduced _, Instr.Apply _, Instr.Check _ -> {}
        }
      }
      for (Stage.Store store : stores(stage)) {
        use(store.access(), index, operands, used);
      }
    }
    List<Stage> renumbered = stages.stream().map(stage -> renumber(stage, index)).toList();
    return new Lowering.Result(space, used, whole.scalars(), renumbered);
  }

  private static void use(int access, int[] index, List<Operand> operands, List<Operand> used) {
    if (index[access] < 0) {
      index[access] = used.size();
      used.add(operands.get(access));
    }
  }

  private static List<Stage.Store> stores(Stage stage) {
    return switch (stage) {
      case Stage.Reduce _ -> List.of();
      case Stage.Map(var _, var stores) -> stores;
      case Stage.Finish(var _, var stores) -> stores;
    };
  }

  private static Stage renumber(Stage stage, int[] index) {
    List<Instr> body =
        stage.body().stream()
            .map(
                instr ->
                    switch (instr) {
                      case Instr.Load(int access, int at, int condition, var type) ->
                          new Instr.Load(index[access], at, condition, type);
                      case Instr.Index(int access) -> new Instr.Index(index[access]);
                      case Instr.Scalar _,
                          Instr.Literal _,
                          Instr.Reduced _,
                          Instr.Apply _,
                          Instr.Check _ ->
                          instr;
                    })
            .toList();
    List<Stage.Store> stores =
        stores(stage).stream().map(s -> new Stage.Store(index[s.access()], s.value())).toList();
    return switch (stage) {
      case Stage.Reduce(var _, var folds, var ofBlocks) -> new Stage.Reduce(body, folds, ofBlocks);
      case Stage.Map _ -> new Stage.Map(body, stores);
      case Stage.Finish _ -> new Stage.Finish(body, stores);
    };
  }
}
