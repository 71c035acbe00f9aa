package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the states of GPT-2 that nanoGPT and Hugging Face write. */
final class GptCheckpoint {
  private static final String PREFIX = "transformer.";
  private static final String COMPILED = "_orig_mod.";
  private static final String HEAD = "lm_head.weight";

  private GptCheckpoint() {}

  /** The state in the names and shapes of {@link GPT}. */
  static Map<String, Tensor> state(Map<String, ? extends Tensor> checkpoint) {
    var named = new LinkedHashMap<String, Tensor>();
    checkpoint.forEach((name, value) -> named.put(without(COMPILED, name), value));
    Tensor head = named.remove(HEAD);
    named
        .keySet()
        .removeIf(name -> name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias"));
    boolean turned = hasTurnedWeights(named);
    var state = new LinkedHashMap<String, Tensor>();
    named.forEach(
        (name, value) -> {
          boolean linear = name.contains(".c_") && name.endsWith(".weight");
          state.put(PREFIX + without(PREFIX, name), turned && linear ? value.t() : value);
        });
    Tensor tokens = state.get(PREFIX + "wte.weight");
    if (head != null
        && tokens != null
        && !(head.shape().equals(tokens.shape()) && head.allEqual(tokens))) {
      throw OpError.of(
          "gpt", HEAD + " " + head.shape() + " must equal wte.weight " + tokens.shape());
    }
    return state;
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
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
