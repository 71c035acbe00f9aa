package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Variable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What changes of a variable: the leaf that holds its present value, and a value that was recorded for it but is not in memory
 * yet.
 *
 * <p>After a value is recorded, the leaf is one that is computed from it, so a read in between sees the new value.
 */
public final class Cell {
  private final Variable variable;
  private volatile Node leaf;
  private @Nullable Node pending;

  /** The cell of a variable with its first value. */
  public Cell(Variable variable, Storage storage, Shape shape, DType dtype) {
    this.variable = variable;
    this.leaf = Node.source(storage, shape, dtype, variable.trainable()).valueOf(variable);
  }

  /** The variable whose cell this is. */
  public Variable variable() {
    return variable;
  }

  /** The present leaf. */
  public Node leaf() {
    return leaf;
  }

  /** Whether a value was recorded that is not in memory yet. */
  public boolean isPending() {
    return pending != null;
  }

  /** The recorded value that is not in memory yet. */
  public Node pending() {
    return Objects.requireNonNull(pending);
  }

  /** Records a value. */
  public void record(Node value) {
    pending = value;
    leaf =
        Node.of(new Op.Detach(), List.of(value), value.shape(), value.dtype(), variable.trainable())
            .valueOf(variable);
  }

  /** Notes that the recorded value is now in memory. */
  public void commit(Storage storage) {
    leaf.realized(storage);
    if (pending().storage() == null) {
      pending().realized(storage);
    }
    leaf = source(storage);
    pending = null;
  }

  /** Forgets the recorded value and returns to a leaf. */
  public void rollback(Node before) {
    leaf = before;
    retrack();
    pending = null;
  }

  /** Makes the leaf tracked or not, as the variable is trainable or not. */
  public void retrack() {
    if (leaf.tracked() != variable.trainable()) {
      leaf = source(Objects.requireNonNull(leaf.storage()));
    }
  }

  /** Holds the same value in other memory. */
  public void move(Storage storage) {
    leaf = source(storage);
  }

  private Node source(Storage storage) {
    return Node.source(storage, leaf.shape(), leaf.dtype(), variable.trainable()).valueOf(variable);
  }
}
