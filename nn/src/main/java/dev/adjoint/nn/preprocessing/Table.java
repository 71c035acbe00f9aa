package dev.adjoint.nn.preprocessing;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Named columns of numbers or of categories, equally long, in which values may be missing. */
public final class Table {
  private final Map<String, Column> columns;
  private final int rows;

  /** What is in a column. */
  public enum Kind {
    /** Numbers; one that is missing is NaN. */
    NUMERIC,
    /** Texts of which many are equal; one that is missing is null. */
    CATEGORICAL
  }

  /** The values of a column. */
  sealed interface Column {
    int size();

    Column rows(int... indices);
  }

  /** Numbers. */
  record Numbers(double... values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Column rows(int... indices) {
      return new Numbers(Arrays.stream(indices).mapToDouble(i -> values[i]).toArray());
    }
  }

  /** Texts, or null. */
  record Texts(List<@Nullable String> values) implements Column {
    @Override
    public int size() {
      return values.size();
    }

    @Override
    public Column rows(int... indices) {
      var chosen = new ArrayList<@Nullable String>();
      for (int i : indices) {
        chosen.add(values.get(i));
      }
      return new Texts(Collections.unmodifiableList(chosen));
    }
  }

  Table(Map<String, Column> columns) {
    this.columns = columns;
    this.rows = columns.values().stream().mapToInt(Column::size).findFirst().orElse(0);
  }

  /**
   * Reads a CSV file (RFC 4180, UTF-8) with {@link CsvOptions#DEFAULT}. Fields may be quoted; spaces around them are no part of
   * them. A column of which all fields are numbers or missing is one of numbers. Empty lines are passed over; in a table of one
   * column they are missing values.
   *
   * @throws InvalidDataFileException if a row has too many or too few fields, two columns have one name, or quotes are wrong
   * @throws IOException if the file cannot be read
   */
  public static Table read(Path file) throws IOException {
    return read(file, CsvOptions.DEFAULT);
  }

  /**
   * Reads a CSV file (RFC 4180, UTF-8).
   *
   * @throws InvalidDataFileException if a row has too many or too few fields, a field of a column that must be numeric is no
   *     number, two columns have one name, or quotes are wrong; the message names line and column
   * @throws IllegalArgumentException if there is no column of a name in the options
   * @throws IOException if the file cannot be read
   */
  public static Table read(Path file, CsvOptions options) throws IOException {
    return new CsvTable(file, options).read();
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The names of the columns. */
  public List<String> columns() {
    return List.copyOf(columns.keySet());
  }

  /**
   * The kind of a column.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Kind kind(String column) {
    return switch (column(column)) {
      case Numbers _ -> Kind.NUMERIC;
      case Texts _ -> Kind.CATEGORICAL;
    };
  }

  /** The names of the columns of a kind. */
  public List<String> columns(Kind kind) {
    return columns.keySet().stream().filter(column -> kind(column) == kind).toList();
  }

  /**
   * The values of a column of numbers; NaN where they are missing.
   *
   * @throws IllegalArgumentException if there is no such column of numbers
   */
  public double[] numbers(String column) {
    return switch (column(column)) {
      case Numbers(double[] values) -> values.clone();
      case Texts _ ->
          throw new IllegalArgumentException(
              "table: column '" + column + "' is of categories, not of numbers");
    };
  }

  /**
   * The values of a column of categories; null where they are missing.
   *
   * @throws IllegalArgumentException if there is no such column of categories
   */
  public List<@Nullable String> texts(String column) {
    return switch (column(column)) {
      case Texts(List<@Nullable String> values) -> values;
      case Numbers _ ->
          throw new IllegalArgumentException(
              "table: column '" + column + "' is of numbers, not of categories");
    };
  }

  /**
   * Columns of numbers as a tensor of {@link Scope#dtype()}, [rows, columns], with NaN where values are missing.
   *
   * @throws IllegalArgumentException if there is no such column of numbers
   */
  public Tensor tensor(String... names) {
    double[] values = new double[rows * names.length];
    for (int c = 0; c < names.length; c++) {
      double[] column = numbers(names[c]);
      for (int r = 0; r < rows; r++) {
        values[r * names.length + c] = column[r];
      }
    }
    return Tensors.of(values, rows, names.length);
  }

  /**
   * The columns of these names.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public Table select(String... names) {
    var chosen = new LinkedHashMap<String, Column>();
    for (String name : names) {
      chosen.put(name, column(name));
    }
    return new Table(chosen);
  }

  /**
   * The rows with these numbers, in that order.
   *
   * @throws IndexOutOfBoundsException if a number is not below {@link #rows}
   */
  public Table rows(int... indices) {
    for (int index : indices) {
      Objects.checkIndex(index, rows);
    }
    var chosen = new LinkedHashMap<String, Column>();
    columns.forEach((name, column) -> chosen.put(name, column.rows(indices)));
    return new Table(chosen);
  }

  private Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "table: no column '" + name + "', there are " + columns.keySet());
    }
    return column;
  }

  /** The number of rows, and names and kinds of the columns. */
  @Override
  public String toString() {
    return columns.keySet().stream()
        .map(name -> name + (kind(name) == Kind.NUMERIC ? " (numbers)" : " (categories)"))
        .collect(Collectors.joining(", ", "Table(" + rows + " rows: ", ")"));
  }
}
