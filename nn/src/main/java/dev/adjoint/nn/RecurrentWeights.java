package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a recurrence in one direction.
 *
 * @param inputWeight [gates * hidden, in]
 * @param hiddenWeight [gates * hidden, hidden]
 * @param inputBias [gates * hidden], or null
 * @param hiddenBias [gates * hidden], or null
 */
record RecurrentWeights(
    Parameter inputWeight,
    Parameter hiddenWeight,
    @Nullable Parameter inputBias,
    @Nullable Parameter hiddenBias) {
  /** First values, uniform in {@code +-1 / sqrt(hidden)}. */
  static RecurrentWeights of(Recurrence recurrence, int in, int hidden, boolean withBias) {
    Init init = Init.fanIn(hidden);
    int rows = recurrence.gates() * hidden;
    return new RecurrentWeights(
        init.parameter("weight_ih", rows, in),
        init.parameter("weight_hh", rows, hidden),
        withBias ? init.parameter("bias_ih", rows) : null,
        withBias ? init.parameter("bias_hh", rows) : null);
  }

  /** What inputs [..., in] give for the gates, for all steps at once: with both biases where a recurrence adds the two anyway. */
  Tensor ofInput(Recurrence recurrence, Tensor x) {
    Tensor y = x.matmul(inputWeight.t());
    if (inputBias == null || hiddenBias == null) {
      return y;
    }
    return y.add(recurrence.addsHidden() ? inputBias.add(hiddenBias) : inputBias);
  }

  /** What hidden states [n, hidden] then give for the gates; the weight is turned once for all of them. */
  UnaryOperator<Tensor> ofHidden(Recurrence recurrence) {
    Tensor turned = hiddenWeight.t();
    Parameter added = recurrence.addsHidden() ? null : hiddenBias;
    return h -> added == null ? h.matmul(turned) : h.matmul(turned).add(added);
  }

  /** Calls the visitor with all parameters, whose names get a suffix. */
  void members(String suffix, BiConsumer<String, Object> visitor) {
    visitor.accept("weight_ih" + suffix, inputWeight);
    visitor.accept("weight_hh" + suffix, hiddenWeight);
    if (inputBias != null && hiddenBias != null) {
      visitor.accept("bias_ih" + suffix, inputBias);
      visitor.accept("bias_hh" + suffix, hiddenBias);
    }
  }
}
