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
 * Makes a number of each category: 0, 1, 2 ... in the order of their characters. Missing values are NaN, which a {@link
 * SimpleImputer} can fill.
 */
public final class OrdinalEncoder implements Encoder {
  private static final String OP = "ordinalEncoder";

  private @Nullable Double unknownValue;
  private @Nullable Categories categories;

  /** An encoder that refuses categories it has not learned. */
  public OrdinalEncoder() {}

  /**
   * Sets the number of categories that were not learned; returns this.
   *
   * @throws IllegalArgumentException if it could be that of a category
   */
  public OrdinalEncoder unknownValue(double value) {
    if (value >= 0 && value == Math.rint(value)) {
      throw new IllegalArgumentException(
          OP
              + ": the number of unknown categories must not be that of one, as "
              + value
              + " may be");
    }
    unknownValue = value;
    return this;
  }

  @Override
  public OrdinalEncoder fit(Table table) {
    categories = Categories.of(OP, table, false);
    return this;
  }

  /** The categories of each column. */
  public Map<String, List<@Nullable String>> categories() {
    return Collections.unmodifiableMap(Features.fitted(OP, categories).columns());
  }

  @Override
  public Tensor transform(Table table) {
    Categories known = Features.fitted(OP, categories);
    List<String> columns = known.names();
    double[] numbers = new double[table.rows() * columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      List<@Nullable String> texts = table.texts(columns.get(c));
      int[] codes = known.codes(table, columns.get(c));
      for (int r = 0; r < codes.length; r++) {
        double number = codes[r];
        if (texts.get(r) == null) {
          number = Double.NaN;
        } else if (codes[r] < 0) {
          if (unknownValue == null) {
            throw known.unknown(table, columns.get(c), r);
          }
          number = unknownValue;
        }
        numbers[r * columns.size() + c] = number;
      }
    }
    return Tensors.of(numbers, table.rows(), columns.size());
  }

  /** {@inheritDoc} Numbers of unknown categories become missing values. */
  @Override
  public Table inverseTransform(Tensor y) {
    Categories known = Features.fitted(OP, categories);
    List<String> columns = known.names();
    if (y.rank() != 2 || y.dim(1) != columns.size()) {
      throw OpError.of(OP, "gives numbers [n, " + columns.size() + "], not " + y.shape());
    }
    double[] numbers = y.toDoubles();
    var table = new LinkedHashMap<String, Table.Column>();
    for (int c = 0; c < columns.size(); c++) {
      List<@Nullable String> names = known.of(columns.get(c));
      var texts = new ArrayList<@Nullable String>();
      for (int i = c; i < numbers.length; i += columns.size()) {
        texts.add(category(numbers[i], names));
      }
      table.put(columns.get(c), new Table.Texts(Collections.unmodifiableList(texts)));
    }
    return new Table(table);
  }

  private @Nullable String category(double number, List<@Nullable String> names) {
    if (Double.isNaN(number) || (unknownValue != null && number == unknownValue)) {
      return null;
    }
    if (number != Math.rint(number) || number < 0 || number >= names.size()) {
      throw OpError.of(OP, number + " is the number of none of the categories " + names);
    }
    return names.get((int) number);
  }

  @Override
  public List<String> featureNames() {
    return Features.fitted(OP, categories).names();
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
