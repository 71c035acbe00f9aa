package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Decides which values are stored rather than computed again in each kernel that needs them: what the caller wants, results of
 * opaque ops, the operands of those that read memory, and as many more as keep the code of every kernel small.
 */
final class StorageChoice {
  private final Walk walk;
  private final boolean eager;
  private final boolean[] stored;

  private StorageChoice(Walk walk, boolean[] wanted, boolean eager) {
    this.walk = walk;
    this.eager = eager;
    this.stored = wanted.clone();
  }

  /**
   * For each node whether it is stored.
   *
   * @param wanted the nodes whose values the caller wants
   * @param eager whether to store the result of every op
   */
  static boolean[] of(Walk walk, boolean[] wanted, boolean eager) {
    var choice = new StorageChoice(walk, wanted, eager);
    choice.markStored();
    return choice.stored;
  }

  private void markStored() {
    int[] cost = new int[walk.size()];
    for (int i = 0; i < walk.size(); i++) {
      if (walk.isLeaf(i) || walk.isEmpty(i)) {
        continue;
      }
      if (walk.isOpaque(i)) {
        stored[i] = true;
        if (!(walk.op(i) instanceof Op.Concat || walk.op(i) instanceof Op.Scan)) {
          for (int k = 0; k < walk.inputs(i); k++) {
            store(walk.input(i, k), walk.op(i) instanceof Op.MatMul);
          }
        }
      }
      if (eager
          && !walk.isView(i)
          && !(walk.op(i) instanceof Op.Const || walk.op(i) instanceof Op.Iota)) {
        stored[i] = true;
      }
      limit(i, cost);
    }
  }

  /** Stores what an operand is a view of; a product may also read elements that a condition or a position chooses. */
  private void store(int operand, boolean indexed) {
    int i = walk.viewed(operand);
    if (!indexed || walk.kind(i) != Op.Kind.INDEXED || stored[i]) {
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

  /** Stores inputs of a node until the code that computes it from stored values is small enough. */
  private void limit(int i, int[] cost) {
    while (true) {
      int sum = weight(i);
      int largest = -1;
      for (int k = 0; k < walk.inputs(i); k++) {
        int input = walk.input(i, k);
        int c = walk.isLeaf(input) || stored[input] ? Fuser.LOAD : cost[input];
        sum += c;
        int below = walk.viewed(input);
        if (c > Fuser.LOAD
            && !walk.isLeaf(below)
            && !stored[below]
            && (largest < 0 || c > cost[largest])) {
          largest = below;
        }
      }
      cost[i] = sum;
      if (sum <= Fuser.MAX_INSTRUCTIONS) {
        return;
      }
      cost[i] = exact(i);
      if (cost[i] <= Fuser.MAX_INSTRUCTIONS || largest < 0) {
        return;
      }
      stored[largest] = true;
    }
  }

  /** A node at the elements that a chain of views above it takes. */
  private record Part(int node, int views) {}

  /** The weight of all distinct values that are computed with a node; another slice of a node is another value. */
  private int exact(int i) {
    var seen = new HashSet<Part>();
    var stack = new ArrayList<Part>(List.of(new Part(i, 0)));
    int sum = 0;
    while (!stack.isEmpty() && sum <= Fuser.MAX_INSTRUCTIONS) {
      Part part = stack.removeLast();
      if (!seen.add(part)) {
        continue;
      }
      int n = part.node;
      int views = moves(n) ? 31 * part.views + n + 1 : part.views;
      sum += weight(n);
      for (int k = 0; k < walk.inputs(n); k++) {
        int input = walk.input(n, k);
        if (stored[input] || walk.isLeaf(input)) {
          sum += Fuser.LOAD;
        } else {
          stack.add(new Part(input, views));
        }
      }
    }
    return sum;
  }

  /** Whether a node reads another element of its input than that of its own index. */
  private boolean moves(int i) {
    Op op = walk.op(i);
    return op instanceof Op.Slice
        || op instanceof Op.Unfold
        || op instanceof Op.Pad
        || op instanceof Op.Concat
        || op instanceof Op.Gather;
  }

  private int weight(int i) {
    return switch (walk.op(i)) {
      case Op.Unary(var f) -> Weights.of(f, walk.nodes[i].dtype());
      case Op.Binary(var f) -> Weights.of(f, walk.nodes[i].input(0).dtype());
      case Op.Reduce(var _, var _), Op.Where(), Op.Fma(), Op.Cast(), Op.Bitcast(), Op.Const() ->
          2 + Weights.rounding(walk.nodes[i].dtype());
      case Op.Iota() -> Fuser.LOAD;
      case Op.Random() -> 140;
      case Op.Pad(var _, var _), Op.Gather(var _) -> 2 * Fuser.LOAD;
      case Op.Concat(var _) -> Fuser.LOAD * walk.inputs(i);
      case Op.Source(),
          Op.Reshape(),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _),
          Op.Unfold(var _, var _, var _),
          Op.Detach(),
          Op.Custom(var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          0;
    };
  }
}
