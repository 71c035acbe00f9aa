package dev.adjoint.nn.io;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.StateReport;
import dev.adjoint.nn.optim.Stateful;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Models in safetensors files: all parameters and buffers under their names; and what the inputs of a model are made with, such
 * as {@linkplain dev.adjoint.nn.preprocessing.Encoder encoders}.
 */
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
   * Writes a model and other things with a state; what was in the file before is replaced in one step.
   *
   * @param parts the things by name, with which the names of their tensors in the file begin
   * @throws IllegalArgumentException if a name has a dot, or names of the model begin with it, or a thing has learned nothing yet
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void save(Module model, Path path, Map<String, ? extends Stateful> parts)
      throws IOException {
    Map<String, Tensor> tensors = state(model);
    Parts others = parts("save", tensors, parts);
    others.requireAll("save: there is nothing to save of", others.state());
    tensors.putAll(others.state());
    SafeTensors.save(path, tensors);
  }

  /**
   * Reads the parameters and buffers of a model.
   *
   * @throws IllegalArgumentException if the names, shapes and types in the file are not exactly those of the model, where f16
   *     and bf16 may stand for f32; the message lists what differs, and the model has not changed
   * @throws IOException if the file cannot be read or is damaged; the model has not changed
   */
  public static void load(Module model, Path path) throws IOException {
    load(model, path, true);
  }

  /**
   * Reads the parameters and buffers of a model that the file has.
   *
   * @param strict whether names that only the file or only the model has are errors
   * @return these names
   * @throws IllegalArgumentException if a shape or type does not fit, or a name if that must be; the model has not changed
   * @throws IOException if the file cannot be read or is damaged; the model has not changed
   */
  public static StateReport load(Module model, Path path, boolean strict) throws IOException {
    Map<String, Tensor> tensors = SafeTensors.load(path).tensors();
    StateReport report = StateReport.of(model, tensors);
    if (strict) {
      report.requireExact(path.toString());
    }
    report.requireFit(path.toString());
    return model.load(tensors, strict);
  }

  /**
   * Reads a model and other things with a state.
   *
   * @param parts the things by the names with which they were saved
   * @throws IllegalArgumentException if the file is of another model or other things; nothing has changed then
   * @throws IOException if the file cannot be read or is damaged; nothing has changed then
   */
  public static void load(Module model, Path path, Map<String, ? extends Stateful> parts)
      throws IOException {
    Map<String, Tensor> all = SafeTensors.load(path).tensors();
    Parts others = parts("load", state(model), parts);
    others.requireAll("load: " + path + " has nothing of", all);
    var tensors = new LinkedHashMap<>(all);
    tensors.keySet().removeIf(others::own);
    StateReport report = StateReport.of(model, tensors);
    report.requireExact(path.toString());
    report.requireFit(path.toString());
    others.load(all, () -> model.load(tensors));
  }

  private static Parts parts(
      String op, Map<String, Tensor> model, Map<String, ? extends Stateful> byName) {
    var parts = new Parts();
    byName.forEach((name, part) -> parts.add(op, name, part));
    for (String name : model.keySet()) {
      if (parts.own(name)) {
        throw new IllegalArgumentException(
            op + ": the model has '" + name + "', whose name begins with that of a part");
      }
    }
    return parts;
  }

  /** The values of all variables of a model by name. */
  static Map<String, Tensor> state(Module model) {
    var tensors = new LinkedHashMap<String, Tensor>();
    model.state().forEach((name, variable) -> tensors.put(name, variable.value().detach()));
    return tensors;
  }
}
