package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A function whose forward pass runs again in the backward pass. What was recorded of it serves as a template: the value comes
 * from an untracked copy, of which nothing is kept; the gradient from another copy, with the same random numbers.
 *
 * @param inputs what the function was given and, after that, what it captured
 */
record Recomputation(Node template, Placeholders placeholders, List<Node> inputs)
    implements GradientRule {
  static Tensor record(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    if (!Scope.gradEnabled()) {
      return f.apply(xs);
    }
    Placeholders placeholders = Placeholders.of(xs, true);
    Node template = f.apply(placeholders.arguments()).node();
    Map<Node, Node> given = placeholders.standingFor(xs);
    Node value = Replay.of(template, given, Replay.Tracking.NONE);
    if (value.equals(template)) {
      return new Tensor(template);
    }
    var inputs = new ArrayList<Node>();
    xs.forEach(x -> inputs.add(x.node()));
    inputs.addAll(Replay.captured(template, given));
    var all = new ArrayList<Node>(List.of(value));
    all.addAll(inputs);
    Node node = Graph.custom(new Recomputation(template, placeholders, List.copyOf(inputs)), all);
    return new Tensor(node.tracked() ? node : value);
  }

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public List<Supplier<Node>> gradients(Node node, Node gradient) {
    // The node may be a copy of the one that was recorded, with other inputs.
    List<Node> now = node.inputs().subList(1, node.inputs().size());
    int given = placeholders.arguments().size();
    Map<Node, Node> replaced =
        placeholders.standingFor(now.subList(0, given).stream().map(Tensor::new).toList());
    for (int i = given; i < inputs.size(); i++) {
      replaced.put(inputs.get(i), now.get(i));
    }
    Tensor g = new Tensor(gradient);
    List<Tensor> gradients =
        Scope.gradEnabled() ? tracked(now, replaced, g) : untracked(replaced, g);
    return gradients.stream().<Supplier<Node>>map(found -> found::node).toList();
  }

  private List<Tensor> tracked(List<Node> now, Map<Node, Node> replaced, Tensor gradient) {
    Tensor again = new Tensor(Replay.of(template, replaced, Replay.Tracking.AS_RECORDED));
    Map<Node, Tensor> found =
        Propagation.toInputs(now.stream().filter(Node::tracked).toList(), again, gradient);
    var gradients = new ArrayList<Tensor>();
    for (Node input : now) {
      // An input that stands twice has one gradient, which the first of both takes.
      Tensor whole = found.remove(input);
      gradients.add(whole != null ? whole : Tensors.zerosLike(new Tensor(input)));
    }
    return gradients;
  }

  /** Values of tracked nodes are remembered once they are computed, so what is copied is forward and backward pass together. */
  private List<Tensor> untracked(Map<Node, Node> replaced, Tensor gradient) {
    var targets = new ArrayList<Node>();
    placeholders.arguments().forEach(argument -> targets.add(argument.node()));
    targets.addAll(inputs.subList(targets.size(), inputs.size()));
    List<Node> trackedTargets = targets.stream().filter(Node::tracked).toList();
    Map<Node, Tensor> found = Propagation.toInputs(trackedTargets, new Tensor(template), gradient);
    List<Node> roots =
        targets.stream()
            .map(
                target ->
                    found.containsKey(target)
                        ? found.get(target)
                        : Tensors.zerosLike(new Tensor(target)))
            .map(Tensor::node)
            .toList();
    replaced.put(gradient.node(), gradient.node());
    return Replay.of(roots, replaced, Replay.Tracking.NONE).stream().map(Tensor::new).toList();
  }
}
