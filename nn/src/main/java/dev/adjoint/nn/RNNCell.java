package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of an {@link RNN}. */
public final class RNNCell extends RecurrentCell {
  /** A cell with biases and tanh. */
  public RNNCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true, "tanh");
  }

  /**
   * A cell with or without biases.
   *
   * @param nonlinearity {@code "tanh"} or {@code "relu"}
   * @throws IllegalArgumentException if a size is not positive, or there is no such function
   */
  public RNNCell(int inputSize, int hiddenSize, boolean bias, String nonlinearity) {
    super(RNN.recurrence(nonlinearity), inputSize, hiddenSize, bias);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return step(x, null).getFirst();
  }

  /**
   * The state after a step from a state, or from zeros.
   *
   * @throws IllegalArgumentException if a shape does not fit
   */
  public Tensor apply(Tensor x, @Nullable Tensor hidden) {
    return call(
        hidden == null ? List.of(x) : List.of(x, hidden),
        () -> step(x, hidden == null ? null : List.of(hidden)).getFirst());
  }
}
