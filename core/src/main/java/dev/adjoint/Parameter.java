package dev.adjoint;

/**
 * A variable that is trained: a leaf to which gradients flow, unless it is frozen. Optimizers change it.
 *
 * <pre>{@code
 * var scale = new Parameter(Tensors.ones(3));
 * Tensor y = x.mul(scale);
 * }</pre>
 */
public final class Parameter extends Variable {
  /**
   * A parameter that holds a tensor's value; a model that has it in a field names it by its path.
   *
   * @param initial its first value, which is copied
   * @throws IllegalArgumentException if the type has no gradients
   */
  public Parameter(Tensor initial) {
    this("parameter", initial);
  }

  /**
   * A parameter with a name.
   *
   * @param name what errors call it
   * @param initial its first value, which is copied
   * @throws IllegalArgumentException if the type has no gradients
   */
  public Parameter(String name, Tensor initial) {
    super(name, initial, true);
  }

  /** Whether gradients flow to it: it is not frozen. */
  public boolean trainable() {
    return cell().isTrainable();
  }

  /** Freezes this, so that what is recorded from now on computes no gradient for it, or ends that. */
  public void freeze(boolean frozen) {
    if (trainable() == frozen) {
      settle();
      cell().train(!frozen);
    }
  }

  /** Whether optimizers take its gradient by the rows that look-ups have read. */
  public boolean sparse() {
    return cell().isSparse();
  }

  /**
   * Chooses whether optimizers take the gradient of this table as a {@link SparseGradient}: by the rows that look-ups have read,
   * so that a step costs by those and not by all rows. The table must then be used by look-ups alone, such as {@link
   * #embedding(Tensor)} and {@link #indexSelect} along axis 0, and the optimizer must be one that leaves other rows as they are.
   * Returns this.
   */
  public Parameter sparse(boolean on) {
    cell().sparse(on);
    return this;
  }
}
