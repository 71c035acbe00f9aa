package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Recording;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One pass of reverse mode: from an output down to chosen nodes, users before inputs, without recursion. Nodes are compared by
 * identity.
 */
final class Propagation {
  private static final Visit[] NONE = {};

  /** So many scalars are kept: more than a loss has terms, and few beside those of a loop over time. */
  private static final int MOST_SCALARS = 32;

  private final List<Visit> order;

  private Propagation(List<Visit> order) {
    this.order = order;
  }

  /** A tracked node on the way from the output to what gradients are asked of. */
  private static final class Visit {
    final Node node;

    /** Those of the inputs; null for inputs that are not tracked, empty where gradients end. */
    @Nullable Visit[] inputs = NONE;

    int users;
    boolean wanted;
    boolean target;
    final Terms gradient = new Terms();
    @Nullable Slices slices;

    Visit(Node node) {
      this.node = node;
    }
  }

  /**
   * The gradients of all tracked leaves below an output, in the order in which they are found: those of the last layers first.
   * Computed in this order, they let go of what the forward pass has kept as soon as possible.
   *
   * <p>Scalars of the forward pass are kept, see {@link Tensor#backward()}.
   */
  static Map<Node, Tensor> toLeaves(Tensor output, Tensor seed) {
    var top = new Visit(output.node());
    List<Visit> found = discover(top, Set.of());
    keepScalars(found);
    List<Visit> order = order(top, found.size());
    var leaves = new ArrayList<Node>();
    for (Visit visit : order) {
      visit.wanted = true;
      if (isLeaf(visit.node)) {
        visit.target = true;
        leaves.add(visit.node);
      }
    }
    return new Propagation(order).run(seed, leaves);
  }

  /** The gradients of chosen tensors, whatever one of them contributes to another included. */
  static Map<Node, Tensor> to(Collection<Node> targets, Tensor output, Tensor seed) {
    List<Visit> order = order(output.node(), Set.of());
    aim(order, Set.copyOf(targets));
    return new Propagation(order).run(seed, targets);
  }

  /** The gradients of the inputs of a function; what is below an input is no part of the function. */
  static Map<Node, Tensor> toInputs(Collection<Node> inputs, Tensor output, Tensor seed) {
    Set<Node> ends = Set.copyOf(inputs);
    List<Visit> order = order(output.node(), ends);
    aim(order, ends);
    return new Propagation(order).run(seed, inputs);
  }

  /** Whether a tracked node is where gradients end. */
  private static boolean isLeaf(Node node) {
    return node.op() instanceof Op.Source || node.op() instanceof Op.Detach;
  }

  /** The tracked nodes that a root depends on, users before inputs; what is below an end is left out. */
  private static List<Visit> order(Node root, Set<Node> ends) {
    if (!root.tracked()) {
      return List.of();
    }
    var top = new Visit(root);
    return order(top, discover(top, ends).size());
  }

  private static List<Visit> order(Visit top, int count) {
    var order = new ArrayList<Visit>(count);
    var ready = new ArrayDeque<Visit>();
    ready.push(top);
    while (!ready.isEmpty()) {
      Visit visit = ready.pop();
      order.add(visit);
      for (Visit input : visit.inputs) {
        if (input != null && --input.users == 0) {
          ready.push(input);
        }
      }
    }
    return order;
  }

  /** Links each visit to those of its inputs and counts the users of each; returns them, those near the top first. */
  private static List<Visit> discover(Visit top, Set<Node> ends) {
    Map<Node, Visit> known = new HashMap<>();
    known.put(top.node, top);
    var found = new ArrayList<Visit>();
    found.add(top);
    for (int next = 0; next < found.size(); next++) {
      Visit visit = found.get(next);
      if (isLeaf(visit.node) || ends.contains(visit.node)) {
        continue;
      }
      List<Node> inputs = visit.node.inputs();
      visit.inputs = new Visit[inputs.size()];
      for (int i = 0; i < visit.inputs.length; i++) {
        Node input = inputs.get(i);
        if (!input.tracked()) {
          continue;
        }
        Visit below = known.get(input);
        if (below == null) {
          below = new Visit(input);
          known.put(input, below);
          found.add(below);
        }
        below.users++;
        visit.inputs[i] = below;
      }
    }
    return found;
  }

  /** Keeps the scalars nearest to the top. One that only renames another can be read where the other can. */
  private static void keepScalars(List<Visit> found) {
    int kept = 0;
    for (int i = 0; i < found.size() && kept < MOST_SCALARS; i++) {
      Node node = found.get(i).node;
      if (node.shape().size() == 1 && !isLeaf(node) && !(node.op() instanceof Op.Reshape)) {
        node.keep();
        kept++;
      }
    }
  }

  /** Marks the targets, and as wanted what depends on one. */
  private static void aim(List<Visit> order, Set<Node> targets) {
    for (Visit visit : order.reversed()) {
      visit.target = targets.contains(visit.node);
      visit.wanted = visit.target;
      for (Visit input : visit.inputs) {
        visit.wanted |= input != null && input.wanted;
      }
    }
  }

  /** Gradients have the types of what they are gradients of, whatever is in scope where they are asked for. */
  private Map<Node, Tensor> run(Tensor seed, Collection<Node> targets) {
    return Recording.autocast(DType.F32, () -> gradients(seed, targets));
  }

  private Map<Node, Tensor> gradients(Tensor seed, Collection<Node> targets) {
    var found = new HashMap<Node, Tensor>();
    if (!order.isEmpty()) {
      order.getFirst().gradient.add(seed);
    }
    for (Visit visit : order) {
      if (visit.slices != null) {
        visit.gradient.add(visit.slices.sum());
        visit.slices = null;
      }
      if (!visit.gradient.isEmpty()) {
        Tensor gradient = visit.gradient.sum();
        if (visit.target) {
          found.put(visit.node, gradient);
        }
        visit.node.origin().inBackward(() -> push(visit, gradient));
      }
    }
    var gradients = new LinkedHashMap<Node, Tensor>();
    for (Node target : targets) {
      Tensor gradient = found.get(target);
      gradients.put(target, gradient != null ? gradient : Tensors.zerosLike(new Tensor(target)));
    }
    return gradients;
  }

  /** Gives the inputs of a node their parts of its gradient; returns whether it has inputs. */
  private static boolean push(Visit visit, Tensor gradient) {
    if (visit.inputs.length == 0 || pushSlice(visit, gradient)) {
      return visit.inputs.length > 0;
    }
    List<Supplier<Tensor>> rules = GradientRules.of(visit.node, gradient);
    for (int i = 0; i < rules.size(); i++) {
      Visit input = visit.inputs[i];
      if (input != null && input.wanted) {
        input.gradient.add(rules.get(i).get());
      }
    }
    return true;
  }

  private static boolean pushSlice(Visit visit, Tensor gradient) {
    OptionalInt axis = Slices.axisOf(visit.node);
    Visit whole = visit.inputs[0];
    if (axis.isEmpty() || whole == null || !whole.wanted) {
      return false;
    }
    if (whole.slices == null) {
      whole.slices = new Slices(whole.node.shape(), axis.getAsInt());
    }
    if (whole.slices.axis() != axis.getAsInt()) {
      return false;
    }
    whole.slices.add(visit.node, gradient);
    return true;
  }
}
