package dev.adjoint;

import dev.adjoint.graph.Node;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one output with respect to the tracked leaves below it: a value, like any other. Gradients are
 * ordinary tensors, computed when read.
 */
public final class Gradients {
  private final Map<Node, Tensor> byLeaf;
  private final @Nullable Tensor output;

  /** Gradients by leaf node that belong to no single output. */
  public Gradients(Map<Node, Tensor> byLeaf) {
    this(byLeaf, null);
  }

  /** Gradients of an output by leaf node. */
  public Gradients(Map<Node, Tensor> byLeaf, @Nullable Tensor output) {
    this.byLeaf = Collections.unmodifiableMap(new LinkedHashMap<>(byLeaf));
    this.output = output;
  }

  /** The tensor whose gradients these are, such as the loss; null for sums of gradients of several outputs. */
  public @Nullable Tensor output() {
    return output;
  }

  /**
   * The gradient with respect to a leaf.
   *
   * @throws IllegalArgumentException if the leaf is not tracked or the output does not depend on it
   */
  public Tensor of(Tensor leaf) {
    Tensor gradient = byLeaf.get(leaf.node());
    if (gradient == null) {
      throw new IllegalArgumentException(
          "gradients: none for " + leaf.node() + ": it is not a tracked leaf that the output depends on");
    }
    return gradient;
  }

  /** The gradient with respect to a variable, or null if the output does not depend on it. */
  public @Nullable Tensor find(Variable variable) {
    Tensor gradient = byLeaf.get(variable.leaf());
    Node former = variable.formerLeaf();
    Tensor earlier = former == null ? null : byLeaf.get(former);
    return gradient == null ? earlier : earlier == null ? gradient : gradient.add(earlier);
  }

  /** All gradients by the node of their leaf. */
  public Map<Node, Tensor> byLeaf() {
    return byLeaf;
  }

  /**
   * The sums of these gradients and others, as for accumulation over several batches. They are computed at once, together
   * with the outputs, so that the graphs behind them can go.
   */
  public Gradients plus(Gradients others) {
    var sum = new LinkedHashMap<>(byLeaf);
    others.byLeaf.forEach((leaf, gradient) -> sum.merge(leaf, gradient, Tensor::add));
    var roots = new ArrayList<Node>();
    sum.values().forEach(gradient -> roots.add(gradient.node()));
    for (Tensor root : new @Nullable Tensor[] {output, others.output}) {
      if (root != null) {
        roots.add(root.node());
      }
    }
    Engine.step(roots);
    return new Gradients(sum);
  }
}
