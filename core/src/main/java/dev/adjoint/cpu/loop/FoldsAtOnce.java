package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds of short rows of which others read the same ones, as the gradient of a depthwise convolution's weight does at each place
 * of the window. The last parallel axes, if they are short, are written out as several folds of one kernel: what does not depend
 * on them is read once, and a row is begun once for all. Each fold keeps its order.
 */
final class FoldsAtOnce implements Program.Launch {
  /** The most folds at once: partial results of so many have room in the registers of AVX-512. */
  private static final int MOST = 10;

  /** Beginning a longer row takes little of its time. */
  private static final int SHORT_ROW = 256;

  private final LoopLaunch launch;

  /** For each access of the written out kernel that of the kernel itself. */
  private final int[] origins;

  private FoldsAtOnce(LoopLaunch launch, int[] origins) {
    this.launch = launch;
    this.origins = origins;
  }

  /** The launch of a kernel whose folds are written out; null where that cannot be, or does not pay. */
  static @Nullable FoldsAtOnce of(CompiledLoop loop, Workers workers, Geometry geometry) {
    Kernel.Loop kernel = loop.shape().kernel();
    int first = firstAxis(kernel, geometry);
    if (first == kernel.parallelRank() || !(loop.code() instanceof MachineLoop)) {
      return null;
    }
    var copies = new Copies(kernel, geometry, first);
    if (!copies.shares() || copies.accesses.size() > LoopShape.MAX_ACCESSES) {
      return null;
    }
    return new FoldsAtOnce(
        new LoopLaunch(loop.compiler().apply(copies.kernel()), workers, copies.geometry()),
        copies.origins.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The first of the parallel axes to write out; their number if there is none. */
  private static int firstAxis(Kernel.Loop kernel, Geometry geometry) {
    int[] sizes = geometry.sizes();
    int end = kernel.parallelRank();
    boolean shortRows =
        kernel.laneReduces() && kernel.reduceRank() > 1 && sizes[sizes.length - 1] <= SHORT_ROW;
    if (!shortRows
        || geometry.points() == 0
        || !(kernel.stages().size() == 2
            && kernel.stages().getFirst() instanceof Stage.Reduce reduce
            && kernel.stages().getLast() instanceof Stage.Finish)) {
      return end;
    }
    int first = end;
    long folds = reduce.folds().size();
    while (first > 1 && folds * sizes[first - 1] <= MOST) {
      first--;
      folds *= sizes[first];
    }
    return folds == reduce.folds().size() ? end : first;
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    var all = new Buffer[origins.length];
    long[] begins = new long[origins.length];
    for (int a = 0; a < origins.length; a++) {
      all[a] = buffers[origins[a]];
      begins[a] = starts[origins[a]];
    }
    launch.run(all, begins, scalars);
  }

  /** A kernel whose last parallel axes are written out. */
  private static final class Copies {
    private final Kernel.Loop original;
    private final Geometry space;
    private final int first;
    private final int count;
    private final List<Access> accesses = new ArrayList<>();
    private final List<Integer> origins = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();

    /** For each access of the original that of each copy. */
    private final int[][] numbers;

    Copies(Kernel.Loop original, Geometry space, int first) {
      this.original = original;
      this.space = space;
      this.first = first;
      int copies = 1;
      for (int axis = first; axis < original.parallelRank(); axis++) {
        copies *= space.sizes()[axis];
      }
      count = copies;
      numbers = new int[original.accesses().size()][count];
      for (int a = 0; a < numbers.length; a++) {
        for (int copy = 0; copy < count; copy++) {
          numbers[a][copy] = copy > 0 && isShared(a) ? numbers[a][0] : access(a, copy);
        }
      }
    }

    private int access(int a, int copy) {
      accesses.add(original.accesses().get(a));
      origins.add(a);
      long offset = space.offsets()[a];
      int rest = copy;
      for (int axis = original.parallelRank() - 1; axis >= first; axis--) {
        offset += space.strides()[a][axis] * (rest % space.sizes()[axis]);
        rest /= space.sizes()[axis];
      }
      offsets.add(offset);
      return accesses.size() - 1;
    }

    private boolean isShared(int a) {
      return Arrays.stream(space.strides()[a], first, original.parallelRank())
          .allMatch(stride -> stride == 0);
    }

    /** Whether copies read the same elements. */
    boolean shares() {
      for (int a = 0; a < numbers.length; a++) {
        if (original.accesses().get(a).kind() == Access.Kind.READ
            && isShared(a)
            && Arrays.stream(space.strides()[a], original.parallelRank(), original.rank())
                .anyMatch(stride -> stride != 0)) {
          return true;
        }
      }
      return false;
    }

    Geometry geometry() {
      int end = original.parallelRank();
      long[][] strides = new long[accesses.size()][];
      for (int a = 0; a < strides.length; a++) {
        long[] all = space.strides()[origins.get(a)];
        strides[a] = new long[first + original.reduceRank()];
        System.arraycopy(all, 0, strides[a], 0, first);
        System.arraycopy(all, end, strides[a], first, original.reduceRank());
      }
      int[] sizes = new int[first + original.reduceRank()];
      System.arraycopy(space.sizes(), 0, sizes, 0, first);
      System.arraycopy(space.sizes(), end, sizes, first, original.reduceRank());
      return new Geometry(sizes, offsets.stream().mapToLong(Long::longValue).toArray(), strides);
    }

    Kernel.Loop kernel() {
      var reduce = (Stage.Reduce) original.stages().getFirst();
      var finish = (Stage.Finish) original.stages().getLast();
      List<Stage.Fold> folds = new ArrayList<>();
      List<Stage.Store> stores = new ArrayList<>();
      var elements = new BodyBuilder();
      var results = new BodyBuilder();
      for (int copy = 0; copy < count; copy++) {
        int[] values = copy(reduce.body(), elements, copy, 0);
        for (Stage.Fold fold : reduce.folds()) {
          folds.add(new Stage.Fold(fold.op(), values[fold.value()], fold.type()));
        }
        values = copy(finish.body(), results, copy, copy * reduce.folds().size());
        for (Stage.Store store : finish.stores()) {
          stores.add(new Stage.Store(numbers[store.access()][copy], values[store.value()]));
        }
      }
      return new Kernel.Loop(
          first,
          original.reduceRank(),
          true,
          List.copyOf(accesses),
          original.scalars(),
          List.of(
              new Stage.Reduce(elements.build(), folds, reduce.ofBlocks()),
              new Stage.Finish(results.build(), stores)));
    }

    /** Adds a body with the accesses of a copy; returns the numbers of its values. */
    private int[] copy(List<Instr> body, BodyBuilder to, int copy, int firstFold) {
      int[] values = new int[body.size()];
      for (int v = 0; v < values.length; v++) {
        values[v] =
            to.add(
                switch (body.get(v)) {
                  case Instr.Load(int access, int at, int condition, DType type) ->
                      new Instr.Load(
                          numbers[access][copy], of(values, at), of(values, condition), type);
                  case Instr.Index(int access) -> new Instr.Index(numbers[access][copy]);
                  case Instr.Check(int value, int size, int condition) ->
                      new Instr.Check(of(values, value), of(values, size), of(values, condition));
                  case Instr.Reduced(int slot, DType type) ->
                      new Instr.Reduced(firstFold + slot, type);
                  case Instr.Apply(var op, DType type, int a, int b, int c) ->
                      new Instr.Apply(op, type, of(values, a), of(values, b), of(values, c));
                  case Instr.Scalar scalar -> scalar;
                  case Instr.Literal literal -> literal;
                });
      }
      return values;
    }

    private static int of(int[] values, int operand) {
      return operand < 0 ? operand : values[operand];
    }
  }
}
