package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of an {@link LSTM}; states are [n, hidden] or [hidden]. */
public final class LSTMCell extends RecurrentCell {
  /** A cell with biases. */
  public LSTMCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * A cell with or without biases.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public LSTMCell(int inputSize, int hiddenSize, boolean bias) {
    super(Recurrence.LSTM, inputSize, hiddenSize, bias);
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
  public LSTM.State apply(Tensor x, LSTM.@Nullable State state) {
    return call(
        state == null ? List.of(x) : List.of(x, state.hidden(), state.cell()),
        () -> {
          List<Tensor> next = step(x, state == null ? null : List.of(state.hidden(), state.cell()));
          return new LSTM.State(next.get(0), next.get(1));
        });
  }
}
