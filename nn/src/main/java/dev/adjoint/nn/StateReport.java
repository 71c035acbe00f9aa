package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * How named values differ from the parameters and buffers of a module.
 *
 * @param missing names of the module for which there is no value
 * @param unexpected names of values that the module does not have
 * @param different values whose shape or type is not that of the module, each as a sentence
 */
public record StateReport(List<String> missing, List<String> unexpected, List<String> different) {
  /** A report. */
  public StateReport {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    different = List.copyOf(different);
  }

  /** Compares values with a module, where f16 and bf16 may stand for f32. */
  public static StateReport of(Module module, Map<String, ? extends Tensor> values) {
    var unexpected = new LinkedHashMap<String, Tensor>(values);
    var missing = new ArrayList<String>();
    var different = new ArrayList<String>();
    module
        .state()
        .forEach(
            (name, variable) -> {
              Tensor value = unexpected.remove(name);
              if (value == null) {
                missing.add(name);
              } else if (!fits(value, variable)) {
                different.add(name + " is " + kind(value) + " in place of " + kind(variable));
              }
            });
    return new StateReport(missing, List.copyOf(unexpected.keySet()), different);
  }

  /** Whether there is a value for each name, and no other. */
  public boolean isExact() {
    return missing.isEmpty() && unexpected.isEmpty() && different.isEmpty();
  }

  /**
   * Requires that nothing differs.
   *
   * @param source where the values are from, for the message
   * @throws IllegalArgumentException if something does; the message lists what
   */
  public void requireExact(String source) {
    if (!isExact()) {
      throw new IllegalArgumentException("load: " + source + " does not fit the model; " + this);
    }
  }

  /**
   * Requires that the values which have a place in the module fit it.
   *
   * @param source where the values are from, for the message
   * @throws IllegalArgumentException if one does not; the message lists what differs
   */
  public void requireFit(String source) {
    if (!different.isEmpty()) {
      throw new IllegalArgumentException("load: " + source + " does not fit the model; " + this);
    }
  }

  // Weights in f16 and bf16 can be read into a model in f32.
  private static boolean fits(Tensor value, Variable variable) {
    DType stored = value.dtype();
    return value.shape().equals(variable.shape())
        && (stored == variable.dtype()
            || (stored.isFloat() && stored.register() == variable.dtype()));
  }

  private static String kind(Tensor x) {
    return x.dtype().toString() + x.shape();
  }

  /** What differs, in a line. */
  @Override
  public String toString() {
    if (isExact()) {
      return "no difference";
    }
    var parts = new StringJoiner("; ");
    add(parts, "missing", missing);
    add(parts, "unexpected", unexpected);
    add(parts, "different", different);
    return parts.toString();
  }

  private static void add(StringJoiner parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(what + ": " + String.join(", ", names));
    }
  }
}
