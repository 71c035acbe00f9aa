package dev.adjoint;

import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import dev.adjoint.schedule.Engine;
import java.util.List;

/**
 * A named place for a tensor: the only thing in the engine that can change. Parameters, running statistics and the moments of
 * an optimizer are variables.
 *
 * <p>{@link #set} records an update. It takes effect in memory with the next {@link Engine#realize} on this thread, in
 * the place of the old value; a read in between sees the new one.
 */
public final class Variable {
  private final boolean parameter;
  private final Cell cell;

  /**
   * A variable that holds a tensor's value.
   *
   * @param name what errors call it
   * @param initial its first value, which is copied
   * @param trainable whether it is a parameter, to which gradients flow unless it is frozen
   */
  public Variable(String name, Tensor initial, boolean trainable) {
    if (trainable && !initial.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "variable " + name + ": " + initial.dtype() + " has no gradients");
    }
    this.parameter = trainable;
    Storage storage = Engine.copy(initial.node());
    this.cell = new Cell(name, trainable, storage, initial.shape(), initial.dtype());
  }

  /** What errors call this variable. */
  public String name() {
    return cell.name();
  }

  /** Gives another name, as a model does that knows the path to its parameter. */
  public void rename(String name) {
    cell.rename(name);
  }

  /** Whether this was created to be trained, frozen or not. */
  public boolean isParameter() {
    return parameter;
  }

  /** Whether gradients flow to it: a parameter that is not frozen. */
  public boolean trainable() {
    return cell.isTrainable();
  }

  /**
   * Freezes a parameter, so that what is recorded from now on computes no gradient for it, or ends that. Has no effect on
   * a variable that is no parameter.
   */
  public void freeze(boolean frozen) {
    if (parameter && cell.isTrainable() == frozen) {
      settle();
      cell.train(!frozen);
    }
  }

  /** The shape, which never changes. */
  public Shape shape() {
    return leaf().shape();
  }

  /** The element type, which never changes. */
  public DType dtype() {
    return leaf().dtype();
  }

  /** The present value: a tracked leaf if this is trainable. */
  public Tensor value() {
    return new Tensor(leaf());
  }

  /**
   * Records a new value.
   *
   * @throws IllegalArgumentException if shape, type or device differ
   */
  public void set(Tensor value) {
    Node node = value.node();
    if (!node.shape().equals(shape())
        || node.dtype() != dtype()
        || node.device() != leaf().device()) {
      throw new IllegalArgumentException(
          "variable "
              + name()
              + ": holds "
              + dtype()
              + shape()
              + " on "
              + leaf().device()
              + ", cannot take "
              + node.dtype()
              + node.shape()
              + " on "
              + node.device());
    }
    Engine.enlist(cell);
    cell.record(node);
  }

  /**
   * Records the elements of a tensor as the new value, which take the type and the device of this and are broadcast to its shape.
   *
   * @throws IllegalArgumentException if the shape does not broadcast to that of this
   */
  public void copyFrom(Tensor source) {
    set(source.to(leaf().device()).to(dtype()).broadcastTo(shape()));
  }

  /** Moves the value to another device at once; tensors recorded before keep the old place. */
  public void to(Device device) {
    if (device != leaf().device()) {
      settle();
      cell.move(Engine.copy(Node.copy(leaf(), device, false)));
    }
  }

  /** What this is to the engine. */
  Cell cell() {
    return cell;
  }

  private Node leaf() {
    return cell.leaf();
  }

  private void settle() {
    if (cell.isPending()) {
      Engine.realize(List.of(leaf()));
    }
  }

  @Override
  public String toString() {
    return cell.toString();
  }
}
