package dev.adjoint;

import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import dev.adjoint.schedule.Engine;

/**
 * A named place for a tensor: the only thing in the engine that can change. Parameters, running statistics and the moments of
 * an optimizer are variables.
 *
 * <p>A variable is a tensor: wherever one is wanted it stands for the value that it has at that call. What has nothing to do, such
 * as a conversion to the type that it has, gives the variable itself; {@link #value} is what stays as it is.
 *
 * <p>{@link #set} records an update. It takes effect in memory with the next {@link Engine#realize} on this thread, in
 * the place of the old value; a read in between sees the new one.
 */
public sealed class Variable extends Tensor permits Parameter {
  private final Cell cell;

  /**
   * A variable that holds a tensor's value and is not trained.
   *
   * @param name what errors call it
   * @param initial its first value, which is copied
   */
  public Variable(String name, Tensor initial) {
    this(name, initial, false);
  }

  Variable(String name, Tensor initial, boolean trainable) {
    if (trainable && !initial.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "parameter " + name + ": " + initial.dtype() + " has no gradients");
    }
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

  @Override
  public Node node() {
    return cell.leaf();
  }

  /** The present value, which stays the same when this changes: a tracked leaf if this is a parameter that is not frozen. */
  public Tensor value() {
    return new Tensor(node());
  }

  /**
   * Records a new value.
   *
   * @throws IllegalArgumentException if shape, type or device differ
   */
  public void set(Tensor value) {
    Node node = value.node();
    if (!node.shape().equals(shape()) || node.dtype() != dtype() || node.device() != device()) {
      throw new IllegalArgumentException(
          "variable "
              + name()
              + ": holds "
              + dtype()
              + shape()
              + " on "
              + device()
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
    set(source.to(device()).to(dtype()).broadcastTo(shape()));
  }

  /** Moves the value to another device at once; tensors recorded before keep the old place. */
  public void moveTo(Device device) {
    if (device != device()) {
      settle();
      cell.move(Engine.copy(Node.copy(node(), device, false)));
    }
  }

  /** What this is to the engine. */
  final Cell cell() {
    return cell;
  }

  /** Takes a recorded value into memory. */
  final void settle() {
    if (cell.isPending()) {
      realize();
    }
  }

  /** The name with the value. */
  @Override
  public String toString() {
    return name() + " = " + super.toString();
  }
}
