package dev.adjoint.nn.preprocessing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the text of a table is read.
 *
 * @param separator what is between fields
 * @param header the names of the columns, or none if the first line has them
 * @param missing the fields that stand for missing values, without the spaces around them
 * @param kinds the kinds of columns that are not left to what is in them
 */
public record CsvOptions(
    char separator, List<String> header, Set<String> missing, Map<String, Table.Kind> kinds) {
  /** Commas, names in the first line, and missing values that are nothing, {@code NA} or {@code NaN}. */
  public static final CsvOptions DEFAULT =
      new CsvOptions(',', List.of(), Set.of("", "NA", "NaN"), Map.of());

  /** Options, of which the collections are copied. */
  public CsvOptions {
    header = List.copyOf(header);
    missing = Set.copyOf(missing);
    kinds = Map.copyOf(kinds);
  }

  /** These options with another separator, such as {@code ';'} or a tab. */
  public CsvOptions separator(char between) {
    return new CsvOptions(between, header, missing, kinds);
  }

  /** These options for a text without a line of names: the columns have these names. */
  public CsvOptions header(String... names) {
    return new CsvOptions(separator, List.of(names), missing, kinds);
  }

  /** These options with other fields that stand for missing values, such as {@code "", "?"}. */
  public CsvOptions missing(String... fields) {
    return new CsvOptions(separator, header, Set.of(fields), kinds);
  }

  /** These options with columns of which each field must be a number or missing. */
  public CsvOptions numeric(String... columns) {
    return kind(Table.Kind.NUMERIC, columns);
  }

  /** These options with columns whose fields are categories, even if they look like numbers. */
  public CsvOptions categorical(String... columns) {
    return kind(Table.Kind.CATEGORICAL, columns);
  }

  private CsvOptions kind(Table.Kind kind, String... columns) {
    var more = new LinkedHashMap<>(kinds);
    for (String column : columns) {
      more.put(column, kind);
    }
    return new CsvOptions(separator, header, missing, more);
  }
}
