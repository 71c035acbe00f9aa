package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Folds of few elements, such as the windows of a pooling or of a depthwise convolution, written out: a map that reads all
 * elements of a fold and folds them in the order of {@link Kernel.Loop}, so that all of it stays in registers.
 */
final class ShortFolds {
  private static final int MOST = 16;

  private final Kernel.Loop loop;
  private final Geometry where;
  private final int[] values;
  private final BodyBuilder body = new BodyBuilder();
  private final Map<Place, Integer> numbers = new HashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final List<Integer> reduced = new ArrayList<>();

  /**
   * An access at an element of a fold.
   *
   * @param access the access of the fold
   * @param shift where the element is, in elements from the first
   */
  private record Place(int access, long shift) {}

  private ShortFolds(Kernel.Loop loop, Step step) {
    this.loop = loop;
    this.where = step.geometry();
    this.values = step.values();
  }

  /** The same launch with folds written out, if they are short and results lie in the lanes; else itself. */
  static Step writtenOut(Step step) {
    return step.kernel() instanceof Kernel.Loop loop && fits(loop, step.geometry())
        ? new ShortFolds(loop, step).step(step.scalars())
        : step;
  }

  private static boolean fits(Kernel.Loop loop, Geometry where) {
    int elements = elements(loop, where);
    if (loop.laneReduces() || elements < 2 || elements > MOST) {
      return false;
    }
    int last = loop.stages().size() - 1;
    for (int s = 0; s <= last; s++) {
      boolean known =
          s == last
              ? loop.stages().get(s) instanceof Stage.Finish
              : loop.stages().get(s) instanceof Stage.Reduce reduce && isPlain(reduce);
      if (!known) {
        return false;
      }
    }
    return elements * loop.instructions() <= KernelLimits.INSTRUCTIONS
        && elements * loop.accesses().size() <= KernelLimits.ACCESSES;
  }

  /** Whether elements are numbers that are read where they are: what is gathered, or has conditions, gains nothing. */
  private static boolean isPlain(Stage.Reduce reduce) {
    for (Instr instr : reduce.body()) {
      if (instr instanceof Instr.Load load && load.isComputed()) {
        return false;
      }
    }
    return !reduce.ofBlocks()
        && reduce.folds().stream().noneMatch(fold -> fold.type() == DType.BOOL);
  }

  private static int elements(Kernel.Loop loop, Geometry where) {
    long elements = 1;
    for (int axis = loop.parallelRank(); axis < loop.rank(); axis++) {
      elements *= where.sizes()[axis];
    }
    return loop.reduceRank() == 0 ? 0 : (int) Math.min(elements, MOST + 1L);
  }

  private Step step(Step.Scalar[] scalars) {
    int elements = elements(loop, where);
    List<Stage.Store> stores = new ArrayList<>();
    for (Stage stage : loop.stages()) {
      switch (stage) {
        case Stage.Reduce reduce -> {
          int[][] copies = new int[elements][];
          for (int i = 0; i < elements; i++) {
            copies[i] = copy(reduce.body(), i);
          }
          for (Stage.Fold fold : reduce.folds()) {
            reduced.add(folded(fold, copies));
          }
        }
        case Stage.Finish finish -> {
          int[] copy = copy(finish.body(), 0);
          finish
              .stores()
              .forEach(
                  store ->
                      stores.add(new Stage.Store(number(store.access(), 0), copy[store.value()])));
        }
        case Stage.Map _ -> throw new IllegalStateException("a map has no short folds");
      }
    }
    int rank = loop.parallelRank();
    var accesses = new ArrayList<Access>();
    int[] sources = new int[places.size()];
    long[] offsets = new long[places.size()];
    long[][] strides = new long[places.size()][];
    for (int k = 0; k < sources.length; k++) {
      int access = places.get(k).access;
      accesses.add(loop.accesses().get(access));
      sources[k] = values[access];
      offsets[k] = where.offsets()[access] + places.get(k).shift;
      strides[k] = Arrays.copyOf(where.strides()[access], rank);
    }
    var map =
        new Kernel.Loop(
            rank,
            0,
            false,
            List.copyOf(accesses),
            loop.scalars(),
            List.of(new Stage.Map(body.build(), List.copyOf(stores))));
    var geometry = new Geometry(Arrays.copyOf(where.sizes(), rank), offsets, strides);
    return new Step(map, geometry, sources, scalars);
  }

  /** The number of an access at an element. */
  private int number(int access, int element) {
    long shift = 0;
    int rest = element;
    for (int axis = loop.rank() - 1; axis >= loop.parallelRank(); axis--) {
      int size = where.sizes()[axis];
      shift += rest % size * where.strides()[access][axis];
      rest /= size;
    }
    var place = new Place(access, shift);
    return numbers.computeIfAbsent(
        place,
        p -> {
          places.add(p);
          return places.size() - 1;
        });
  }

  /** Writes a body for an element; gives the place of each of its values. */
  private int[] copy(List<Instr> from, int element) {
    int[] at = new int[from.size()];
    for (int v = 0; v < at.length; v++) {
      at[v] =
          switch (from.get(v)) {
            case Instr.Load(int access, int by, int condition, DType type) ->
                body.load(number(access, element), of(at, by), of(at, condition), type);
            case Instr.Check(int value, int size, int condition) ->
                body.check(at[value], at[size], of(at, condition));
            case Instr.Index(int access) -> body.add(new Instr.Index(number(access, element)));
            case Instr.Reduced(int slot, DType _) -> reduced.get(slot);
            case Instr.Apply(ScalarOp op, DType type, int a, int b, int c) ->
                body.add(new Instr.Apply(op, type, at[a], of(at, b), of(at, c)));
            case Instr.Scalar scalar -> body.add(scalar);
            case Instr.Literal literal -> body.add(literal);
          };
    }
    return at;
  }

  private static int of(int[] at, int value) {
    return value < 0 ? value : at[value];
  }

  private int folded(Stage.Fold fold, int[][] copies) {
    ScalarOp op = ScalarOp.of(fold.op());
    int[] partials = new int[copies.length];
    for (int i = 0; i < partials.length; i++) {
      partials[i] = copies[i][fold.value()];
    }
    int count = partials.length;
    for (int half = Kernel.Loop.PARTIALS / 2; half > 0; half /= 2) {
      for (int j = 0; j + half < count; j++) {
        partials[j] = body.apply(op, partials[j], partials[j + half]);
      }
      count = Math.min(count, half);
    }
    // A sum starts from +0, so that one of nothing but -0 is +0.
    return fold.op() == ReduceOp.SUM && fold.type().isFloat()
        ? body.apply(op, body.literal(fold.type(), 0), partials[0])
        : partials[0];
  }
}
