package dev.adjoint.nn.train;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a line of a CSV file after each epoch: its number, all values and the seconds that it took. A file that is there already
 * is continued if its first line names the same columns.
 */
public final class CsvLog implements Callback {
  private final Path file;

  /** A log in a file. */
  public CsvLog(Path file) {
    this.file = file;
  }

  /**
   * Adds the line of an epoch.
   *
   * @throws IllegalStateException if the file has other columns; it has not changed
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void onEpochEnd(Trainer trainer, EpochResult result) {
    List<String> columns = new ArrayList<>(List.of("epoch"));
    List<String> values = new ArrayList<>(List.of(Integer.toString(result.epoch())));
    result
        .values()
        .forEach(
            (name, value) -> {
              columns.add(name);
              values.add(Double.toString(value));
            });
    columns.add("seconds");
    values.add(Double.toString(result.time().toNanos() / 1e9));
    try {
      add(columns, values);
    } catch (IOException e) {
      throw new UncheckedIOException("csv log: " + file, e);
    }
  }

  private void add(List<String> columns, List<String> values) throws IOException {
    boolean fresh = !Files.exists(file) || Files.size(file) == 0;
    if (!fresh) {
      requireColumns(columns);
    }
    try (var writer =
        CsvWriter.builder()
            .build(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
      if (fresh) {
        writer.writeRecord(columns);
      }
      writer.writeRecord(values);
    }
  }

  private void requireColumns(List<String> columns) throws IOException {
    try (var lines = CsvReader.builder().ofCsvRecord(file)) {
      List<String> present = lines.iterator().next().getFields();
      if (!present.equals(columns)) {
        throw new IllegalStateException(
            "csv log: " + file + " has the columns " + present + ", the epoch has " + columns);
      }
    }
  }
}
