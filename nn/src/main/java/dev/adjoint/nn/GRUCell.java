package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a {@link GRU}. */
public final class GRUCell extends RecurrentCell {
  /** A cell with biases. */
  public GRUCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * A cell with or without biases.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public GRUCell(int inputSize, int hiddenSize, boolean bias) {
    super(Recurrence.GRU, inputSize, hiddenSize, bias);
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
