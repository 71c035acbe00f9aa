package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a feature of each category: 1 in the rows that have it, else 0. Missing values are a category of their own, the last, in
 * columns that had some when this was fitted.
 */
public final class OneHotEncoder implements Encoder {
  private static final String OP = "oneHotEncoder";

  private boolean ignoreUnknown;
  private @Nullable Categories categories;

  /** An encoder that refuses categories it has not learned. */
  public OneHotEncoder() {}

  /** Sets whether a category that was not learned gives zeros alone, in place of an error; returns this. */
  public OneHotEncoder ignoreUnknown(boolean on) {
    ignoreUnknown = on;
    return this;
  }

  @Override
  public OneHotEncoder fit(Table table) {
    categories = Categories.of(OP, table, true);
    return this;
  }

  /** The categories of each column. */
  public Map<String, List<@Nullable String>> categories() {
    return Collections.unmodifiableMap(Features.fitted(OP, categories).columns());
  }

  private static int width(Categories known) {
    return known.columns().values().stream().mapToInt(List::size).sum();
  }

  @Override
  public Tensor transform(Table table) {
    Categories known = Features.fitted(OP, categories);
    int width = width(known);
    double[] flags = new double[table.rows() * width];
    int first = 0;
    for (String column : known.names()) {
      int[] codes = known.codes(table, column);
      for (int r = 0; r < codes.length; r++) {
        if (codes[r] >= 0) {
          flags[r * width + first + codes[r]] = 1;
        } else if (!ignoreUnknown) {
          throw known.unknown(table, column, r);
        }
      }
      first += known.of(column).size();
    }
    return Tensors.of(flags, table.rows(), width);
  }

  /**
   * {@inheritDoc} The category is the one with the largest number, so that rows may be probabilities. Zeros alone are a missing
   * value, if unknown categories give them.
   */
  @Override
  public Table inverseTransform(Tensor y) {
    Categories known = Features.fitted(OP, categories);
    int width = width(known);
    if (y.rank() != 2 || y.dim(1) != width) {
      throw OpError.of(OP, "gives features [n, " + width + "], not " + y.shape());
    }
    double[] values = y.toDoubles();
    var table = new LinkedHashMap<String, Table.Column>();
    int first = 0;
    for (String column : known.names()) {
      List<@Nullable String> names = known.of(column);
      var texts = new ArrayList<@Nullable String>();
      for (int row = 0; row < values.length; row += width) {
        texts.add(category(values, row + first, names));
      }
      table.put(column, new Table.Texts(Collections.unmodifiableList(texts)));
      first += names.size();
    }
    return new Table(table);
  }

  private @Nullable String category(double[] values, int begin, List<@Nullable String> names) {
    int best = begin;
    for (int i = begin; i < begin + names.size(); i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    if (values[best] > 0) {
      return names.get(best - begin);
    }
    if (!ignoreUnknown) {
      throw OpError.of(OP, "a row has none of the categories " + names);
    }
    return null;
  }

  /** {@inheritDoc} Each is the name of a column, an underscore and a category. */
  @Override
  public List<String> featureNames() {
    var names = new ArrayList<String>();
    Features.fitted(OP, categories)
        .columns()
        .forEach((column, known) -> known.forEach(category -> names.add(column + "_" + category)));
    return names;
  }

  @Override
  public Map<String, Tensor> state() {
    return categories == null ? Map.of() : categories.state();
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    categories = saved.isEmpty() ? null : Categories.load(OP, saved);
  }
}
