package dev.adjoint.nn.preprocessing;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a table from a CSV file. */
final class CsvTable {
  // Not all that Double.parseDouble accepts: 1f and 0x1p3 are no numbers in a table.
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private final Path file;
  private final CsvOptions options;
  private final List<List<@Nullable String>> fields = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();
  private List<String> names = List.of();

  CsvTable(Path file, CsvOptions options) {
    this.file = file;
    this.options = options;
  }

  Table read() throws IOException {
    if (!options.header().isEmpty()) {
      begin(options.header());
    }
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(options.separator())
            .skipEmptyLines(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .detectBomHeader(true)
            .ofCsvRecord(file)) {
      for (CsvRecord record : records) {
        add(record);
      }
    } catch (CsvParseException e) {
      throw new InvalidDataFileException(file, "no CSV: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (names.isEmpty()) {
      throw new InvalidDataFileException(file, "there is no line with the names of the columns");
    }
    requireColumns();
    var columns = new LinkedHashMap<String, Table.Column>();
    for (int c = 0; c < names.size(); c++) {
      columns.put(names.get(c), column(c));
    }
    return new Table(columns);
  }

  private void begin(List<String> header) throws InvalidDataFileException {
    Set<String> seen = new HashSet<>();
    for (String name : header) {
      if (!seen.add(name)) {
        throw new InvalidDataFileException(file, "two columns have the name '" + name + "'");
      }
      fields.add(new ArrayList<>());
    }
    names = header;
  }

  private void add(CsvRecord record) throws InvalidDataFileException {
    List<String> row = record.getFields();
    if (names.isEmpty()) {
      begin(row.stream().map(String::strip).toList());
      return;
    }
    if (row.size() == 1 && names.size() > 1 && row.getFirst().isBlank()) {
      return;
    }
    long line = record.getStartingLineNumber();
    if (row.size() != names.size()) {
      throw new InvalidDataFileException(
          file,
          "line "
              + line
              + " has "
              + row.size()
              + (row.size() == 1 ? " field" : " fields")
              + (row.size() < names.size()
                  ? ", column '" + names.get(row.size()) + "' is missing"
                  : ", there are " + names.size() + " columns"));
    }
    lines.add(line);
    for (int c = 0; c < row.size(); c++) {
      String field = row.get(c).strip();
      fields.get(c).add(options.missing().contains(field) ? null : field);
    }
  }

  private void requireColumns() {
    for (String name : options.kinds().keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "table: " + file + " has no column '" + name + "', but " + names);
      }
    }
  }

  private Table.Column column(int c) throws InvalidDataFileException {
    List<@Nullable String> texts = fields.get(c);
    Table.Kind kind = options.kinds().get(names.get(c));
    int bad = kind == Table.Kind.CATEGORICAL ? 0 : firstNoNumber(texts);
    if (bad < texts.size() && kind == Table.Kind.NUMERIC) {
      throw new InvalidDataFileException(
          file,
          "line "
              + lines.get(bad)
              + ", column '"
              + names.get(c)
              + "' is no number: "
              + texts.get(bad));
    }
    if (kind == Table.Kind.CATEGORICAL || bad < texts.size()) {
      return new Table.Texts(Collections.unmodifiableList(texts));
    }
    return new Table.Numbers(
        texts.stream()
            .mapToDouble(text -> text == null ? Double.NaN : Double.parseDouble(text))
            .toArray());
  }

  private static int firstNoNumber(List<@Nullable String> texts) {
    for (int r = 0; r < texts.size(); r++) {
      String text = texts.get(r);
      if (text != null && !NUMBER.matcher(text).matches()) {
        return r;
      }
    }
    return texts.size();
  }
}
