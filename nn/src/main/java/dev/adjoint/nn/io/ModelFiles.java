package dev.adjoint.nn.io;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.StateReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /** The values of all variables of a model by name. */
  static Map<String, Tensor> state(Module model) {
    var tensors = new LinkedHashMap<String, Tensor>();
    model.state().forEach((name, variable) -> tensors.put(name, variable.value().detach()));
    return tensors;
  }
}
