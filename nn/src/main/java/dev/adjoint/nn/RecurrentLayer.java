package dev.adjoint.nn;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A stack of recurrences over sequences, what {@link RNN}, {@link LSTM} and {@link GRU} share.
 *
 * <p>Inputs are [length, n, in], or [n, length, in] if the batch comes first, or [length, in] for one sequence. Outputs have the
 * hidden states of the last layer in place of the last axis, those of both directions one after the other. States are [layers *
 * directions, n, hidden], without the n for one sequence.
 *
 * <p>Parameters are {@code weight_ih_l0} [gates * hidden, in], {@code weight_hh_l0} [gates * hidden, hidden], {@code bias_ih_l0}
 * and {@code bias_hh_l0} [gates * hidden], and so on for each layer, with {@code _reverse} at the end for the direction from the
 * last step to the first. All begin uniformly in {@code +-1 / sqrt(hidden)}.
 */
public abstract sealed class RecurrentLayer extends Module permits HiddenStateLayer, LSTM {
  private final String op;
  private final Recurrence recurrence;
  private final int in;
  private final int hidden;
  private final boolean batchFirst;
  private final int directions;
  private final List<RecurrentWeights> weights = new ArrayList<>();
  private final double dropout;

  RecurrentLayer(Recurrence recurrence, int inputSize, int hiddenSize, RecurrentOptions options) {
    this.recurrence = recurrence;
    this.op = getClass().getSimpleName().toLowerCase(Locale.ROOT);
    this.in = Checks.positive(op, "the input size", inputSize);
    this.hidden = Checks.positive(op, "the hidden size", hiddenSize);
    this.batchFirst = options.batchFirst();
    this.directions = options.bidirectional() ? 2 : 1;
    this.dropout = Checks.fraction(op, "the probability of dropout", options.dropout());
    Checks.positive(op, "the number of layers", options.numLayers());
    for (int layer = 0; layer < options.numLayers(); layer++) {
      int size = layer == 0 ? in : directions * hidden;
      for (int d = 0; d < directions; d++) {
        weights.add(RecurrentWeights.of(recurrence, size, hidden, options.bias()));
      }
    }
  }

  /** The outputs of all steps and the last state, [states][layers * directions, n, hidden]. */
  record Run(Tensor output, List<Tensor> state) {}

  /** Runs over sequences of one length, from zeros if there is no state. */
  final Run run(Tensor x, @Nullable List<Tensor> state) {
    if (x.rank() < 2 || x.rank() > 3 || x.dim(-1) != in) {
      throw OpError.of(
          op, "needs [length, n, " + in + "], batch first or without n, the input is " + x.shape());
    }
    boolean single = x.rank() == 2;
    Tensor steps = single ? x.unsqueeze(1) : batchFirst ? x.transpose(0, 1) : x;
    List<Tensor> first = initial(steps, single ? lifted(state) : state);
    Run found = layers(steps, null, first);
    if (single) {
      return new Run(found.output.squeeze(1), found.state.stream().map(s -> s.squeeze(1)).toList());
    }
    return batchFirst ? new Run(found.output.transpose(0, 1), found.state) : found;
  }

  /** Runs over packed sequences; the output is [length, n, ...]. */
  final Run run(PackedSequence x, @Nullable List<Tensor> state) {
    Tensor steps = x.padded(false);
    if (steps.rank() != 3 || steps.dim(-1) != in) {
      throw OpError.of(op, "needs packed sequences of [" + in + "], they are " + x);
    }
    return layers(steps, x, initial(steps, state));
  }

  private static @Nullable List<Tensor> lifted(@Nullable List<Tensor> state) {
    return state == null ? null : state.stream().map(s -> s.unsqueeze(1)).toList();
  }

  private List<Tensor> initial(Tensor steps, @Nullable List<Tensor> state) {
    Shape shape = Shape.of(weights.size(), steps.dim(1), hidden);
    if (state == null) {
      Tensor zeros = Scope.on(steps.device(), () -> Tensors.zeros(shape, steps.dtype()));
      return Collections.nCopies(recurrence.states(), zeros);
    }
    for (Tensor part : state) {
      if (!part.shape().equals(shape)) {
        throw OpError.of(op, "the state must be " + shape + ", it is " + part.shape());
      }
    }
    return state;
  }

  private Run layers(Tensor steps, @Nullable PackedSequence packed, List<Tensor> state) {
    Tensor x = steps;
    var last = new ArrayList<List<Tensor>>();
    for (int row = 0; row < weights.size(); row += directions) {
      if (row > 0 && dropout > 0) {
        x = x.dropout(dropout, training());
      }
      var outputs = new ArrayList<Tensor>();
      for (int d = 0; d < directions; d++) {
        int number = row + d;
        List<Tensor> first = state.stream().map(part -> part.select(0, number)).toList();
        outputs.add(direction(x, packed, weights.get(number), first, d > 0, last));
      }
      x = outputs.size() == 1 ? outputs.getFirst() : Tensors.cat(outputs, -1);
    }
    var stacked = new ArrayList<Tensor>();
    for (int s = 0; s < recurrence.states(); s++) {
      int part = s;
      stacked.add(Tensors.stack(last.stream().map(each -> each.get(part)).toList(), 0));
    }
    return new Run(x, stacked);
  }

  /** The outputs of one direction of one layer; adds the last state to a list. */
  private Tensor direction(
      Tensor x,
      @Nullable PackedSequence packed,
      RecurrentWeights w,
      List<Tensor> first,
      boolean backward,
      List<List<Tensor>> last) {
    int length = x.dim(0);
    Tensor inputs = w.ofInput(recurrence, x);
    UnaryOperator<Tensor> ofHidden = w.ofHidden(recurrence);
    Tensor[] outputs = new Tensor[length];
    List<Tensor> state = first;
    for (int i = 0; i < length; i++) {
      int t = backward ? length - 1 - i : i;
      List<Tensor> before = state;
      List<Tensor> next =
          recurrence.step(inputs.select(0, t), ofHidden.apply(before.getFirst()), before);
      if (packed == null || packed.allHaveStep(t)) {
        outputs[t] = next.getFirst();
        state = next;
      } else {
        Tensor has = packed.hasStep(t);
        outputs[t] = has.where(next.getFirst(), 0);
        var kept = new ArrayList<Tensor>();
        for (int s = 0; s < next.size(); s++) {
          kept.add(has.where(next.get(s), before.get(s)));
        }
        state = kept;
      }
    }
    last.add(state);
    return Tensors.stack(Arrays.asList(outputs), 0);
  }

  @Override
  final void members(BiConsumer<String, Object> visitor) {
    for (int number = 0; number < weights.size(); number++) {
      String suffix = "_l" + number / directions + (number % directions == 0 ? "" : "_reverse");
      weights.get(number).members(suffix, visitor);
    }
  }

  @Override
  public final String label() {
    int layers = weights.size() / directions;
    return getClass().getSimpleName()
        + "("
        + in
        + " -> "
        + hidden
        + (layers == 1 ? "" : ", " + layers + " layers")
        + (directions == 1 ? "" : ", bidirectional")
        + ")";
  }
}
