package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One pass of reverse mode: from an output down to chosen nodes, in reverse topological order, without recursion. Nodes are
 * compared by identity.
 */
final class Propagation {
  private final List<Node> order;
  private final Predicate<Node> wanted;
  private final Set<Node> ends;
  private final Map<Node, Tensor> adjoints = new HashMap<>();
  private final Map<Node, Slices> slices = new HashMap<>();

  private Propagation(List<Node> order, Predicate<Node> wanted, Set<Node> ends) {
    this.order = order;
    this.wanted = wanted;
    this.ends = ends;
  }

  /** The gradients of all tracked leaves below an output, in the order in which the output was computed from them. */
  static Map<Node, Tensor> toLeaves(Tensor output, Tensor seed) {
    List<Node> order = order(output.node(), Set.of());
    var leaves = new ArrayList<Node>();
    for (Node node : order) {
      if (isLeaf(node)) {
        leaves.add(node);
      }
    }
    return new Propagation(order, node -> true, Set.of()).run(output, seed, leaves);
  }

  /** The gradients of chosen tensors, whatever one of them contributes to another included. */
  static Map<Node, Tensor> to(Collection<Node> targets, Tensor output, Tensor seed) {
    List<Node> order = order(output.node(), Set.of());
    return new Propagation(order, above(order, Set.copyOf(targets))::contains, Set.of()).run(output, seed, targets);
  }

  /** The gradients of the inputs of a function; what is below an input is no part of the function. */
  static Map<Node, Tensor> toInputs(Collection<Node> inputs, Tensor output, Tensor seed) {
    Set<Node> ends = Set.copyOf(inputs);
    List<Node> order = order(output.node(), ends);
    return new Propagation(order, above(order, ends)::contains, ends).run(output, seed, inputs);
  }

  /** Whether a tracked node is where gradients end. */
  static boolean isLeaf(Node node) {
    return node.op() instanceof Op.Source || node.op() instanceof Op.Detach;
  }

  /** The tracked nodes that a root depends on, inputs first; what is below an end is left out. */
  private static List<Node> order(Node root, Set<Node> ends) {
    var order = new ArrayList<Node>();
    if (!root.tracked()) {
      return order;
    }
    var open = new HashSet<Node>();
    var done = new HashSet<Node>();
    var pending = new ArrayDeque<Node>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Node node = pending.peek();
      if (!open.add(node)) {
        pending.pop();
        if (done.add(node)) {
          order.add(node);
        }
      } else if (!isLeaf(node) && !ends.contains(node)) {
        for (Node input : node.inputs()) {
          if (input.tracked() && !open.contains(input)) {
            pending.push(input);
          }
        }
      }
    }
    return order;
  }

  /** The nodes of an order that depend on a target, the targets included. */
  private static Set<Node> above(List<Node> order, Set<Node> targets) {
    var above = new HashSet<Node>();
    for (Node node : order) {
      if (targets.contains(node) || (!isLeaf(node) && node.inputs().stream().anyMatch(above::contains))) {
        above.add(node);
      }
    }
    return above;
  }

  private Map<Node, Tensor> run(Tensor output, Tensor seed, Collection<Node> targets) {
    var asked = new HashSet<>(targets);
    var found = new LinkedHashMap<Node, Tensor>();
    adjoints.put(output.node(), seed);
    for (int i = order.size() - 1; i >= 0; i--) {
      Node node = order.get(i);
      Tensor gradient = adjoint(node);
      if (gradient == null) {
        continue;
      }
      if (asked.contains(node)) {
        found.put(node, gradient);
      }
      if (!isLeaf(node) && !ends.contains(node)) {
        push(node, gradient);
      }
    }
    var gradients = new LinkedHashMap<Node, Tensor>();
    for (Node target : targets) {
      Tensor gradient = found.get(target);
      gradients.put(target, gradient != null ? gradient : Tensors.zerosLike(new Tensor(target)));
    }
    return gradients;
  }

  private @Nullable Tensor adjoint(Node node) {
    Slices parts = slices.remove(node);
    if (parts != null) {
      add(node, parts.sum());
    }
    return adjoints.remove(node);
  }

  private void push(Node node, Tensor gradient) {
    OptionalInt axis = Slices.axisOf(node);
    if (axis.isPresent() && wanted.test(node.input(0))) {
      Slices parts = slices.computeIfAbsent(node.input(0), whole -> Slices.of(whole, axis.getAsInt()));
      if (parts.axis() == axis.getAsInt()) {
        parts.add(node, gradient);
        return;
      }
    }
    List<Supplier<Tensor>> rules = GradientRules.of(node, gradient);
    for (int i = 0; i < rules.size(); i++) {
      Node input = node.input(i);
      if (input.tracked() && wanted.test(input)) {
        add(input, rules.get(i).get());
      }
    }
  }

  private void add(Node node, Tensor gradient) {
    adjoints.merge(node, gradient, Tensor::add);
  }
}
