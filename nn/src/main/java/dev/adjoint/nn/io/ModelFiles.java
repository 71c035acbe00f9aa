package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Models in safetensors files: all parameters and buffers under their names. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Writes the parameters and buffers of a model; what was in the file before is replaced in one step.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void save(Module model, Path path) throws IOException {
    SafeTensors.save(path, state(model));
  }

  /**
   * Reads the parameters and buffers of a model.
   *
   * @throws IllegalArgumentException if the names, shapes and types in the file are not exactly those of the model, where f16
   *     and bf16 may stand for f32; the message lists what differs, and the model has not changed
   * @throws IOException if the file cannot be read or is damaged; the model has not changed
   */
  public static void load(Module model, Path path) throws IOException {
    Map<String, Tensor> tensors = SafeTensors.load(path).tensors();
    requireFit(model, tensors, path.toString());
    apply(model, tensors);
  }

  /** The values of all variables of a model by name. */
  static Map<String, Tensor> state(Module model) {
    var tensors = new LinkedHashMap<String, Tensor>();
    model.state().forEach((name, variable) -> tensors.put(name, variable.value().detach()));
    return tensors;
  }

  /** Checks that there is exactly one tensor for each variable. */
  static void requireFit(Module model, Map<String, Tensor> tensors, String source) {
    Map<String, Variable> variables = model.state();
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    variables.forEach(
        (name, variable) -> {
          Tensor tensor = tensors.get(name);
          if (tensor == null) {
            missing.add(name);
          } else if (!tensor.shape().equals(variable.shape())
              || !fits(tensor.dtype(), variable.dtype())) {
            different.add(
                name
                    + " is "
                    + tensor.dtype()
                    + tensor.shape()
                    + " in place of "
                    + variable.dtype()
                    + variable.shape());
          }
        });
    List<String> unexpected = new ArrayList<>(tensors.keySet());
    unexpected.removeAll(variables.keySet());
    if (missing.isEmpty() && different.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    var text = new StringBuilder("load: " + source + " does not fit the model");
    append(text, "missing", missing);
    append(text, "unexpected", unexpected);
    append(text, "different", different);
    throw new IllegalArgumentException(text.toString());
  }

  /** Whether values of a type are those of a variable. Weights in f16 and bf16 can be read into a model in f32. */
  private static boolean fits(DType stored, DType variable) {
    return stored == variable || (stored.isFloat() && stored.register() == variable);
  }

  private static void append(StringBuilder text, String what, List<String> names) {
    if (!names.isEmpty()) {
      text.append("; ").append(what).append(": ").append(String.join(", ", names));
    }
  }

  /** Gives all variables the values of the tensors of their names, which fit. */
  static void apply(Module model, Map<String, Tensor> tensors) {
    model
        .state()
        .forEach(
            (name, variable) -> {
              Tensor tensor = Objects.requireNonNull(tensors.get(name));
              variable.set(tensor.to(variable.dtype()).to(variable.device()));
            });
    Tensor.realize(List.of());
  }
}
