package dev.adjoint.schedule;

import dev.adjoint.StaleTensorException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Storage;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The part of a graph that a computation passes: the nodes below its roots down to values that are computed already, inputs
 * before users.
 */
final class Walk {
  /** The nodes, inputs first. */
  final Node[] nodes;

  /** For each node the positions of its inputs; empty for a leaf. */
  final int[][] inputs;

  /** For each node the position of the first leaf with the same storage, or -1 if it is not computed. */
  final int[] alias;

  /** The positions of the roots. */
  final int[] roots;

  private Walk(Node[] nodes, int[][] inputs, int[] alias, int[] roots) {
    this.nodes = nodes;
    this.inputs = inputs;
    this.alias = alias;
    this.roots = roots;
  }

  /**
   * Walks from roots to computed values.
   *
   * @throws StaleTensorException if a value is needed that an update has overwritten
   */
  static Walk from(List<Node> roots) {
    var positions = new Positions();
    Node[] order = new Node[64];
    int count = 0;
    Node[] stack = new Node[64];
    int top = 0;
    for (Node root : roots) {
      stack[top++] = root;
      while (top > 0) {
        Node node = stack[top - 1];
        int state = positions.get(node);
        if (state == Positions.ABSENT && descends(node)) {
          positions.put(node, Positions.OPEN);
          List<Node> in = node.inputs();
          if (top + in.size() > stack.length) {
            stack = Arrays.copyOf(stack, 2 * stack.length + in.size());
          }
          for (int i = in.size() - 1; i >= 0; i--) {
            if (positions.get(in.get(i)) == Positions.ABSENT) {
              stack[top++] = in.get(i);
            }
          }
          continue;
        }
        top--;
        if (state < 0) {
          positions.put(node, count);
          order = count == order.length ? Arrays.copyOf(order, 2 * count) : order;
          order[count++] = node;
        }
      }
    }
    return index(Arrays.copyOf(order, count), positions, roots);
  }

  private static boolean descends(Node node) {
    return node.storage() == null && node.shape().size() > 0 && !node.inputs().isEmpty();
  }

  private static Walk index(Node[] nodes, Positions positions, List<Node> roots) {
    int n = nodes.length;
    int[][] inputs = new int[n][];
    int[] alias = new int[n];
    Map<Storage, Integer> storages = new IdentityHashMap<>();
    for (int i = 0; i < n; i++) {
      Storage storage = nodes[i].storage();
      if (storage != null) {
        String overwrittenBy = storage.overwrittenBy();
        if (overwrittenBy != null) {
          throw new StaleTensorException(overwrittenBy);
        }
        Integer first = storages.putIfAbsent(storage, i);
        alias[i] = first == null ? i : first;
        inputs[i] = NONE;
        continue;
      }
      alias[i] = -1;
      List<Node> in = nodes[i].shape().size() == 0 ? List.of() : nodes[i].inputs();
      inputs[i] = in.isEmpty() ? NONE : new int[in.size()];
      for (int k = 0; k < inputs[i].length; k++) {
        inputs[i][k] = positions.get(in.get(k));
      }
    }
    int[] rootPositions = new int[roots.size()];
    for (int i = 0; i < rootPositions.length; i++) {
      rootPositions[i] = positions.get(roots.get(i));
    }
    return new Walk(nodes, inputs, alias, rootPositions);
  }

  private static final int[] NONE = {};

  /** This walk with only its first roots as roots. */
  Walk withRoots(int count) {
    return count == roots.length
        ? this
        : new Walk(nodes, inputs, alias, Arrays.copyOf(roots, count));
  }

  /** The nodes that no other node of this walk uses. */
  List<Node> sinks() {
    boolean[] used = new boolean[nodes.length];
    for (int[] in : inputs) {
      for (int i : in) {
        used[i] = true;
      }
    }
    return IntStream.range(0, nodes.length).filter(i -> !used[i]).mapToObj(i -> nodes[i]).toList();
  }

  /** The position of the first leaf with a storage, or -1. */
  int leafOf(Storage storage) {
    for (int i = 0; i < nodes.length; i++) {
      if (alias[i] == i && nodes[i].storage() == storage) {
        return i;
      }
    }
    return -1;
  }

  /** The number of nodes. */
  int size() {
    return nodes.length;
  }

  /** Whether a node's value is computed already. */
  boolean isLeaf(int i) {
    return alias[i] >= 0;
  }

  /** Whether a node's value is in the memory of a variable, so that it must not be shared. */
  boolean ownedByVariable(int i) {
    Storage storage = nodes[i].storage();
    return storage != null && storage.ofVariable();
  }

  /** Whether a node has no elements, so that nothing is computed for it. */
  boolean isEmpty(int i) {
    return nodes[i].shape().size() == 0;
  }

  /** The op of a node as this computation sees it: a source if its value is there, a constant if it has no elements. */
  Op op(int i) {
    return isLeaf(i) ? SOURCE : isEmpty(i) ? EMPTY : nodes[i].op();
  }

  private static final Op SOURCE = new Op.Source();
  private static final Op EMPTY = new Op.Const();

  /** Whether a node only renames the elements of its first input. */
  boolean isAlias(int i) {
    return isAlias(op(i));
  }

  /** Whether an op only renames the elements of its first input in row-major order. */
  static boolean isAlias(Op op) {
    return switch (op) {
      case Op.Reshape(), Op.Detach(), Op.Custom(var _) -> true;
      case Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Random(),
          Op.Unary(var _),
          Op.Binary(var _),
          Op.Where(),
          Op.Fma(),
          Op.Cast(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _),
          Op.Pad(var _),
          Op.Concat(var _),
          Op.Gather(var _, var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          false;
    };
  }

  /** Whether the op only rearranges the elements of its first input, so that it can be part of a load. */
  boolean isView(int i) {
    return switch (op(i)) {
      case Op.Permute(var _), Op.Expand(), Op.Slice(var _, var _) -> true;
      case Op.Reshape(),
          Op.Detach(),
          Op.Custom(var _),
          Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Random(),
          Op.Unary(var _),
          Op.Binary(var _),
          Op.Where(),
          Op.Fma(),
          Op.Cast(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Pad(var _),
          Op.Concat(var _),
          Op.Gather(var _, var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          isAlias(i);
    };
  }

  /** Whether the op is computed by a kernel of its own kind, to which nothing but an epilogue is fused. */
  boolean isOpaque(int i) {
    return switch (op(i)) {
      case Op.Random(),
          Op.Pad(var _),
          Op.Concat(var _),
          Op.Gather(var _, var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul() ->
          true;
      case Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Unary(var _),
          Op.Binary(var _),
          Op.Where(),
          Op.Fma(),
          Op.Cast(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Reshape(),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _),
          Op.Detach(),
          Op.Custom(var _),
          Op.Copy() ->
          false;
    };
  }

  /** Whether a node folds more than one element into each of its own. */
  boolean reduces(int i) {
    return op(i) instanceof Op.Reduce
        && nodes[i].input(0).shape().size() != nodes[i].shape().size();
  }

  /** The node whose elements an alias shows: the first below it that is no alias. */
  int base(int i) {
    int b = i;
    while (isAlias(b)) {
      b = inputs[b][0];
    }
    return b;
  }

  /** The first node below a chain of views. */
  int viewed(int i) {
    int b = i;
    while (isView(b)) {
      b = inputs[b][0];
    }
    return b;
  }
}
