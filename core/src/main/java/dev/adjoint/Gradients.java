package dev.adjoint;

import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Node;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one output with respect to the tracked leaves below it: a value, like any other. Gradients are
 * ordinary tensors, computed when read.
 */
public final class Gradients {
  private final Map<Node, Tensor> byLeaf;
  private final Map<Cell, Tensor> byVariable = new IdentityHashMap<>();
  private final @Nullable Tensor output;

  /** Gradients by leaf node that belong to no single output. */
  public Gradients(Map<Node, Tensor> byLeaf) {
    this(byLeaf, null);
  }

  /** Gradients of an output by leaf node. */
  public Gradients(Map<Node, Tensor> byLeaf, @Nullable Tensor output) {
    this.byLeaf = Collections.unmodifiableMap(new LinkedHashMap<>(byLeaf));
    this.output = output;
    byLeaf.forEach(
        (leaf, gradient) -> {
          Cell variable = leaf.variable();
          if (variable != null) {
            byVariable.merge(variable, gradient, Tensor::add);
          }
        });
  }

  /** The tensor whose gradients these are, such as the loss; null for sums of gradients of several outputs. */
  public @Nullable Tensor output() {
    return output;
  }

  /**
   * The gradient with respect to a leaf. A value of a variable, present or past, stands for the variable; if the output depends
   * on several of them, the gradient is the sum over them.
   *
   * @throws IllegalArgumentException if the leaf is not tracked or the output does not depend on it
   */
  public Tensor of(Tensor leaf) {
    Cell variable = leaf.node().variable();
    return variable != null
        ? found(byVariable.get(variable), variable)
        : found(byLeaf.get(leaf.node()), leaf.node());
  }

  private static Tensor found(@Nullable Tensor gradient, Object leaf) {
    if (gradient == null) {
      throw new IllegalArgumentException(
          "gradients: none for " + leaf + ": it is not a tracked leaf that the output depends on");
    }
    return gradient;
  }

  /** As {@link #of}, but null if the output does not depend on the variable. */
  public @Nullable Tensor find(Variable variable) {
    return byVariable.get(variable.cell());
  }

  /**
   * The gradient with respect to a variable by the rows that look-ups have read; null if the output does not depend on the
   * variable, or depends on it in any other way.
   */
  public @Nullable SparseGradient sparse(Variable variable) {
    Tensor gradient = find(variable);
    return gradient == null ? null : SparseGradient.of(gradient);
  }

  /** The gradient of a {@linkplain Parameter#sparse(boolean) sparse} parameter by rows; null for all others. */
  private static @Nullable SparseGradient rows(Node leaf, Tensor gradient) {
    Cell variable = leaf.variable();
    return variable != null && variable.isSparse() ? SparseGradient.of(gradient) : null;
  }

  /** These gradients, where those of {@linkplain Parameter#sparse(boolean) sparse} parameters have each row once. */
  public Gradients coalesce() {
    return change(SparseGradient::coalesce, gradient -> gradient);
  }

  /**
   * These gradients with a function applied to the elements of each. Those of {@linkplain Parameter#sparse(boolean) sparse}
   * parameters stay sparse: the function is applied to the rows, and should leave zeros as they are. If it is not linear, it
   * needs {@linkplain #coalesce coalesced} gradients.
   */
  public Gradients map(UnaryOperator<Tensor> f) {
    return change(rows -> rows.withValues(f.apply(rows.values())), f);
  }

  private Gradients change(UnaryOperator<SparseGradient> sparse, UnaryOperator<Tensor> dense) {
    var changed = new LinkedHashMap<Node, Tensor>();
    byLeaf.forEach(
        (leaf, gradient) -> {
          SparseGradient rows = rows(leaf, gradient);
          changed.put(leaf, rows == null ? dense.apply(gradient) : sparse.apply(rows).toDense());
        });
    return new Gradients(changed, output);
  }

  /**
   * The tensors that hold all of these: for {@linkplain Parameter#sparse(boolean) sparse} parameters the values of the rows and
   * their indices, else the gradients themselves.
   */
  public List<Tensor> parts() {
    var parts = new ArrayList<Tensor>();
    byLeaf.forEach(
        (leaf, gradient) -> {
          SparseGradient rows = rows(leaf, gradient);
          if (rows == null) {
            parts.add(gradient);
          } else {
            parts.add(rows.values());
            parts.add(rows.indices());
          }
        });
    return parts;
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
    var all = new LinkedHashMap<>(byLeaf);
    others.byLeaf.forEach((leaf, gradient) -> all.merge(leaf, gradient, Tensor::add));
    // What several look-ups add up to is one list of rows from here on.
    Gradients sum = new Gradients(all).map(gradient -> gradient);
    var roots = new ArrayList<Node>();
    sum.parts().forEach(part -> roots.add(part.node()));
    for (Tensor root : new @Nullable Tensor[] {output, others.output}) {
      if (root != null) {
        roots.add(root.node());
      }
    }
    Engine.step(roots);
    return sum;
  }

  /** A line per leaf with its name, if it is of a variable, its type and its shape, which are those of its gradient. */
  @Override
  public String toString() {
    var text =
        new StringBuilder(
            "gradients of " + byLeaf.size() + (byLeaf.size() == 1 ? " leaf" : " leaves"));
    byLeaf
        .keySet()
        .forEach(
            leaf -> {
              Cell variable = leaf.variable();
              text.append("\n  ").append(variable == null ? "leaf" : variable.name());
              text.append(' ').append(leaf.dtype()).append(leaf.shape());
            });
    return text.toString();
  }
}
