package dev.adjoint.autograd;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of a graph recorded once more with other inputs: the same ops, the same random numbers. What does not depend on a
 * replaced node is shared with the original.
 */
final class Replay {
  /** Which nodes of the copy are tracked, where their inputs are. */
  enum Tracking {
    NONE,
    /** Those whose originals are. */
    AS_RECORDED,
    /** All that can be, except behind a detach. */
    ALL
  }

  private final Map<Node, Node> copies;
  private final Tracking tracking;
  private final Set<Node> captured = new LinkedHashSet<>();

  private Replay(Map<Node, Node> replacements, Tracking tracking) {
    this.copies = new IdentityHashMap<>(replacements);
    this.tracking = tracking;
  }

  /** The copy of a node, where replacements stand for their keys. */
  static Node of(Node root, Map<Node, Node> replacements, Tracking tracking) {
    return new Replay(replacements, tracking).copy(root);
  }

  /** The copies of several nodes, which share what the nodes share. */
  static List<Node> of(List<Node> roots, Map<Node, Node> replacements, Tracking tracking) {
    var replay = new Replay(replacements, tracking);
    return roots.stream().map(replay::copy).toList();
  }

  /** The tracked nodes that a function of the replaced nodes reads besides them: what it has captured. */
  static Set<Node> captured(Node root, Map<Node, Node> replacements) {
    var replay = new Replay(replacements, Tracking.NONE);
    replay.copy(root);
    return replay.captured;
  }

  private Node copy(Node root) {
    var opened = new HashSet<Node>();
    var pending = new ArrayDeque<Node>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Node node = pending.peek();
      if (copies.containsKey(node)) {
        pending.pop();
      } else if (opened.add(node)) {
        node.inputs().forEach(pending::push);
      } else {
        pending.pop();
        copies.put(node, rebuilt(node));
      }
    }
    return copyOf(root);
  }

  private Node copyOf(Node node) {
    Node copy = copies.get(node);
    if (copy == null) {
      throw new IllegalStateException("replay: not yet copied: " + node);
    }
    return copy;
  }

  private Node rebuilt(Node node) {
    List<Node> inputs = node.inputs().stream().map(this::copyOf).toList();
    if (inputs.equals(node.inputs())) {
      return node;
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).tracked() && inputs.get(i).equals(node.input(i))) {
        captured.add(inputs.get(i));
      }
    }
    boolean reachable = inputs.stream().anyMatch(Node::tracked);
    boolean tracked =
        switch (tracking) {
          case NONE -> false;
          case AS_RECORDED -> node.tracked() && (reachable || node.op() instanceof Op.Detach);
          case ALL -> node.dtype().isFloat() && reachable && !(node.op() instanceof Op.Detach);
        };
    Node copy = node.again(inputs, tracked);
    if (node.kept()) {
      copy.keep();
    }
    return copy;
  }
}
