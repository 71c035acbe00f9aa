package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the states of GPT-2 that nanoGPT and Hugging Face write. */
final class GptCheckpoint {
  private static final String PREFIX = "transformer.";
  private static final String HEAD = "lm_head.weight";

  private GptCheckpoint() {}

  /** The state in the names and shapes of {@link GPT}. */
  static Map<String, Tensor> state(Map<String, ? extends Tensor> checkpoint) {
    boolean turned = hasTurnedWeights(checkpoint);
    var state = new LinkedHashMap<String, Tensor>();
    checkpoint.forEach(
        (name, value) -> {
          if (!name.equals(HEAD)
              && !name.endsWith(".attn.bias")
              && !name.endsWith(".attn.masked_bias")) {
            boolean linear = name.contains(".c_") && name.endsWith(".weight");
            state.put(
                name.startsWith(PREFIX) ? name : PREFIX + name,
                turned && linear ? value.t() : value);
          }
        });
    Tensor head = checkpoint.get(HEAD);
    Tensor tokens = state.get(PREFIX + "wte.weight");
    if (head != null
        && tokens != null
        && !(head.shape().equals(tokens.shape()) && head.allEqual(tokens))) {
      throw OpError.of(
          "gpt", HEAD + " " + head.shape() + " must equal wte.weight " + tokens.shape());
    }
    return state;
  }

  // Queries, keys and values are three times as wide as their input, which tells the sides apart.
  private static boolean hasTurnedWeights(Map<String, ? extends Tensor> checkpoint) {
    return checkpoint.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(".attn.c_attn.weight"))
        .anyMatch(
            entry ->
                entry.getValue().rank() == 2
                    && entry.getValue().dim(1) == 3 * entry.getValue().dim(0));
  }
}
