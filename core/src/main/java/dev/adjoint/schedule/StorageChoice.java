package dev.adjoint.schedule;

import dev.adjoint.Precision;
import dev.adjoint.Shape;
import dev.adjoint.device.Backend;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ReduceOp;

/**
 * Decides which values are stored rather than computed again in each kernel that needs them: what the caller wants, results of
 * opaque ops, the operands of those that read memory, and as many more as keep the code of every kernel small.
 */
final class StorageChoice {
  /** The instructions that a table of numbers must save, which are more than one more launch takes on any device. */
  private static final long TABLE_WORK = 1 << 21;

  /** How many times the elements of a value are in windows of it from which on storing it first costs little. */
  private static final double OVERLAP = 1.5;

  /** Parts that are laid between each other are stored so if they are fewer than this. */
  private static final int SHORT = 8;

  /** From so many slices of the result of a product on, what is made of it is stored before them. */
  private static final int STEPS = 3;

  /** A value with several users is stored if each of them would have to read so many values as large to compute it. */
  private static final int READS = 3;

  private final Walk walk;
  private final OwnKernels kernels;
  private final boolean eager;
  private final boolean[] stored;
  private final int[] weights;
  private final int[] users;
  private final boolean[] moves;

  /** For each node whether it is computed from numbers and indices alone. */
  private final boolean[] tables;

  /** For each node whether gathered elements are computed with it, as they are not stored. */
  private final boolean[] gathers;

  private final Parts parts = new Parts();

  private StorageChoice(
      Walk walk, OwnKernels kernels, int[] users, boolean[] wanted, boolean eager) {
    this.walk = walk;
    this.kernels = kernels;
    this.eager = eager;
    this.stored = wanted.clone();
    this.weights = new int[walk.size()];
    this.users = users;
    this.moves = new boolean[walk.size()];
    this.tables = new boolean[walk.size()];
    this.gathers = new boolean[walk.size()];
  }

  /**
   * For each node whether it is stored.
   *
   * @param kernels the calls within which nothing is stored
   * @param users for each node how many others use it
   * @param wanted the nodes whose values the caller wants
   * @param eager whether to store the result of every op
   */
  static boolean[] of(Walk walk, OwnKernels kernels, int[] users, boolean[] wanted, boolean eager) {
    var choice = new StorageChoice(walk, kernels, users, wanted, eager);
    choice.markStored();
    return choice.stored;
  }

  private void markStored() {
    int[] cost = new int[walk.size()];
    int[] slices = new int[walk.size()];
    for (int i = 0; i < walk.size(); i++) {
      if (walk.isLeaf(i)) {
        continue;
      }
      Op op = walk.op(i);
      weights[i] = weight(i, op);
      moves[i] = moves(op);
      tables[i] = isTable(i, op);
      if (walk.isEmpty(i)) {
        continue;
      }
      if (walk.isOpaque(i)) {
        stored[i] = true;
        if (!(op instanceof Op.Concat || op instanceof Op.Scan)) {
          // What a scatter starts from is written where its result will be.
          for (int k = op instanceof Op.Scatter ? 1 : 0; k < walk.inputs(i); k++) {
            store(i, walk.input(i, k));
          }
        }
      }
      if (op instanceof Op.Expand) {
        storeTable(i, cost);
      }
      if (op instanceof Op.Gather) {
        storeGathered(i);
      }
      if (op instanceof Op.Reshape && interleaves(i)) {
        stored[i] = true;
      }
      if (op instanceof Op.Reduce(ReduceOp f, Axes _) && f == ReduceOp.SUM) {
        storePadded(i, walk.input(i, 0));
      }
      if (op instanceof Op.Slice slice && Region.isRun(walk, i, slice)) {
        int whole = walk.base(walk.input(i, 0));
        if (++slices[whole] == STEPS && isEpilogue(whole)) {
          stored[whole] = true;
        }
      }
      boolean computed = !walk.isView(i) && !(op instanceof Op.Const || op instanceof Op.Iota);
      if (eager && computed && !kernels.within(i)) {
        stored[i] = true;
      }
      limit(i, cost);
      if (isReadOften(i)) {
        stored[i] = true;
      }
      gathers[i] = op instanceof Op.Gather || gathersInputs(i);
    }
  }

  /**
   * Stores what is gathered from, if its elements are gathered themselves and are fewer: else each would be gathered several
   * times, as in an interpolation along two axes.
   */
  private void storeGathered(int gather) {
    int i = walk.viewed(walk.input(gather, 0));
    if (gathers[i]
        && !stored[i]
        && kernels.call(gather) == 0
        && walk.nodes[i].shape().size() < walk.nodes[gather].shape().size()) {
      stored[i] = true;
    }
  }

  /**
   * Stores a padded value whose elements a sum, of them or of a function of them, reads more than once, as those of windows that
   * overlap: else it would ask each time whether they are padding.
   */
  private void storePadded(int sum, int summed) {
    if (kernels.call(sum) != 0) {
      return;
    }
    storeSurrounded(summed);
    int i = walk.viewed(summed);
    if (!walk.isLeaf(i) && !stored[i] && walk.kind(i) == Op.Kind.SCALAR) {
      for (int k = 0; k < walk.inputs(i); k++) {
        storeSurrounded(walk.input(i, k));
      }
    }
  }

  private void storeSurrounded(int operand) {
    int i = walk.viewed(operand);
    if (!walk.isLeaf(i) && isSurrounded(i, walk.nodes[operand])) {
      stored[i] = true;
    }
  }

  private boolean gathersInputs(int i) {
    for (int k = 0; k < walk.inputs(i); k++) {
      int input = walk.input(i, k);
      if (gathers[input] && !stored[input]) {
        return true;
      }
    }
    return false;
  }

  /** Stores what is repeated so often that to compute it each time would take long, if it depends on no value in memory. */
  private void storeTable(int expanded, int[] cost) {
    int i = walk.viewed(expanded);
    if (tables[i] && !stored[i] && kernels.call(i) == 0) {
      long again = walk.nodes[expanded].shape().size() - walk.nodes[i].shape().size();
      stored[i] = cost[i] > KernelLimits.LOAD && again * cost[i] > TABLE_WORK;
    }
  }

  /** Whether a node is computed from numbers and indices alone. */
  private boolean isTable(int i, Op op) {
    if (op instanceof Op.Const || op instanceof Op.Iota) {
      return true;
    }
    boolean table = !walk.isOpaque(i) && !walk.reduces(i) && walk.inputs(i) > 0;
    for (int k = 0; k < walk.inputs(i) && table; k++) {
      int input = walk.input(i, k);
      table = tables[input] && !walk.isLeaf(input);
    }
    return table;
  }

  /** Stores what an operand is a view of, unless a product widens its elements as it reads them. */
  private void store(int opaque, int operand) {
    int i = walk.viewed(operand);
    boolean product = walk.op(opaque) instanceof Op.MatMul;
    store(
        product && !stored[i] && widens(walk.nodes[opaque], i) ? walk.input(i, 0) : operand,
        product);
  }

  /** Whether a node widens elements of 16 bits for a product on a unit that multiplies such. */
  private boolean widens(Node product, int i) {
    Backend backend = product.device().backend();
    return walk.op(i) instanceof Op.Cast
        && walk.nodes[i].input(0).dtype().isNarrow()
        && walk.nodes[i].input(0).dtype().isFloat()
        && product.precision() != Precision.F32
        && backend.hasUnitFor(product.precision())
        && !backend.prefersMatrices();
  }

  /** Stores what an operand is a view of; a product may also read elements that a condition or a position chooses. */
  private void store(int operand, boolean indexed) {
    int i = walk.viewed(operand);
    if (!indexed
        || walk.kind(i) != Op.Kind.INDEXED
        || stored[i]
        || isSurrounded(i, walk.nodes[operand])) {
      stored[i] = true;
      return;
    }
    for (int k = 0; k < walk.inputs(i); k++) {
      int below = walk.viewed(walk.input(i, k));
      if (!(walk.op(below) instanceof Op.Const || walk.op(below) instanceof Op.Iota)) {
        store(below, true);
      }
    }
  }

  /**
   * Whether a node is a map of the result of a product, which can write it in the place of that. What then reads its slices, such
   * as the steps of a recurrent net, are equal kernels.
   */
  private boolean isEpilogue(int i) {
    boolean maps = !walk.isLeaf(i) && !stored[i] && walk.kind(i) == Op.Kind.SCALAR;
    for (int k = 0; k < walk.inputs(i) && maps; k++) {
      int input = walk.base(walk.input(i, k));
      if (walk.op(input) instanceof Op.MatMul
          && walk.nodes[input].shape().size() == walk.nodes[i].shape().size()) {
        return kernels.call(i) == 0;
      }
    }
    return false;
  }

  /**
   * Whether a node lays parts of a result in memory between each other, such as the phases of an image. Each kernel that reads it
   * would have a last axis as short as there are parts.
   */
  private boolean interleaves(int i) {
    int parts = walk.input(i, 0);
    if (!stored[walk.viewed(parts)] || !(walk.op(parts) instanceof Op.Permute(var order))) {
      return false;
    }
    Shape apart = walk.nodes[parts].shape();
    Shape joined = walk.nodes[i].shape();
    int last = apart.rank() - 1;
    int count = apart.dim(last);
    return count > 1
        && count < SHORT
        && order.get(last) != last
        && joined.dim(joined.rank() - 1) > count
        && joined.dim(joined.rank() - 1) % count == 0;
  }

  /** Whether an operand is made of windows of what a device reads best with the values around it in memory. */
  private boolean isSurrounded(int i, Node operand) {
    return walk.op(i) instanceof Op.Pad
        && operand.device().backend().readsWindows()
        && operand.shape().size() >= OVERLAP * walk.nodes[i].shape().size();
  }

  /** Whether several kernels may need an elementwise value, and to write it once saves them reading what it is computed from. */
  private boolean isReadOften(int i) {
    if (users[i] < 2 || walk.kind(i) != Op.Kind.SCALAR || kernels.call(i) != 0) {
      return false;
    }
    parts.clear();
    parts.add(i, 0);
    long size = walk.nodes[i].shape().size();
    int reads = 0;
    for (int at = 0; at < parts.size() && reads < READS; at++) {
      int n = parts.node(at);
      if (2 * walk.nodes[n].shape().size() < size) {
        continue;
      }
      if (stored[n] || walk.isLeaf(n)) {
        reads++;
      } else {
        for (int k = 0; k < walk.inputs(n); k++) {
          parts.add(walk.input(n, k), 0);
        }
      }
    }
    return reads == READS;
  }

  /**
   * Stores inputs of a node until the code that computes it from stored values is small enough; those that are one kernel with it
   * are not stored.
   */
  private void limit(int i, int[] cost) {
    while (true) {
      int sum = weights[i];
      int largest = -1;
      for (int k = 0; k < walk.inputs(i); k++) {
        int input = walk.input(i, k);
        int c = walk.isLeaf(input) || stored[input] ? KernelLimits.LOAD : cost[input];
        sum += c;
        int below = walk.viewed(input);
        if (c > KernelLimits.LOAD
            && !walk.isLeaf(below)
            && !stored[below]
            && (largest < 0 || c > cost[largest])) {
          largest = below;
        }
      }
      cost[i] = sum;
      if (sum <= KernelLimits.INSTRUCTIONS) {
        return;
      }
      cost[i] = exact(i);
      if (cost[i] <= KernelLimits.INSTRUCTIONS || largest < 0 || kernels.call(i) != 0) {
        return;
      }
      stored[largest] = true;
    }
  }

  /** The weight of all distinct values that are computed with a node; another slice of a node is another value. */
  private int exact(int i) {
    parts.clear();
    parts.add(i, 0);
    int sum = 0;
    for (int at = 0; at < parts.size() && sum <= KernelLimits.INSTRUCTIONS; at++) {
      int n = parts.node(at);
      int views = moves[n] ? 31 * parts.views(at) + n + 1 : parts.views(at);
      sum += weights[n];
      for (int k = 0; k < walk.inputs(n); k++) {
        int input = walk.input(n, k);
        if (stored[input] || walk.isLeaf(input)) {
          sum += KernelLimits.LOAD;
        } else {
          // Joined parts are at other elements: what they share is computed for each.
          parts.add(input, walk.op(n) instanceof Op.Concat ? 31 * views + k : views);
        }
      }
    }
    return sum;
  }

  /** Whether a node reads another element of its input than that of its own index. */
  private static boolean moves(Op op) {
    return op instanceof Op.Slice
        || op instanceof Op.Unfold
        || op instanceof Op.Pad
        || op instanceof Op.Concat
        || op instanceof Op.Gather;
  }

  private int weight(int i, Op op) {
    return switch (op) {
      case Op.Unary(var f) -> Weights.of(f, walk.nodes[i].dtype());
      case Op.Binary(var f) -> Weights.of(f, walk.nodes[i].input(0).dtype());
      case Op.Reduce(var _, var _), Op.Where(), Op.Fma(), Op.Cast(), Op.Bitcast(), Op.Const() ->
          2 + Weights.rounding(walk.nodes[i].dtype());
      case Op.Iota() -> KernelLimits.LOAD;
      case Op.Random() -> 140;
      case Op.Pad(var _, var _), Op.Gather(var _) -> 2 * KernelLimits.LOAD;
      case Op.Concat(var _) -> KernelLimits.LOAD * walk.inputs(i);
      case Op.Source(),
          Op.Reshape(),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _),
          Op.Unfold(var _, var _, var _),
          Op.Detach(),
          Op.Custom(var _),
          Op.Scatter(var _, var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.Factorize(var _),
          Op.SolveTriangular(var _, var _),
          Op.Attention(var _, var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          0;
    };
  }
}
