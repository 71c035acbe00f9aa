package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units (Cho et al. 2014), with the reset gate behind the product: {@code n = tanh(W_in x + b_in + r (W_hn h +
 * b_hn))} and {@code h = (1 - z) n + z h}. The rows of weights are those of the gates r, z and n.
 */
public final class GRU extends RecurrentLayer {
  /** One layer in one direction, with biases. */
  public GRU(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, 1);
  }

  /** Several layers in one direction, with biases. */
  public GRU(int inputSize, int hiddenSize, int numLayers) {
    this(inputSize, hiddenSize, numLayers, true, false, 0, false);
  }

  /**
   * Several layers.
   *
   * @param batchFirst whether inputs and outputs are [n, length, ...]; states are not
   * @param dropout the probability that an element between two layers is dropped while training
   * @param bidirectional whether each layer also goes from the last step to the first
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public GRU(
      int inputSize,
      int hiddenSize,
      int numLayers,
      boolean bias,
      boolean batchFirst,
      double dropout,
      boolean bidirectional) {
    super(
        Recurrence.GRU, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional);
  }

  /** A last layer's outputs of all steps, and the last state of all layers. */
  public record Result(Tensor output, Tensor hidden) {}

  /** As {@link Result}, of packed sequences. */
  public record PackedResult(PackedSequence output, Tensor hidden) {}

  @Override
  protected Tensor forward(Tensor x) {
    return run(x, null).output();
  }

  /**
   * The outputs and the last state, from a first state or from zeros.
   *
   * @throws IllegalArgumentException if a shape does not fit
   */
  public Result apply(Tensor x, @Nullable Tensor hidden) {
    return call(
        hidden == null ? List.of(x) : List.of(x, hidden),
        () -> {
          Run found = run(x, hidden == null ? null : List.of(hidden));
          return new Result(found.output(), found.state().getFirst());
        });
  }

  /**
   * The outputs of packed sequences, and the state of each after its own last step, from a first state or from zeros.
   *
   * @throws IllegalArgumentException if a shape does not fit
   */
  public PackedResult apply(PackedSequence x, @Nullable Tensor hidden) {
    Result found =
        call(
            hidden == null ? List.of(x.padded(false)) : List.of(x.padded(false), hidden),
            () -> {
              Run run = run(x, hidden == null ? null : List.of(hidden));
              return new Result(run.output(), run.state().getFirst());
            });
    return new PackedResult(x.with(found.output()), found.hidden());
  }
}
