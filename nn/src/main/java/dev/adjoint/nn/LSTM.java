package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): {@code c = f c + i g} and
 * {@code h = o tanh(c)}, with sigmoids i, f and o and a tanh g of {@code W_i. x + b_i. + W_h. h + b_h.}. The rows of weights are
 * those of the gates i, f, g and o.
 */
public final class LSTM extends RecurrentLayer {
  /** One layer in one direction, with biases. */
  public LSTM(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, 1);
  }

  /** Several layers in one direction, with biases. */
  public LSTM(int inputSize, int hiddenSize, int numLayers) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT.numLayers(numLayers));
  }

  /**
   * Layers with options.
   *
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public LSTM(int inputSize, int hiddenSize, RecurrentOptions options) {
    super(Recurrence.LSTM, inputSize, hiddenSize, options);
  }

  /**
   * Several layers.
   *
   * @param batchFirst whether inputs and outputs are [n, length, ...]; states are not
   * @param dropout the probability that an element between two layers is dropped while training
   * @param bidirectional whether each layer also goes from the last step to the first
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public LSTM(
      int inputSize,
      int hiddenSize,
      int numLayers,
      boolean bias,
      boolean batchFirst,
      double dropout,
      boolean bidirectional) {
    this(
        inputSize,
        hiddenSize,
        new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional));
  }

  /** The hidden states and the cells of all layers, [layers * directions, n, hidden] each. */
  public record State(Tensor hidden, Tensor cell) {}

  /** A last layer's outputs of all steps, and the last state of all layers. */
  public record Result(Tensor output, State state) {}

  /** As {@link Result}, of packed sequences. */
  public record PackedResult(PackedSequence output, State state) {}

  @Override
  protected Tensor forward(Tensor x) {
    return run(x, null).output();
  }

  /**
   * The outputs and the last state, from a first state or from zeros.
   *
   * @throws IllegalArgumentException if a shape does not fit
   */
  public Result apply(Tensor x, @Nullable State state) {
    return call(inputs(x, state), () -> result(run(x, parts(state))));
  }

  /**
   * The outputs of packed sequences, and the state of each after its own last step, from a first state or from zeros.
   *
   * @throws IllegalArgumentException if a shape does not fit
   */
  public PackedResult apply(PackedSequence x, @Nullable State state) {
    Result found = call(inputs(x.padded(false), state), () -> result(run(x, parts(state))));
    return new PackedResult(x.with(found.output), found.state);
  }

  private static Result result(Run run) {
    return new Result(run.output(), new State(run.state().get(0), run.state().get(1)));
  }

  private static List<Tensor> inputs(Tensor x, @Nullable State state) {
    var inputs = new ArrayList<>(List.of(x));
    if (state != null) {
      inputs.addAll(List.of(state.hidden, state.cell));
    }
    return inputs;
  }

  private static @Nullable List<Tensor> parts(@Nullable State state) {
    return state == null ? null : List.of(state.hidden, state.cell);
  }
}
