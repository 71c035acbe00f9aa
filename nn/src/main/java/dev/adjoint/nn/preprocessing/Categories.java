package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.io.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The categories of each column of a table, in ascending order.
 *
 * @param op what messages begin with
 * @param columns the categories by the names of the columns; null, at the end, stands for missing values
 */
record Categories(String op, Map<String, List<@Nullable String>> columns) {
  /**
   * Those of all columns.
   *
   * @param missing whether missing values are a category
   */
  static Categories of(String op, Table table, boolean missing) {
    if (table.rows() == 0 || table.columns().isEmpty()) {
      throw OpError.of(op, "needs rows of columns of categories, not " + table);
    }
    var columns = new LinkedHashMap<String, List<@Nullable String>>();
    for (String column : table.columns()) {
      List<@Nullable String> texts = table.texts(column);
      var sorted = new TreeSet<String>();
      texts.stream().filter(Objects::nonNull).forEach(sorted::add);
      var categories = new ArrayList<@Nullable String>(sorted);
      if (missing && texts.contains(null)) {
        categories.add(null);
      }
      if (categories.isEmpty()) {
        throw OpError.of(op, "column '" + column + "' has no value in any row");
      }
      columns.put(column, categories);
    }
    return new Categories(op, columns);
  }

  /** The numbers of the categories of a column in each row of a table, -1 for one that is not known. */
  int[] codes(Table table, String column) {
    List<@Nullable String> known = of(column);
    var numbers = new LinkedHashMap<@Nullable String, Integer>();
    for (int i = 0; i < known.size(); i++) {
      numbers.put(known.get(i), i);
    }
    return table.texts(column).stream().mapToInt(text -> numbers.getOrDefault(text, -1)).toArray();
  }

  /** The categories of a column. */
  List<@Nullable String> of(String column) {
    return Objects.requireNonNull(columns.get(column), column);
  }

  /** The names of the columns. */
  List<String> names() {
    return List.copyOf(columns.keySet());
  }

  /** The error about a category that is not known. */
  IllegalArgumentException unknown(Table table, String column, int row) {
    String text = table.texts(column).get(row);
    return OpError.of(
        op,
        "row "
            + row
            + " of column '"
            + column
            + "' is "
            + (text == null ? "missing" : "'" + text + "'")
            + ", which is none of the categories "
            + of(column));
  }

  /** These categories as tensors. */
  Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    Texts.put(op, state, "columns", new ArrayList<@Nullable String>(columns.keySet()));
    int c = 0;
    for (List<@Nullable String> categories : columns.values()) {
      Texts.put(op, state, Integer.toString(c++), categories);
    }
    return state;
  }

  /**
   * The categories in a saved state.
   *
   * @throws IllegalArgumentException if it is not one of categories
   */
  static Categories load(String op, Map<String, Tensor> saved) {
    var columns = new LinkedHashMap<String, List<@Nullable String>>();
    for (String column : Texts.get(op, saved, "columns")) {
      if (column == null
          || columns.put(column, Texts.get(op, saved, Integer.toString(columns.size()))) != null) {
        throw OpError.of(op, "the saved state has no names of columns: " + States.describe(saved));
      }
    }
    if (saved.size() != 2 + 2 * columns.size()) {
      throw OpError.of(op, "the saved state is not that of an encoder: " + States.describe(saved));
    }
    return new Categories(op, columns);
  }
}
