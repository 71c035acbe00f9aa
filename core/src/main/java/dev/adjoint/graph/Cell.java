package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a variable is to the engine: the leaf that holds its present value, and a value that was recorded for it but is not in
 * memory yet.
 *
 * <p>After a value is recorded, the leaf is one that is computed from it, so a read in between sees the new value.
 */
public final class Cell {
  private volatile String name;
  private volatile boolean trainable;
  private volatile boolean sparse;
  private volatile Node leaf;
  private @Nullable Node pending;

  /** The cell of a variable with its first value, to which gradients flow if it is trainable. */
  public Cell(String name, boolean trainable, Storage storage, Shape shape, DType dtype) {
    this.name = name;
    this.trainable = trainable;
    this.leaf = Node.source(storage, shape, dtype, trainable).valueOf(this);
  }

  /** What errors call the variable. */
  public String name() {
    return name;
  }

  /** Gives the variable another name. */
  public void rename(String name) {
    this.name = name;
  }

  /** Whether gradients flow to the variable. */
  public boolean isTrainable() {
    return trainable;
  }

  /** Whether gradients are taken by the slices that look-ups have read. */
  public boolean isSparse() {
    return sparse;
  }

  /** Chooses whether gradients are taken by the slices that look-ups have read. */
  public void sparse(boolean on) {
    sparse = on;
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
        Node.of(new Op.Detach(), List.of(value), value.shape(), value.dtype(), trainable)
            .valueOf(this);
  }

  /** Notes that the recorded value is now in memory. */
  public void commit(Storage storage) {
    leaf.realized(storage);
    if (pending().storage() == null) {
      pending().realized(storage);
    }
    leaf = source(storage, leaf.dtype());
    pending = null;
  }

  /** Forgets the recorded value and returns to a leaf. */
  public void rollback(Node before) {
    leaf = before;
    retrack();
    pending = null;
  }

  /** Makes the variable trainable or not; its value must be in memory. */
  public void train(boolean trainable) {
    this.trainable = trainable;
    retrack();
  }

  private void retrack() {
    if (leaf.tracked() != trainable) {
      leaf = source(Objects.requireNonNull(leaf.storage()), leaf.dtype());
    }
  }

  /** Holds the value in other memory, or as another type. */
  public void move(Storage storage, DType dtype) {
    leaf = source(storage, dtype);
  }

  private Node source(Storage storage, DType dtype) {
    return Node.source(storage, leaf.shape(), dtype, trainable).valueOf(this);
  }

  @Override
  public String toString() {
    return name + " " + leaf.dtype() + leaf.shape();
  }
}
