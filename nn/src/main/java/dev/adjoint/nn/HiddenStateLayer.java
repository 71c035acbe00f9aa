package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recurrent layer whose state is one tensor, [layers * directions, n, hidden]. */
public abstract sealed class HiddenStateLayer extends RecurrentLayer permits RNN, GRU {
  HiddenStateLayer(Recurrence recurrence, int inputSize, int hiddenSize, RecurrentOptions options) {
    super(recurrence, inputSize, hiddenSize, options);
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
