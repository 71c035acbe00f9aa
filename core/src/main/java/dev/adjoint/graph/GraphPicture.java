package dev.adjoint.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A picture of a graph in the DOT language; {@code dot -Tsvg} draws it. */
public final class GraphPicture {
  private GraphPicture() {}

  /** The graph below nodes, down to values that are computed: those are boxes, operations are ellipses. */
  public static String dot(Node... outputs) {
    return dot(List.of(outputs), _ -> "");
  }

  /**
   * The graph below nodes.
   *
   * @param note a further line for the label of a node, or the empty string
   */
  public static String dot(List<Node> outputs, Function<Node, String> note) {
    Map<Node, Integer> numbers = new IdentityHashMap<>();
    var lines = new ArrayList<String>();
    var open = new ArrayDeque<Node>(outputs);
    outputs.forEach(node -> numbers.putIfAbsent(node, numbers.size()));
    var done = new IdentityHashMap<Node, Boolean>();
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (done.put(node, true) != null) {
        continue;
      }
      boolean computed = node.storage() != null;
      String extra = note.apply(node);
      lines.add(
          "  n%d [label=\"%s%s\"%s];"
              .formatted(
                  numbers.get(node),
                  node,
                  extra.isEmpty() ? "" : "\\n" + extra,
                  computed ? ", shape=box" : ""));
      if (computed) {
        continue;
      }
      for (Node input : node.inputs()) {
        numbers.putIfAbsent(input, numbers.size());
        lines.add("  n%d -> n%d;".formatted(numbers.get(input), numbers.get(node)));
        open.push(input);
      }
    }
    return "digraph {\n" + String.join("\n", lines) + "\n}\n";
  }
}
