package dev.adjoint;

import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import dev.adjoint.schedule.Engine;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A named place for a tensor: the only thing in the engine that can change. Parameters, running statistics and the moments of
 * an optimizer are variables.
 *
 * <p>A variable is a tensor: wherever one is wanted it stands for the value that it has at that call. What has nothing to do,
 * such as a conversion to the type that it has, gives the variable itself; {@link #value} is what stays as it is.
 *
 * <p>{@link #set} records an update. It takes effect in memory with the next {@link Engine#realize} on this thread, in
 * the place of the old value; a read in between sees the new one.
 */
public sealed class Variable extends Tensor permits Parameter {
  private static final ScopedValue<Map<Variable, Tensor>> STANDING_IN = ScopedValue.newInstance();

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
    requireGradients(name, trainable, initial.dtype());
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
    Tensor other = standingIn();
    return other == null ? cell.leaf() : other.node();
  }

  private @Nullable Tensor standingIn() {
    return STANDING_IN.isBound() ? STANDING_IN.get().get(this) : null;
  }

  /**
   * Computes a value while tensors stand in for variables on this thread: what is recorded inside reads these in their place, and
   * gradients flow to them. A variable that has a stand-in cannot be set.
   *
   * @throws IllegalArgumentException if the shape, type or device of a tensor is not that of its variable
   */
  public static <T extends @Nullable Object> T standingIn(
      Map<? extends Variable, ? extends Tensor> values, Supplier<T> body) {
    var all = new IdentityHashMap<Variable, Tensor>();
    if (STANDING_IN.isBound()) {
      all.putAll(STANDING_IN.get());
    }
    values.forEach(
        (variable, value) -> {
          variable.requireFit(value);
          all.put(variable, new Tensor(value.node()));
        });
    return ScopedValue.where(STANDING_IN, all).call(body::get);
  }

  /** The present value, which stays the same when this changes: a tracked leaf if this is a parameter that is not frozen. */
  public Tensor value() {
    return new Tensor(node());
  }

  /**
   * Records a new value.
   *
   * @throws IllegalArgumentException if shape, type or device differ
   * @throws IllegalStateException if a tensor stands in for this
   */
  public void set(Tensor value) {
    requireFit(value);
    requireOwnValue("set");
    Engine.enlist(cell);
    cell.record(value.node());
  }

  private void requireOwnValue(String op) {
    if (standingIn() != null) {
      throw new IllegalStateException(
          op + ": a tensor stands in for variable " + name() + ", which cannot change here");
    }
  }

  final void requireFit(Tensor value) {
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
      requireOwnValue("moveTo");
      settle();
      cell.move(Engine.copy(Node.copy(node(), device, false)), dtype());
    }
  }

  /**
   * Converts the value to another type at once; tensors recorded before keep the old one.
   *
   * @throws IllegalArgumentException if this is a parameter and the type has no gradients
   */
  public void convertTo(DType dtype) {
    if (dtype != dtype()) {
      requireGradients(name(), this instanceof Parameter, dtype);
      requireOwnValue("convertTo");
      settle();
      cell.move(Engine.copy(Graph.cast(node(), dtype)), dtype);
    }
  }

  private static void requireGradients(String name, boolean trainable, DType dtype) {
    if (trainable && !dtype.isFloat()) {
      throw new IllegalArgumentException("parameter " + name + ": " + dtype + " has no gradients");
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
