package dev.adjoint.nn.optim;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The norms of the gradients of a model, parameter by parameter: whether they vanish or explode on their way back to the first
 * layers. Printed, they are a table.
 *
 * {@snippet :
 * Gradients gradients = Losses.crossEntropy(model.apply(x), y).backward();
 * if (step % 100 == 0) {
 *   IO.println(GradientNorms.of(model, gradients));
 * }
 * optimizer.step(gradients);
 * }
 */
public final class GradientNorms {
  private final Map<String, Norm> norms;

  private GradientNorms(Map<String, Norm> norms) {
    this.norms = Collections.unmodifiableMap(norms);
  }

  /**
   * What is known of one parameter.
   *
   * @param gradient the root of the sum of the squares of its gradient; 0 if the output does not depend on it
   * @param value the root of the sum of its own squares
   */
  public record Norm(double gradient, double value) {
    /** The norm of the gradient as a part of that of the parameter: infinite for a parameter of zeros that has a gradient. */
    public double ratio() {
      return gradient == 0 ? 0 : gradient / value;
    }
  }

  /**
   * The norms of the parameters that are trained, before a step changes them. The gradients are computed at once, together with
   * the output, and a step after that computes neither again.
   */
  public static GradientNorms of(Module model, Gradients gradients) {
    Gradients coalesced = gradients.coalesce();
    var asked = new LinkedHashMap<String, List<Tensor>>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.trainable()) {
                Tensor value = parameter.detach().norm();
                asked.put(
                    name,
                    coalesced.find(parameter) == null
                        ? List.of(value)
                        : List.of(value, norm(coalesced, parameter)));
              }
            });
    var all = new ArrayList<Tensor>(gradients.parts());
    if (gradients.output() != null) {
      all.add(gradients.output());
    }
    asked.values().forEach(all::addAll);
    Tensor.realize(all);
    var norms = new LinkedHashMap<String, Norm>();
    asked.forEach(
        (name, pair) ->
            norms.put(
                name,
                new Norm(pair.size() == 1 ? 0 : pair.getLast().item(), pair.getFirst().item())));
    return new GradientNorms(norms);
  }

  private static Tensor norm(Gradients gradients, Parameter parameter) {
    return Clipping.globalNorm(Clipping.only(gradients, List.of(parameter)));
  }

  /** The norms by the name of the parameter, in the order of the model. */
  public Map<String, Norm> byName() {
    return norms;
  }

  /**
   * The norm of the gradient of a parameter.
   *
   * @throws IllegalArgumentException if no parameter that is trained has this name
   */
  public double of(String name) {
    Norm norm = norms.get(name);
    if (norm == null) {
      throw new IllegalArgumentException(
          "gradientNorms: no parameter that is trained is called "
              + name
              + ", there are "
              + norms.keySet());
    }
    return norm.gradient();
  }

  /** The norm of all gradients as one vector, as of {@link Clipping#globalNorm(Gradients)}. */
  public double total() {
    return Math.sqrt(norms.values().stream().mapToDouble(n -> n.gradient() * n.gradient()).sum());
  }

  /** A line per parameter with both norms and their ratio, and a line with the norm of all gradients. */
  @Override
  public String toString() {
    int width = norms.keySet().stream().mapToInt(String::length).max().orElse(0);
    width = Math.max(width, "parameter".length());
    var text = new StringBuilder();
    text.append(row(width, "parameter", "gradient", "value", "ratio"));
    for (Map.Entry<String, Norm> named : norms.entrySet()) {
      Norm norm = named.getValue();
      text.append(
          row(
              width,
              named.getKey(),
              number(norm.gradient()),
              number(norm.value()),
              number(norm.ratio())));
    }
    return text.append(row(width, "all", number(total()), "", "")).toString().stripTrailing();
  }

  private static String row(int width, String... cells) {
    String format = "%-" + width + "s  %9s  %9s  %9s";
    return String.format(Locale.ROOT, format, (Object[]) cells).stripTrailing()
        + System.lineSeparator();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }
}
