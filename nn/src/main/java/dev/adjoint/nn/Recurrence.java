package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;

/** One step of a recurrent layer, from what the input and the state before give for its gates, [n, gates * hidden] each. */
enum Recurrence {
  /** {@code tanh(input + hidden)}. */
  TANH(1, 1),
  /** {@code relu(input + hidden)}. */
  RELU(1, 1),
  /** Hochreiter and Schmidhuber's cell with a forget gate; gates are in the order input, forget, candidate, output. */
  LSTM(4, 2),
  /** Cho et al.'s unit; gates are in the order reset, update, candidate. */
  GRU(3, 1);

  private final int gates;
  private final int states;

  Recurrence(int gates, int states) {
    this.gates = gates;
    this.states = states;
  }

  /** The number of gates. */
  int gates() {
    return gates;
  }

  /** The number of tensors of a state; the first is the output. */
  int states() {
    return states;
  }

  /** Whether gates are functions of the sum of what the input and the state give. */
  boolean addsHidden() {
    return this != GRU;
  }

  /** The state after a step. */
  List<Tensor> step(Tensor input, Tensor hidden, List<Tensor> state) {
    return switch (this) {
      case TANH -> List.of(input.add(hidden).tanh());
      case RELU -> List.of(input.add(hidden).relu());
      case LSTM -> lstm(input.add(hidden), state.get(1));
      case GRU -> List.of(gru(input, hidden, state.getFirst()));
    };
  }

  private static List<Tensor> lstm(Tensor gates, Tensor cell) {
    int size = cell.dim(-1);
    Tensor in = gates.narrow(-1, 0, size).sigmoid();
    Tensor forget = gates.narrow(-1, size, size).sigmoid();
    Tensor candidate = gates.narrow(-1, 2 * size, size).tanh();
    Tensor out = gates.narrow(-1, 3 * size, size).sigmoid();
    Tensor next = forget.mul(cell).add(in.mul(candidate));
    return List.of(out.mul(next.tanh()), next);
  }

  private static Tensor gru(Tensor input, Tensor hidden, Tensor before) {
    int size = before.dim(-1);
    Tensor both = input.narrow(-1, 0, 2 * size).add(hidden.narrow(-1, 0, 2 * size)).sigmoid();
    Tensor reset = both.narrow(-1, 0, size);
    Tensor update = both.narrow(-1, size, size);
    Tensor candidate =
        input.narrow(-1, 2 * size, size).add(reset.mul(hidden.narrow(-1, 2 * size, size))).tanh();
    return candidate.add(update.mul(before.sub(candidate)));
  }
}
