package dev.adjoint.schedule;

import dev.adjoint.DType;
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
  private static final Op SOURCE = new Op.Source();
  private static final Op EMPTY = new Op.Const();

  /** More inputs than this are joined by kernels that write one part each, so that no kernel has too many operands. */
  private static final int MOST_JOINED = 8;

  /** The nodes, inputs first. */
  final Node[] nodes;

  /** For each node the position of the first leaf with the same storage, or -1 if it is not computed. */
  final int[] alias;

  /** The positions of the roots. */
  final int[] roots;

  /** The positions of all inputs; those of node i are at {@code first[i]} to {@code first[i + 1] - 1}. */
  private final int[] inputs;

  private final int[] first;
  private final Op.Kind[] kinds;
  private final int[] structures;
  private final Map<Storage, Integer> leaves;

  private Walk(
      Node[] nodes,
      int[] inputs,
      int[] first,
      Op.Kind[] kinds,
      int[] structures,
      Map<Storage, Integer> leaves,
      int[] alias,
      int[] roots) {
    this.leaves = leaves;
    this.nodes = nodes;
    this.inputs = inputs;
    this.first = first;
    this.kinds = kinds;
    this.structures = structures;
    this.alias = alias;
    this.roots = roots;
  }

  /**
   * Walks from roots to computed values.
   *
   * @throws StaleTensorException if a value is needed that is gone
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
    int[] first = new int[n + 1];
    int[] inputs = new int[2 * n];
    int[] alias = new int[n];
    var kinds = new Op.Kind[n];
    int[] structures = new int[n];
    Map<Storage, Integer> leaves = new IdentityHashMap<>();
    int at = 0;
    for (int i = 0; i < n; i++) {
      Node node = nodes[i];
      first[i] = at;
      Storage storage = node.storage();
      if (storage != null) {
        String refusal = storage.refusal();
        if (refusal != null) {
          throw Stale.of(roots, nodes[i], refusal);
        }
        Integer same = leaves.putIfAbsent(storage, i);
        alias[i] = same == null ? i : same;
        kinds[i] = Op.Kind.LEAF;
        structures[i] = node.valueStructure();
        continue;
      }
      alias[i] = -1;
      structures[i] = node.structure();
      if (node.shape().size() == 0) {
        kinds[i] = Op.Kind.LEAF;
        continue;
      }
      List<Node> in = node.inputs();
      kinds[i] = kind(node);
      if (at + in.size() > inputs.length) {
        inputs = Arrays.copyOf(inputs, 2 * inputs.length + in.size());
      }
      for (int k = 0; k < in.size(); k++) {
        inputs[at++] = positions.get(in.get(k));
      }
    }
    first[n] = at;
    int[] rootPositions = new int[roots.size()];
    for (int i = 0; i < rootPositions.length; i++) {
      rootPositions[i] = positions.get(roots.get(i));
    }
    return new Walk(nodes, inputs, first, kinds, structures, leaves, alias, rootPositions);
  }

  private static Op.Kind kind(Node node) {
    return node.op() instanceof Op.Concat(int axis)
            && (node.inputs().size() > MOST_JOINED || joinsProducts(node, axis))
        ? Op.Kind.OWN
        : node.op().kind();
  }

  /** Whether a node joins products, and constants, that lie one behind the other in memory: then they are computed there. */
  private static boolean joinsProducts(Node node, int axis) {
    if (IntStream.range(0, axis).anyMatch(d -> node.shape().dim(d) != 1)) {
      return false;
    }
    boolean products = false;
    for (Node input : node.inputs()) {
      Node x = input;
      while (x.storage() == null
          && (x.op().kind() == Op.Kind.ALIAS || x.op() instanceof Op.Expand)) {
        x = x.input(0);
      }
      boolean product = x.storage() == null && x.op() instanceof Op.MatMul;
      boolean isWhole = x.shape().size() == input.shape().size();
      boolean aligned = input.shape().size() * input.dtype().bytes() % MemoryPlan.ALIGNMENT == 0;
      if (!aligned || !(product ? isWhole : x.op() instanceof Op.Const)) {
        return false;
      }
      products |= product;
    }
    return products;
  }

  /** This walk with only its first roots as roots. */
  Walk withRoots(int count) {
    return count == roots.length
        ? this
        : new Walk(
            nodes, inputs, first, kinds, structures, leaves, alias, Arrays.copyOf(roots, count));
  }

  /** The number of inputs of a node; 0 for a leaf. */
  int inputs(int i) {
    return first[i + 1] - first[i];
  }

  /** The position of an input of a node. */
  int input(int i, int k) {
    return inputs[first[i] + k];
  }

  /** For each node how many others use it; views are not users, but those of theirs are. */
  int[] users() {
    int[] users = new int[nodes.length];
    // Users come after their inputs, so a view knows its users before its input counts them.
    for (int i = nodes.length - 1; i >= 0; i--) {
      int times = isView(i) ? users[i] : 1;
      for (int k = 0; k < inputs(i); k++) {
        if (k == 0 || input(i, k) != input(i, k - 1)) {
          users[input(i, k)] += times;
        }
      }
    }
    return users;
  }

  /** The nodes that no other node of this walk uses. */
  List<Node> sinks() {
    boolean[] used = new boolean[nodes.length];
    for (int k = 0; k < first[nodes.length]; k++) {
      used[inputs[k]] = true;
    }
    return IntStream.range(0, nodes.length).filter(i -> !used[i]).mapToObj(i -> nodes[i]).toList();
  }

  /** The position of the first leaf with a storage, or -1. */
  int leafOf(Storage storage) {
    return leaves.getOrDefault(storage, -1);
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
    return kinds[i] == Op.Kind.LEAF && nodes[i].shape().size() == 0;
  }

  /** The op of a node as this computation sees it: a source if its value is there, a constant if it has no elements. */
  Op op(int i) {
    return isLeaf(i) ? SOURCE : isEmpty(i) ? EMPTY : nodes[i].op();
  }

  /** How a kernel comes by a node's elements as this computation sees it. */
  Op.Kind kind(int i) {
    return kinds[i];
  }

  /** The number of a node's structure as this computation sees it: that of a value in memory for a leaf. */
  int structure(int i) {
    return structures[i];
  }

  /** Whether a node only renames the elements of its first input. */
  boolean isAlias(int i) {
    return kinds[i] == Op.Kind.ALIAS;
  }

  /** Whether the op only rearranges the elements of its first input, so that it can be part of a load. */
  boolean isView(int i) {
    return kinds[i] == Op.Kind.VIEW || kinds[i] == Op.Kind.ALIAS;
  }

  /** Whether the op is computed by a kernel of its own kind, to which at most maps before and behind it are fused. */
  boolean isOpaque(int i) {
    return kinds[i] == Op.Kind.OWN;
  }

  /** Whether a node folds more than one element into each of its own. */
  boolean reduces(int i) {
    return kinds[i] == Op.Kind.REDUCTION
        && nodes[i].input(0).shape().size() != nodes[i].shape().size();
  }

  /**
   * The size below which all elements of a node lie as valid positions, as its op tells; 0 if it does not. Positions in an order
   * are those of what was ordered, and no view or cast to another type of positions changes that.
   */
  int positionsBelow(int i) {
    int below = i;
    while (isView(below) || (op(below) instanceof Op.Cast && holdsPositions(below))) {
      below = input(below, 0);
    }
    return op(below) instanceof Op.ArgSort(int axis, var _)
        ? nodes[below].input(0).shape().dim(axis)
        : 0;
  }

  private boolean holdsPositions(int i) {
    return nodes[i].dtype() == DType.I32 || nodes[i].dtype() == DType.I64;
  }

  /** The node whose elements an alias shows: the first below it that is no alias. */
  int base(int i) {
    int b = i;
    while (isAlias(b)) {
      b = input(b, 0);
    }
    return b;
  }

  /** The first node below a chain of views. */
  int viewed(int i) {
    int b = i;
    while (isView(b)) {
      b = input(b, 0);
    }
    return b;
  }
}
