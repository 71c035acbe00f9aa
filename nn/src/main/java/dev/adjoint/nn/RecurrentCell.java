package dev.adjoint.nn;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One step of a recurrence, for loops of one's own; what {@link RNNCell}, {@link LSTMCell} and {@link GRUCell} share.
 *
 * <p>Inputs are [n, in] or [in], states [n, hidden] or [hidden]. Parameters are {@code weight_ih} [gates * hidden, in], {@code
 * weight_hh} [gates * hidden, hidden], {@code bias_ih} and {@code bias_hh} [gates * hidden]; all begin uniformly in {@code +-1 /
 * sqrt(hidden)}.
 */
public abstract sealed class RecurrentCell extends Module permits RNNCell, LSTMCell, GRUCell {
  private final String op;
  private final Recurrence recurrence;
  private final int in;
  private final int hidden;
  private final RecurrentWeights weights;

  RecurrentCell(Recurrence recurrence, int inputSize, int hiddenSize, boolean bias) {
    this.op = getClass().getSimpleName().toLowerCase(Locale.ROOT);
    this.recurrence = recurrence;
    this.in = Checks.positive(op, "the input size", inputSize);
    this.hidden = Checks.positive(op, "the hidden size", hiddenSize);
    this.weights = RecurrentWeights.of(recurrence, in, hidden, bias);
  }

  /** The state after a step, from zeros if there is none. */
  final List<Tensor> step(Tensor x, @Nullable List<Tensor> state) {
    if (x.rank() < 1 || x.rank() > 2 || x.dim(-1) != in) {
      throw OpError.of(op, "needs [n, " + in + "] or [" + in + "], the input is " + x.shape());
    }
    Shape shape = x.rank() == 1 ? Shape.of(hidden) : Shape.of(x.dim(0), hidden);
    List<Tensor> before =
        state == null
            ? Collections.nCopies(
                recurrence.states(), Scope.on(x.device(), () -> Tensors.zeros(shape, x.dtype())))
            : state;
    for (Tensor part : before) {
      if (!part.shape().equals(shape)) {
        throw OpError.of(op, "the state must be " + shape + ", it is " + part.shape());
      }
    }
    return recurrence.step(
        weights.ofInput(recurrence, x),
        weights.ofHidden(recurrence).apply(before.getFirst()),
        before);
  }

  @Override
  final void members(BiConsumer<String, Object> visitor) {
    weights.members("", visitor);
  }

  @Override
  public final String label() {
    return getClass().getSimpleName() + "(" + in + " -> " + hidden + ")";
  }
}
