package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.device.Backend;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The launch of a matrix product. An operand is a value in memory, seen through views, where these are strides along (batch, m,
 * k) or (batch, k, n). If they are not, or elements are chosen by conditions or positions, the kernel computes it.
 */
final class ProductSteps {
  /** As many lanes as any device has in a vector of f32. */
  private static final int LANES = 16;

  /** How many times larger than a factor the result is from which on the factor is stored. */
  private static final int SMALL = 4;

  /** The multiply-adds of a product that are worth one more launch. */
  private static final long LARGE = 1 << 22;

  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final int[] outputs;
  private final int node;
  private final Node at;

  /** The axes of the space, batch axes and m and n, and then k. */
  private final int[] sizes;

  private final Space space;
  private final int batch;
  private final LongToIntFunction scratch;
  private final Scalars scalars = new Scalars();

  private ProductSteps(
      Walk walk,
      boolean[] stored,
      Group group,
      int[] outputs,
      Space space,
      LongToIntFunction scratch) {
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.outputs = outputs;
    this.space = space;
    this.scratch = scratch;
    this.node = group.head;
    this.at = walk.nodes[node];
    this.sizes = space.sizesWith(at.input(0).shape().dim(-1));
    this.batch = sizes.length - 3;
  }

  /**
   * The launches of a group: one, unless its product is cut along the inner axis.
   *
   * @param outputs the members that the epilogue stores
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  static Lowered of(
      Walk walk, boolean[] stored, Group group, int[] outputs, LongToIntFunction scratch) {
    return Lowered.over(
        group, space -> new ProductSteps(walk, stored, group, outputs, space, scratch).launch());
  }

  /**
   * A factor on its way into a launch.
   *
   * @param operands the one in memory, or those of the map that computes it, over batch axes and its own
   * @param stages those of the map; none if it is in memory
   * @param axes the sizes of its own axes, if it is computed
   * @param rows how many of these are rows
   */
  private record Draft(
      List<Operand> operands, List<Stage> stages, int[] axes, int rows, boolean depthInner) {
    boolean isComputed() {
      return !stages.isEmpty();
    }

    /** The place of the first axis of k among its own. */
    int firstDepth(int operand) {
      return operand == 0 ? rows : 0;
    }
  }

  private Lowered launch() {
    Draft[] drafts = new Draft[2];
    for (int k = 0; k < 2; k++) {
      var trace = new Trace(walk, stored);
      Operand plain = trace.operand(walk.input(node, k), element(k), sizes);
      Views.Split wanted = trace.wanted();
      if (plain != null) {
        drafts[k] = new Draft(List.of(plain), List.of(), new int[0], 0, false);
      } else if (wanted != null && wanted.axis() < batch) {
        return new Lowered.Wanted(wanted);
      } else if (isRearranged(walk.input(node, k)) && at.device().backend().prefersMatrices()) {
        return trace.unfit();
      } else if (small(k) >= 0) {
        return new Lowered.Unfit(small(k));
      } else {
        Lowered lowered = factor(k);
        if (!(lowered instanceof Lowering.Result result)) {
          return lowered;
        }
        drafts[k] = computed(k, result);
      }
    }
    int parts = parts(drafts);
    if (parts > 1) {
      return cut(drafts, parts);
    }
    Lowering.Result epilogue = null;
    if (outputs.length > 0) {
      Lowered lowered = Lowering.lower(walk, stored, group, outputs, space, scalars);
      if (!(lowered instanceof Lowering.Result result)) {
        return lowered;
      }
      epilogue = result;
    }
    return new Lowered.Launches(List.of(step(sizes, Operand.RAW, drafts, epilogue)));
  }

  /**
   * The node of a factor that is far smaller than the result: a kernel would compute it again for each part of the result, and
   * storing it takes next to nothing. -1 if it is not small, or stored, or the product is soon done.
   */
  private int small(int operand) {
    int i = walk.input(node, operand);
    while (!stored[i] && (walk.op(i) instanceof Op.Expand || walk.isAlias(i))) {
      i = walk.input(i, 0);
    }
    long results = at.shape().size();
    boolean isSmall = walk.nodes[i].shape().size() <= results / SMALL;
    boolean pays = results * sizes[batch + 2] >= LARGE;
    return isSmall && pays && !stored[i] && !walk.isLeaf(i) ? i : -1;
  }

  private int parts(Draft[] drafts) {
    Backend backend = at.device().backend();
    boolean inMemory = !drafts[0].isComputed() && !drafts[1].isComputed();
    if (inMemory && backend.prefersMatrices()) {
      return 1;
    }
    int k = sizes[batch + 2];
    var outermost = new ArrayList<>(List.of(k));
    for (int operand = 0; operand < 2; operand++) {
      Draft draft = drafts[operand];
      outermost.add(draft.isComputed() ? draft.axes[draft.firstDepth(operand)] : k);
    }
    return InnerSplit.parts(sizes, outermost, backend.productTiles());
  }

  /** The launches of parts, of their sum, and of what follows. */
  private Lowered cut(Draft[] drafts, int parts) {
    int[] partSizes = new int[sizes.length + 1];
    System.arraycopy(sizes, 0, partSizes, 0, batch);
    partSizes[batch] = parts;
    System.arraycopy(sizes, batch, partSizes, batch + 1, 3);
    partSizes[batch + 3] /= parts;
    Draft[] cut = new Draft[2];
    for (int operand = 0; operand < 2; operand++) {
      Draft draft = drafts[operand];
      int[] axes = draft.axes.clone();
      int depth = draft.firstDepth(operand);
      int axis = batch + (draft.isComputed() ? depth : 2);
      int size = partSizes[batch + 3];
      if (draft.isComputed()) {
        axes[depth] /= parts;
        size = axes[depth];
      }
      int reach = size;
      List<Operand> operands =
          draft.operands.stream().map(o -> InnerSplit.cut(o, batch, axis, reach)).toList();
      cut[operand] = new Draft(operands, draft.stages, axes, draft.rows, draft.depthInner);
    }
    int matrix = sizes[batch] * sizes[batch + 1];
    int products = Math.toIntExact(at.shape().size() / matrix);
    int results = scratch.applyAsInt((long) at.dtype().bytes() * products * parts * matrix);
    var steps = new ArrayList<Step>();
    steps.add(step(partSizes, results, cut, null));
    steps.add(InnerSplit.sum(products, matrix, parts, results, at.dtype()));
    if (outputs.length > 0) {
      Lowered lowered = Lowering.lower(walk, stored, group, outputs, space);
      if (!(lowered instanceof Lowering.Result result)) {
        return lowered;
      }
      steps.add(LoopSteps.of(result).renumbered(value -> value == node ? Operand.RAW : value));
    }
    return new Lowered.Launches(steps);
  }

  /** Whether a factor is another order of elements in memory, of which a copy takes no more room. */
  private boolean isRearranged(int i) {
    var trace = new Trace(walk, stored);
    return trace.isInMemory(i)
        && walk.nodes[trace.under(i)].shape().size() >= walk.nodes[i].shape().size();
  }

  /** Where an operand is if it lies in memory as the node has it. */
  private Affine element(int operand) {
    long m = at.shape().dim(-2);
    long n = at.shape().dim(-1);
    long k = sizes[batch + 2];
    return operand == 0
        ? over(m * k, batch, k, batch + 2, 1)
        : over(k * n, batch + 2, n, batch + 1, 1);
  }

  private Affine over(long matrix, int rows, long rowStride, int columns, long columnStride) {
    return over(sizes, matrix, rows, rowStride, columns, columnStride);
  }

  /** An element function with a stride for whole matrices and for two of the last axes. */
  private static Affine over(
      int[] sizes, long matrix, int rows, long rowStride, int columns, long columnStride) {
    long[] c = new long[sizes.length];
    long stride = matrix;
    for (int a = sizes.length - 4; a >= 0; a--) {
      c[a] = stride;
      stride *= sizes[a];
    }
    c[rows] = rowStride;
    c[columns] = columnStride;
    return new Affine(0, c);
  }

  /** The map that computes an operand over the batch axes and its own two, which may be split. */
  private Lowered factor(int operand) {
    int[] axes = Arrays.copyOf(sizes, batch + 2);
    axes[batch] = operand == 0 ? sizes[batch] : sizes[batch + 2];
    axes[batch + 1] = operand == 0 ? sizes[batch + 2] : sizes[batch + 1];
    Group map = Group.map(node, axes);
    Space own = map.space;
    while (true) {
      Lowered lowered =
          Lowering.lowerInput(walk, stored, map, walk.input(node, operand), own, scalars);
      if (!(lowered instanceof Lowered.Wanted(var split)) || split.axis() < batch) {
        return lowered;
      }
      own = Objects.requireNonNull(own.split(split, map::keepsWhole));
    }
  }

  private Draft computed(int operand, Lowering.Result result) {
    int[] all = result.space().sizes();
    int first = result.space().pieces(batch);
    int rows = operand == 0 ? first : all.length - batch - first;
    int lastRow = operand == 0 ? batch + first - 1 : all.length - 1;
    int lastDepth = operand == 0 ? all.length - 1 : batch + first - 1;
    return new Draft(
        result.operands(),
        result.stages(),
        Arrays.copyOfRange(all, batch, all.length),
        rows,
        lanes(result, lastDepth) > lanes(result, lastRow));
  }

  /** How well lanes along an axis would do: its size if memory is contiguous there, else half of the lanes that find work. */
  private static int lanes(Lowering.Result result, int axis) {
    int size = result.space().sizes()[axis];
    boolean contiguous =
        result.operands().stream()
            .anyMatch(o -> o.kind() == Access.Kind.READ && o.element().coefficients[axis] == 1);
    return contiguous ? size : Math.min(size, LANES) / 2;
  }

  /**
   * The launch of a product.
   *
   * @param sizes its batch axes, m, n and k
   * @param raw the value that takes its result
   */
  private Step step(int[] sizes, int raw, Draft[] drafts, Lowering.@Nullable Result epilogue) {
    int batch = sizes.length - 3;
    int own = drafts[0].axes.length + drafts[1].axes.length;
    int[] all = Arrays.copyOf(sizes, sizes.length + own);
    var operands = new ArrayList<Operand>();
    for (Draft draft : drafts) {
      operands.add(
          draft.isComputed()
              ? new Operand(Access.Kind.INDEX, type(operands.size()), -1, Affine.constant(0))
              : draft.operands.getFirst());
    }
    long m = sizes[batch];
    long n = sizes[batch + 1];
    Affine written = over(sizes, m * n, batch, n, batch + 1, 1);
    operands.add(new Operand(Access.Kind.WRITE, at.dtype(), raw, written));
    Kernel.Factor[] factors = new Kernel.Factor[2];
    int first = sizes.length;
    for (int k = 0; k < 2; k++) {
      if (drafts[k].isComputed()) {
        factors[k] = factor(k, drafts[k], batch, first, all, operands);
        first += drafts[k].axes.length;
      }
    }
    Kernel.Loop map = null;
    if (epilogue != null) {
      var behind = FusedMap.of(epilogue, node, e -> e.over(all.length), batch + 1);
      operands.addAll(behind.operands());
      map = behind.loop();
    }
    Precision precision = at.device().backend().precision(at.precision());
    var kernel = new Kernel.MatMul(type(0), type(1), precision, factors[0], factors[1], map);
    boolean inMemory = factors[0] == null && factors[1] == null;
    var axes = BatchAxes.of(all, batch, inMemory, operands);
    return new Step(kernel, axes.sizes(), axes.operands(), scalars.sources());
  }

  /**
   * A computed factor.
   *
   * @param batch the number of batch axes
   * @param first the first of its axes in the launch
   * @param all the sizes of the launch axes, to which its own are added
   * @param operands those of the launch, to which its own are added
   */
  private Kernel.Factor factor(
      int operand, Draft draft, int batch, int first, int[] all, List<Operand> operands) {
    int rank = draft.axes.length;
    int depth = rank - draft.rows;
    boolean swaps = (operand == 0) != draft.depthInner;
    int leading = operand == 0 ? draft.rows : depth;
    int[] order = new int[rank];
    for (int a = 0; a < rank; a++) {
      order[a] = swaps ? (a + leading) % rank : a;
      all[first + a] = draft.axes[order[a]];
    }
    var accesses = new ArrayList<Access>();
    for (Operand o : draft.operands) {
      long[] c = new long[first + rank];
      System.arraycopy(o.element().coefficients, 0, c, 0, batch);
      for (int a = 0; a < rank; a++) {
        c[first + a] = o.element().along(batch + order[a]);
      }
      accesses.add(
          access(new Operand(o.kind(), o.dtype(), -1, new Affine(0, c)), first + rank - 1));
      if (o.kind() != Access.Kind.WRITE) {
        operands.add(new Operand(o.kind(), o.dtype(), o.node(), new Affine(o.element().offset, c)));
      }
    }
    accesses.set(
        accesses.size() - 1, new Access(Access.Kind.WRITE, type(operand), Access.Lane.CONTIGUOUS));
    return new Kernel.Factor(draft.rows, depth, draft.depthInner, map(accesses, draft.stages));
  }

  private DType type(int operand) {
    return walk.nodes[walk.input(node, operand)].dtype();
  }

  private Kernel.Loop map(List<Access> accesses, List<Stage> stages) {
    return new Kernel.Loop(2, 0, false, List.copyOf(accesses), scalars.types(), stages);
  }

  private static Access access(Operand operand, int laneAxis) {
    return new Access(
        operand.kind(), operand.dtype(), LoopSteps.lane(operand.element().along(laneAxis)));
  }
}
