package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.io.Texts;
import dev.adjoint.nn.optim.Stateful;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes class numbers of the names of classes: 0, 1, 2 ... in the order of their characters. The names are a state, which {@link
 * dev.adjoint.nn.io.Checkpoint#with} saves beside a model.
 */
public final class LabelEncoder implements Stateful {
  private static final String OP = "labelEncoder";
  private static final String CLASSES = "classes";

  private @Nullable List<String> classes;

  /** An encoder that knows no class yet. */
  public LabelEncoder() {}

  /**
   * Learns the names of the classes; returns this.
   *
   * @throws IllegalArgumentException if there is none, or one is missing
   */
  public LabelEncoder fit(List<@Nullable String> labels) {
    var sorted = new TreeSet<String>();
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      if (label == null) {
        throw OpError.of(OP, "label " + i + " is missing");
      }
      sorted.add(label);
    }
    if (sorted.isEmpty()) {
      throw OpError.of(OP, "there are no labels");
    }
    classes = List.copyOf(sorted);
    return this;
  }

  /** The names of the classes, by their numbers. */
  public List<String> classes() {
    return Features.fitted(OP, classes);
  }

  /**
   * The numbers of labels, i32 [n].
   *
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if a label is none of the classes
   */
  public Tensor transform(List<@Nullable String> labels) {
    List<String> known = classes();
    int[] numbers = new int[labels.size()];
    for (int i = 0; i < numbers.length; i++) {
      String label = labels.get(i);
      numbers[i] = label == null ? -1 : Collections.binarySearch(known, label);
      if (numbers[i] < 0) {
        throw OpError.of(
            OP, "label " + i + " is '" + label + "', which is none of the classes " + known);
      }
    }
    return Tensors.of(numbers);
  }

  /** What {@link #transform} makes of labels after {@link #fit} has learned from them. */
  public Tensor fitTransform(List<@Nullable String> labels) {
    return fit(labels).transform(labels);
  }

  /**
   * The names of classes.
   *
   * @param numbers their numbers, integers [n]
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if one is not the number of a class
   */
  public List<String> inverseTransform(Tensor numbers) {
    List<String> known = classes();
    if (numbers.rank() != 1 || !numbers.dtype().isInteger()) {
      throw OpError.of(
          OP, "numbers of classes are integers [n], not " + numbers.dtype() + numbers.shape());
    }
    var labels = new ArrayList<String>();
    for (int number : numbers.toInts()) {
      if (number < 0 || number >= known.size()) {
        throw OpError.of(OP, number + " is the number of none of the " + known.size() + " classes");
      }
      labels.add(known.get(number));
    }
    return labels;
  }

  @Override
  public Map<String, Tensor> state() {
    if (classes == null) {
      return Map.of();
    }
    var state = new LinkedHashMap<String, Tensor>();
    Texts.put(OP, state, CLASSES, new ArrayList<@Nullable String>(classes));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    if (saved.isEmpty()) {
      classes = null;
      return;
    }
    List<@Nullable String> texts = Texts.get(OP, saved, CLASSES);
    if (saved.size() != 2 || texts.stream().anyMatch(Objects::isNull)) {
      throw OpError.of(OP, "the saved state is not that of classes: " + States.describe(saved));
    }
    fit(texts);
  }
}
