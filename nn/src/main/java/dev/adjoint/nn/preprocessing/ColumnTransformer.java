package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Stateful;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the inputs of a model of a table: each group of columns is changed in its own way, and the features of all groups stand
 * beside each other, in the order in which the groups were named.
 *
 * {@snippet :
 * var inputs =
 *     new ColumnTransformer()
 *         .numeric(List.of("age", "income"), new SimpleImputer(MEDIAN), new StandardScaler())
 *         .categorical(List.of("city"), new OneHotEncoder());
 * Tensor x = inputs.fitTransform(train);
 * }
 */
public final class ColumnTransformer implements Stateful {
  private static final String OP = "columnTransformer";

  private final List<Group> groups = new ArrayList<>();

  /** Columns, what makes numbers of them if they are categories, and what changes the numbers one after the other. */
  private record Group(String[] columns, @Nullable Encoder encoder, List<Preprocessor> steps) {
    Tensor apply(Table table, boolean fit) {
      Tensor x;
      if (encoder == null) {
        x = table.tensor(columns);
      } else {
        Table part = table.select(columns);
        x = fit ? encoder.fitTransform(part) : encoder.transform(part);
      }
      for (Preprocessor step : steps) {
        x = fit ? step.fitTransform(x) : step.transform(x);
      }
      return x;
    }

    List<Stateful> parts() {
      var parts = new ArrayList<Stateful>();
      if (encoder != null) {
        parts.add(encoder);
      }
      parts.addAll(steps);
      return parts;
    }
  }

  /** A transformer of no columns yet. */
  public ColumnTransformer() {}

  /** Adds columns of numbers, with what changes them one after the other; returns this. */
  public ColumnTransformer numeric(List<String> columns, Preprocessor... steps) {
    groups.add(new Group(columns.toArray(String[]::new), null, List.of(steps)));
    return this;
  }

  /** Adds columns of categories, with what makes numbers of them and then changes these; returns this. */
  public ColumnTransformer categorical(
      List<String> columns, Encoder encoder, Preprocessor... steps) {
    groups.add(new Group(columns.toArray(String[]::new), encoder, List.of(steps)));
    return this;
  }

  /** Learns from a table; returns this. */
  public ColumnTransformer fit(Table table) {
    fitTransform(table);
    return this;
  }

  /**
   * The inputs for the rows of a table, [rows, features] of {@link dev.adjoint.Scope#dtype()}.
   *
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if a column is not there, or what is in it does not fit
   */
  public Tensor transform(Table table) {
    return apply(table, false);
  }

  /** What {@link #transform} makes of a table after {@link #fit} has learned from it. */
  public Tensor fitTransform(Table table) {
    return apply(table, true);
  }

  private Tensor apply(Table table, boolean fit) {
    if (groups.isEmpty()) {
      throw new IllegalStateException(OP + ": there are no columns");
    }
    return Tensors.cat(groups.stream().map(group -> group.apply(table, fit)).toList(), 1);
  }

  private Map<String, Stateful> parts() {
    var parts = new LinkedHashMap<String, Stateful>();
    for (int g = 0; g < groups.size(); g++) {
      List<Stateful> ofGroup = groups.get(g).parts();
      for (int p = 0; p < ofGroup.size(); p++) {
        parts.put(g + "." + p + ".", ofGroup.get(p));
      }
    }
    return parts;
  }

  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    parts()
        .forEach(
            (prefix, part) ->
                part.state().forEach((name, tensor) -> state.put(prefix + name, tensor)));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    Map<String, Stateful> parts = parts();
    for (String name : saved.keySet()) {
      if (parts.keySet().stream().noneMatch(name::startsWith)) {
        throw new IllegalArgumentException(
            OP + ": the saved state has " + name + ", which belongs to none of " + parts.keySet());
      }
    }
    var before = new LinkedHashMap<Stateful, Map<String, Tensor>>();
    try {
      parts.forEach(
          (prefix, part) -> {
            before.put(part, part.state());
            part.load(States.below(prefix, saved));
          });
    } catch (RuntimeException e) {
      before.forEach(Stateful::load);
      throw e;
    }
  }
}
