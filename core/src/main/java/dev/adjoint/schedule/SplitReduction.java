package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * Does a long reduction in two launches: the first reduces pieces side by side, the second reduces the results of the pieces.
 *
 * <p>Pieces depend on the sizes alone, so a result does not depend on how many workers there are. They also bound the rounding
 * error, because a sum is no longer one long sequence.
 */
final class SplitReduction {
  /** Reductions of fewer elements stay whole. */
  private static final long MIN_REDUCED = 1 << 15;

  /** With this many results there is enough to do side by side. */
  private static final long MAX_RESULTS = 256;

  /** Elements that a piece should have. */
  private static final long PIECE = 1 << 13;

  private final Lowering.Result whole;
  private final int[] sizes;
  private final int parallelRank;
  private final int axis;
  private final int pieces;

  private SplitReduction(Lowering.Result whole, int axis, int pieces) {
    this.whole = whole;
    this.sizes = whole.space().sizes();
    this.parallelRank = whole.space().parallelRank();
    this.axis = axis;
    this.pieces = pieces;
  }

  /**
   * The launches of a lowered loop nest: two if it is one pass of reductions over many elements with few results, else one.
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
    long results = product(sizes, 0, parallelRank);
    long reduced = product(sizes, parallelRank, sizes.length);
    if (onePass && reduced >= MIN_REDUCED && results < MAX_RESULTS) {
      int axis = parallelRank;
      for (int a = parallelRank; a < sizes.length; a++) {
        axis = sizes[a] > sizes[axis] ? a : axis;
      }
      int pieces = divisor(sizes[axis], Math.min(MAX_RESULTS, reduced / PIECE));
      if (pieces > 1) {
        return new SplitReduction(lowered, axis, pieces).split(scratch);
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

  /** The divisor of a size that is nearest to a target, or 1 if none is within a factor of four. */
  private static int divisor(int size, long target) {
    int best = 1;
    for (int d = 2; d <= Math.min(size, 4 * target); d++) {
      if (size % d == 0 && 4L * d >= target && Math.abs(d - target) < Math.abs(best - target)) {
        best = d;
      }
    }
    return best;
  }

  private List<Step> split(LongToIntFunction scratch) {
    var reduce = (Stage.Reduce) whole.stages().get(0);
    var finish = (Stage.Finish) whole.stages().get(1);
    int results = Math.toIntExact(product(sizes, 0, parallelRank));
    int[] parts = new int[reduce.folds().size()];
    for (int f = 0; f < parts.length; f++) {
      parts[f] = scratch.applyAsInt((long) results * pieces * reduce.folds().get(f).type().bytes());
    }
    return List.of(LoopSteps.of(first(reduce, parts)), LoopSteps.of(second(reduce, finish, parts)));
  }

  /** Reduces each piece: the pieces are one more parallel axis. */
  private Lowering.Result first(Stage.Reduce reduce, int[] parts) {
    int[] parallel = Arrays.copyOf(sizes, parallelRank + 1);
    parallel[parallelRank] = pieces;
    int[] reduced = Arrays.copyOfRange(sizes, parallelRank, sizes.length);
    reduced[axis - parallelRank] = sizes[axis] / pieces;
    Space space = Space.of(parallel, reduced);
    var operands = new ArrayList<Operand>();
    for (Operand o : whole.operands()) {
      operands.add(new Operand(o.kind(), o.dtype(), o.node(), withPieces(o.element())));
    }
    int read = operands.size();
    var results = new ArrayList<Instr>();
    var stores = new ArrayList<Stage.Store>();
    for (int f = 0; f < parts.length; f++) {
      DType type = reduce.folds().get(f).type();
      results.add(new Instr.Reduced(f, type));
      operands.add(new Operand(Access.Kind.WRITE, type, parts[f], space.row()));
      stores.add(new Stage.Store(read + f, f));
    }
    return compact(space, operands, List.of(reduce, new Stage.Finish(results, stores)));
  }

  private Affine withPieces(Affine element) {
    long[] c = element.coefficients;
    long[] more = new long[c.length + 1];
    System.arraycopy(c, 0, more, 0, parallelRank);
    more[parallelRank] = c[axis] * (sizes[axis] / pieces);
    System.arraycopy(c, parallelRank, more, parallelRank + 1, c.length - parallelRank);
    return new Affine(element.offset, more);
  }

  /** Reduces the results of the pieces and does what follows. */
  private Lowering.Result second(Stage.Reduce reduce, Stage.Finish finish, int[] parts) {
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
    return compact(space, operands, List.of(new Stage.Reduce(body, folds), finish));
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
    return new Lowering.Result(space, used, whole.scalars(), whole.sources(), renumbered);
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
      case Stage.Reduce(var _, var folds) -> new Stage.Reduce(body, folds);
      case Stage.Map _ -> new Stage.Map(body, stores);
      case Stage.Finish _ -> new Stage.Finish(body, stores);
    };
  }
}
