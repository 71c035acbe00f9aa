package dev.adjoint.schedule;

import dev.adjoint.StaleTensorException;
import dev.adjoint.graph.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out which of the tensors that are to be computed needs a value that is gone. */
final class Stale {
  private Stale() {}

  /**
   * The error.
   *
   * @param roots what is to be computed
   * @param value the node whose value is gone, below one of them
   * @param why why it cannot be used
   */
  static StaleTensorException of(List<Node> roots, Node value, String why) {
    Node root = roots.stream().filter(r -> needs(r, value)).findFirst().orElse(value);
    return new StaleTensorException(root, why);
  }

  private static boolean needs(Node root, Node value) {
    Set<Node> seen = new HashSet<>();
    Deque<Node> pending = new ArrayDeque<>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Node node = pending.pop();
      if (node.equals(value)) {
        return true;
      }
      if (seen.add(node) && node.storage() == null) {
        node.inputs().forEach(pending::push);
      }
    }
    return false;
  }
}
