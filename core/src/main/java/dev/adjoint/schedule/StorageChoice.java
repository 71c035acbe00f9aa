package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Decides which values are stored rather than computed again in each kernel that needs them: what the caller wants, results of
 * opaque ops and their operands, and as many more as keep the code of every kernel small.
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
        if (!(walk.op(i) instanceof Op.Concat)) {
          for (int k = 0; k < walk.inputs(i); k++) {
            stored[walk.viewed(walk.input(i, k))] = true;
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

  /** Stores inputs of a node until the code that computes it from stored values is small enough. */
  private void limit(int i, int[] cost) {
    while (true) {
      int sum = weight(i);
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
      if (cost[i] <= KernelLimits.INSTRUCTIONS || largest < 0) {
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
    while (!stack.isEmpty() && sum <= KernelLimits.INSTRUCTIONS) {
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
          sum += KernelLimits.LOAD;
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
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          0;
    };
  }
}
